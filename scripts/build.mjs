/**
 * Makes dist/ anew: the modules that the package's entries and its command reach, with their types, and the
 * tiny network that the command traces where no other is named.
 * node scripts/build.mjs [FOLDER]: into dist/ of another folder than this.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const TINY = "examples/networks/tiny";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(process.argv[2] ?? root, "dist");
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");

function compile(...options) {
  const args = [tsc, "-p", "tsconfig.build.json", "--outDir", dist, ...options];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

rmSync(dist, { recursive: true, force: true });
// Editors read what is said about things beside their types; to say it twice would make the package
// a fifth larger.
compile("--emitDeclarationOnly");
compile("--declaration", "false", "--removeComments");

// It imports "chainrule", as any user's script does, and within the package that name is the package itself.
const { outputText } = ts.transpileModule(readFileSync(join(root, `${TINY}.ts`), "utf8"), {
  compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
});
const tiny = join(dist, `${TINY}.js`);
mkdirSync(dirname(tiny), { recursive: true });
writeFileSync(tiny, outputText);
