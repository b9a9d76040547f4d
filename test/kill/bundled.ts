import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Puts a program of the tests into one JavaScript file, which starts sooner than its sources. */
export function bundle(program: string, outfile: string): void {
  buildSync({
    entryPoints: [join(root, program)], outfile, bundle: true, platform: "node", format: "esm", logLevel: "error",
    tsconfig: join(root, "tsconfig.json"),
  });
}
