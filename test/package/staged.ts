/** The package as npm would pack it, in a folder of its own: tests neither race nor read a stale dist/. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** What is packed beside dist/. */
const FILES = ["package.json", "README.md", "CHANGELOG.md", "LICENSE", "bin", "docs", "src"];

export interface Staged {
  readonly folder: string;
  remove(): void;
}

/** What dist/ is made of. */
const SOURCES = ["src", "examples/networks", "scripts/build.mjs", "tsconfig.json", "tsconfig.build.json", "package-lock.json"];

function fingerprint(): string {
  const hash = createHash("sha256");
  for (const source of SOURCES) {
    const isFolder = statSync(join(root, source)).isDirectory();
    const names = isFolder ? readdirSync(join(root, source), { recursive: true }).map(String).sort() : [""];
    for (const path of names.map((name) => join(root, source, name))) {
      if (statSync(path).isFile()) hash.update(path).update(readFileSync(path));
    }
  }
  return hash.digest("hex").slice(0, 16);
}

/** Built once for all test files that ask while the sources stay the same. */
export function built(): string {
  const cache = join(root, "node_modules/.cache/chainrule-built"), folder = join(cache, fingerprint());
  if (existsSync(folder)) return join(folder, "dist");
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(root, ".dist-built-"));
  execFileSync(process.execPath, [join(root, "scripts/build.mjs"), fresh], { cwd: root });
  try {
    renameSync(fresh, folder);
  } catch {
    // Another test file was first.
    rmSync(fresh, { recursive: true });
  }
  return join(folder, "dist");
}

/** A new folder. It lies within this one, so that packages beside the framework are found. */
export function stage(): Staged {
  const folder = mkdtempSync(join(root, ".dist-package-"));
  cpSync(built(), join(folder, "dist"), { recursive: true });
  for (const name of FILES) cpSync(join(root, name), join(folder, name), { recursive: true });
  return { folder, remove: () => { rmSync(folder, { recursive: true, force: true }); } };
}

/** A folder like a user's, where "chainrule" is the staged package. */
export function userFolder(staged: Staged): Staged {
  const folder = mkdtempSync(join(root, ".dist-user-"));
  // A copy, as npm makes it: bundlers treat what is linked as source of the user's own.
  cpSync(staged.folder, join(folder, "node_modules", "chainrule"), { recursive: true });
  return { folder, remove: () => { rmSync(folder, { recursive: true, force: true }); } };
}
