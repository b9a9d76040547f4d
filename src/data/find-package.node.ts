import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { DataError } from "../tensor/errors.ts";

/** A package that carries data, who asks for it, and the command that gets it. */
export interface Wanted {
  readonly name: string;
  readonly where: string;
  readonly command: string;
}

/**
 * Where to look for packages: from the framework's own place first, then from the project that runs. With a
 * strict installer (pnpm) or a linked framework only the second has them in sight.
 */
export function usualPlaces(): readonly string[] {
  return [import.meta.url, join(process.cwd(), "index.js")];
}

/**
 * The folder of an installed package, as seen from the first of these files that sees it.
 * @throws DataError, with the command that installs it, where none does.
 */
export function findPackage({ name, where, command }: Wanted, from: readonly string[]): string {
  for (const file of from) {
    try {
      return dirname(createRequire(file).resolve(`${name}/package.json`));
    } catch {
      continue; // not to be seen from there
    }
  }
  throw new DataError({
    where,
    given: `no package "${name}" in any node_modules here`,
    allowed: "the package installed beside the framework or in the project",
    advice: `Run: ${command}`,
  });
}
