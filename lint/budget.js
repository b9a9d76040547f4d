/**
 * The line budget: the core of the framework stays small enough to read in an evening.
 * Run as a program it counts the core's code lines (those that are neither blank nor only comment), looks for
 * lines that are too long anywhere in src/, and fails where either is over.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parser } from "typescript-eslint";

/** The core has fewer code lines than this. */
export const BUDGET = 2000;
/** Characters, not bytes: in the core, and elsewhere in src/. */
const CORE_COLUMNS = 110;
const COLUMNS = 120;

/** What the first network needs: tensors, reference loops, its layers, losses, networks, SGD and the trainer. */
const CORE = [
  /^src\/(tensor|graph)\//,
  /^src\/math\/reference\.ts$/,
  /^src\/layers\/(layer|parameter|guard|state|initializers|affine|relu|dropout|softmax)\.ts$/,
  /^src\/losses\/(loss|classification|cross-entropy|negative-log-likelihood)\.ts$/,
  /^src\/optim\/(optimizer|sgd)\.ts$/,
  /^src\/train\/(trainer|callback|run|tally|to-loss)\.ts$/,
];

export function isCore(path) {
  return CORE.some((pattern) => pattern.test(path));
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

export function longLines(text, path) {
  const columns = isCore(path) ? CORE_COLUMNS : COLUMNS;
  return text.split(/\r?\n/)
    .map((content, i) => ({ line: i + 1, length: [...content].length }))
    .filter(({ length }) => length > columns);
}

function run() {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const paths = readdirSync(join(root, "src"), { recursive: true })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => `src/${path.split(sep).join("/")}`)
    .sort();
  let core = 0, tooLong = 0;
  for (const path of paths) {
    const text = readFileSync(join(root, path), "utf8");
    if (isCore(path)) core += codeLines(text);
    for (const { line, length } of longLines(text, path)) {
      tooLong++;
      console.error(`${path}:${line}: ${length} characters; allowed: ${isCore(path) ? CORE_COLUMNS : COLUMNS}.`);
    }
  }
  console.log(`The core has ${core} lines of code; it stays under ${BUDGET}.`);
  if (core >= BUDGET || tooLong > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) run();
