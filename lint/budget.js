/**
 * The size of the core: every file of src/, generated kernels aside, of which README's ten lines need something when a
 * bundler puts them together. Run as a program it counts the core's code lines (neither blank nor only comment), looks
 * for lines that are too long anywhere in src/, and fails if either is over its limit.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { parser } from "typescript-eslint";

/** The core has at most this many code lines. */
export const BUDGET = 4275;
/** Characters, not bytes. */
const COLUMNS = 120;

const root = fileURLToPath(new URL("..", import.meta.url));

/** README's first program in TypeScript. */
function firstProgram() {
  return /```ts\n([^]*?)```/.exec(readFileSync(join(root, "README.md"), "utf8"))[1];
}

/** The files of src/ that contribute to a bundle of a program that imports "chainrule", generated ones aside. */
export async function filesOf(program) {
  const { metafile } = await build({
    stdin: { contents: program, resolveDir: root, loader: "ts" },
    alias: { chainrule: "./src/index.ts" }, absWorkingDir: root,
    bundle: true, format: "esm", platform: "neutral", treeShaking: true, write: false, metafile: true,
  });
  return Object.entries(Object.values(metafile.outputs)[0].inputs)
    .filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && /^src\/.*(?<!\.generated)\.ts$/.test(path))
    .map(([path]) => path).sort();
}

/** How many lines have code on them: a token, or a part of one. */
export function codeLines(text) {
  const { ast } = parser.parseForESLint(text, { loc: true, range: true, tokens: true });
  const lines = new Set();
  for (const { loc } of ast.tokens) {
    for (let line = loc.start.line; line <= loc.end.line; line++) lines.add(line);
  }
  return lines.size;
}

export function longLines(text) {
  return text.split(/\r?\n/)
    .map((content, i) => ({ line: i + 1, length: [...content].length }))
    .filter(({ length }) => length > COLUMNS);
}

async function run() {
  const paths = readdirSync(join(root, "src"), { recursive: true })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => `src/${path.split(sep).join("/")}`)
    .sort();
  let tooLong = 0;
  for (const path of paths) {
    for (const { line, length } of longLines(readFileSync(join(root, path), "utf8"))) {
      tooLong++;
      console.error(`${path}:${line}: ${length} characters; allowed: ${COLUMNS}.`);
    }
  }
  const core = await filesOf(firstProgram());
  const lines = core.reduce((sum, path) => sum + codeLines(readFileSync(join(root, path), "utf8")), 0);
  console.log(`The core has ${lines} lines of code in ${core.length} files; at most ${BUDGET} are allowed.`);
  if (lines > BUDGET || tooLong > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run();
