/**
 * Makes dist/ anew: the package's entries and its command, with the types of the entries, and the tiny network that the
 * command traces where no other is named.
 *
 * Node takes longer to find and open a module than to compile it, so that what the entries share goes into few files,
 * in the order of the sources, unshortened but for blanks. Bundlers take from them what is used.
 * Source maps of the JavaScript and of the types lead to the files of src/, which are packed beside dist/: what is
 * changed here after bundling keeps its line.
 *
 * node scripts/build.mjs [FOLDER]: into dist/ of another folder than this.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import ts from "typescript";
import { pruneTypes } from "./prune-types.mjs";

const ENTRIES = [
  "src/index.ts", "src/node.ts", "src/charts.ts", "src/experiment.ts", "src/pictures.ts", "src/queue.node.ts",
  "src/cli/main.node.ts", "src/cli/hooks.node.ts", "src/cli/experiment/worker.node.ts",
];
const TINY = "examples/networks/tiny";
/** To bundlers: where nobody uses what this call gives, leave it out. */
const PURE = "/* @__PURE__ */";

const CHANGED = "esbuild writes namespaces in another way than it used to: see withPlainNamespaces.";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(process.argv[2] ?? root, "dist");
/** Where the sources lie beside it, as in the package. */
const packedDist = join(root, "dist");

/**
 * These load nearly all that index.ts loads. With all of it they share its chunks; without, they would split them, and each
 * file that is opened takes its time.
 */
const WHOLE = /src[/\\](pictures|cli[/\\]main\.node|cli[/\\]experiment[/\\]worker\.node)\.ts$/;
const MARK = "__whole";

const withWholeIndex = {
  name: "whole-index",
  setup: ({ onLoad }) => onLoad({ filter: WHOLE }, ({ path }) => {
    const index = JSON.stringify(join(root, "src/index.ts"));
    const contents = `${readFileSync(path, "utf8")}\nexport { Tensor as ${MARK} } from ${index};`;
    return { contents, loader: "ts", resolveDir: dirname(path) };
  }),
};

/**
 * Comments stay in the types, where editors read them: to say it twice would make the package a fifth larger. Whether the
 * types are right is checked by npm run typecheck; here that would take most of the time.
 */
function writeTypes() {
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const args = [tsc, "-p", "tsconfig.build.json", "--outDir", dist, "--emitDeclarationOnly", "--noCheck"];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
  const entries = ["index", "node", "charts", "experiment", "pictures", "queue.node"].map((name) => join(dist, `${name}.d.ts`));
  pruneTypes(entries);
  const needed = new Set();
  for (const entry of entries) addTypes(entry, needed);
  for (const path of readdirSync(dist, { recursive: true })) {
    const isMap = path.endsWith(".d.ts.map"), types = join(dist, isMap ? path.slice(0, -".map".length) : path);
    if (types.endsWith(".d.ts") && !needed.has(types)) rmSync(join(dist, path));
    else if (isMap) writeFileSync(join(dist, path), asPacked(path));
    else if (types.endsWith(".d.ts")) writeFileSync(types, withPlainArrays(readFileSync(types, "utf8")));
  }
}

/** Float32Array<ArrayBuffer> as Float32Array: before TypeScript 5.7 typed arrays are not generic. */
function withPlainArrays(text) {
  return text.replace(/\b(\w+Array)<ArrayBuffer(?:Like)?>/g, "$1");
}

/** Adds the file and all that its types refer to: what only function bodies import is not needed. */
function addTypes(path, needed) {
  if (needed.has(path)) return;
  needed.add(path);
  const visit = (node) => {
    const text = ts.isImportTypeNode(node) ? node.argument.literal.text : node.moduleSpecifier?.text;
    if (text?.startsWith(".")) addTypes(join(dirname(path), text.replace(/\.[jt]s$/, ".d.ts")), needed);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2022));
}

/** A source map of the types, with the sources where they lie in the package. */
function asPacked(path) {
  const map = JSON.parse(readFileSync(join(dist, path), "utf8"));
  const sources = map.sources.map((source) => {
    const at = relative(dirname(join(packedDist, path)), resolve(dirname(join(dist, path)), source));
    return at.replaceAll("\\", "/");
  });
  const lines = readFileSync(join(dist, path.slice(0, -".map".length)), "utf8").split("\n");
  return byLines(JSON.stringify({ ...map, sources }), { most: 2, isUsed: (line) => lines[line] !== "" });
}

async function bundle() {
  const { outputFiles } = await build({
    absWorkingDir: root, entryPoints: ENTRIES, outdir: packedDist, outbase: "src", chunkNames: "shared/[hash]",
    sourcemap: "linked", sourcesContent: false,
    bundle: true, splitting: true, format: "esm", platform: "neutral", target: "es2022",
    external: ["node:*"], packages: "external", legalComments: "none", write: false, plugins: [withWholeIndex], logLevel: "warning",
  });
  const helper = outputFiles.find(({ text }) => /^export \{\s*__export\s*\};$/m.test(text));
  if (helper === undefined) throw new Error(CHANGED);
  for (const { path, text } of outputFiles) {
    if (path === helper.path || path === `${helper.path}.map`) continue;
    if (path.endsWith(".map")) {
      const indents = indentsOf(outputFiles.find((file) => `${file.path}.map` === path).text);
      write(join(dist, relative(packedDist, path)), byLines(text, { indents }));
      continue;
    }
    const whole = withPureValues(withoutComments(withPlainNamespaces(withOwnNames(text), basename(helper.path))))
      .replace(new RegExp(`^ +\\w+ as ${MARK},?$`, "m"), "");
    const indents = indentsOf(whole), lines = whole.split("\n").map((line, i) => line.slice(indents[i]));
    const final = withoutBlanks(lines.join("\n"));
    const isMoved = final.split("\n").length !== text.split("\n").length;
    if (isMoved) throw new Error(`${path}: its lines are not those of its map.`);
    write(join(dist, relative(packedDist, path)), final);
  }
}

/**
 * The source map with the first places of a line of the source: stacks and debuggers need no more than one, editors that go
 * to a definition two, "export class" and the name. With a place for each name the maps are five times as large.
 */
function byLines(text, { most = 1, isUsed = () => true, indents = [] }) {
  const map = JSON.parse(text), packed = map.sources.filter((source) => !isGenerated(source));
  // Column, source, its line and column. The column starts anew in each line; the rest is relative to the segment before.
  let at = [0, 0, 0, 0], written = [0, 0, 0, 0];
  const lines = map.mappings.split(";").map((line, i) => {
    at[0] = 0;
    const places = line.split(",").filter((segment) => segment !== "").map((segment) => {
      const differences = differencesOf(segment);
      return at = at.map((value, i) => value + differences[i]);
    });
    const isFirst = ([, source, number], i) => source !== places[i - most]?.[1] || number !== places[i - most][2];
    const starts = places.filter(isFirst).filter(([, source]) => !isGenerated(map.sources[source]))
      .map(([column, source, ...place]) => [Math.max(0, column - (indents[i] ?? 0)), packed.indexOf(map.sources[source]), ...place]);
    written[0] = 0;
    return !isUsed(i) ? "" : starts.map((place) => {
      const segment = place.map((value, i) => textOf(value - written[i])).join("");
      written = [...place];
      return segment;
    }).join(",");
  });
  return JSON.stringify({ ...map, sources: packed, names: [], mappings: lines.join(";") });
}

/** Kernels as text, which nobody reads: dist/ has them once, and their sources are not packed. */
const isGenerated = (source) => source.endsWith(".generated.ts");

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The integers of a segment, as source maps write them: five bits a digit, the lowest first, the sign below them. */
function differencesOf(segment) {
  return segment.match(/[g-z0-9+/]*[A-Za-f]/g).map((digits) => {
    const value = [...digits].reduceRight((sum, digit) => 32 * sum + DIGITS.indexOf(digit) % 32, 0);
    return value % 2 === 1 ? -(value - 1) / 2 : value / 2;
  });
}

function textOf(difference) {
  const value = 2 * Math.abs(difference) + (difference < 0 ? 1 : 0), digits = [];
  for (let rest = value; rest > 31; rest = Math.floor(rest / 32)) digits.push(rest);
  const last = Math.floor(value / 32 ** digits.length);
  return digits.map((rest) => DIGITS[32 + rest % 32]).join("") + DIGITS[last];
}

/** A class that speaks of itself is given a second name with a _ before it, and names of classes name layers. */
function withOwnNames(text) {
  const classes = [...text.matchAll(/^var (\w+) = class _\1\b/gm)].map(([, name]) => name);
  return classes.reduce((all, name) => all.replaceAll(new RegExp(`\\b_${name}\\b`, "g"), name), text);
}

/** How many blanks each line begins with that mean nothing: they would be a hundredth of the package. */
function indentsOf(text) {
  const file = ts.createSourceFile("bundle.js", text, ts.ScriptTarget.ES2022), inText = new Set();
  const lineOf = (at) => file.getLineAndCharacterOfPosition(at).line;
  const visit = (node) => {
    if (ts.isTemplateLiteralToken(node)) {
      for (let line = lineOf(node.getStart(file)) + 1; line <= lineOf(node.end); line++) inText.add(line);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return text.split("\n").map((line, i) => (inText.has(i) ? 0 : line.length - line.trimStart().length));
}

/** Without the blanks between two tokens of a line that mean nothing: they would be a hundredth of the package. */
function withoutBlanks(text) {
  const file = ts.createSourceFile("bundle.js", text, ts.ScriptTarget.ES2022), tokens = [];
  const visit = (node) => {
    const children = node.getChildren(file);
    if (children.length === 0 && node.end > node.getStart(file)) tokens.push(node);
    children.forEach(visit);
  };
  visit(file);
  let from = 0, final = "";
  for (const [i, token] of tokens.entries()) {
    const start = token.getStart(file), before = tokens[i - 1], end = before?.end ?? 0, blanks = text.slice(end, start);
    const isNeeded = !/^ +$/.test(blanks) || NEEDS_BLANK.test(text[end - 1] + text[start])
      || before.kind === ts.SyntaxKind.RegularExpressionLiteral;
    final += text.slice(from, end) + (isNeeded ? blanks : "");
    from = start;
  }
  return final + text.slice(from);
}

/** Two characters that would be read as one token, as in `return x`, `a + +b`, `a / /b/` and `1 .toFixed()`. */
const NEEDS_BLANK = /[\w$\u0080-\uffff#\\]{2}|\+\+|--|\/\/|\d\./;

/** Without the comments of members, which the types and the sources have, too, and without the names of source files, which
 * the map has: they would be a hundredth of the package. */
function withoutComments(text) {
  const file = ts.createSourceFile("bundle.js", text, ts.ScriptTarget.ES2022), templates = [];
  const visit = (node) => {
    if (ts.isTemplateLiteralToken(node)) templates.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return text.replace(/^ *\/\*\*[^]*?\*\/$|^\/\/ src\/.*$/gm, (comment, at) => {
    const isText = templates.some((node) => node.pos < at && at < node.end);
    return isText ? comment : comment.replace(/[^\n]/g, "");
  });
}

/**
 * Namespaces as literals, not filled by a helper in a file of its own: bundlers leave out those that nobody uses, and
 * there is one file less to open.
 */
function withPlainNamespaces(text, helper) {
  const plain = text
    .replace(/^var (\w+) = \{\};\n__export\(\1, (\{[^}]*\})\);$/gm, (_, name, members) =>
      `var ${name} = ${members.replace(/(\w+): \(\) => (\w+)/g, "get $1() { return $2; }")};\n`)
    .replace(new RegExp(`^import (\\{\\s*__export\\s*\\} from )?"[./a-z]*${helper}";$`, "gm"), (all) => {
      return all.replace(/[^\n]/g, "");
    });
  if (plain.includes("__export") || plain.includes(helper)) throw new Error(CHANGED);
  return plain;
}

/**
 * What package.json says of whole files, that loading them does nothing but make things, is said of each value here: in
 * few files, bundlers cannot leave it out otherwise.
 */
function withPureValues(text) {
  const file = ts.createSourceFile("bundle.js", text, ts.ScriptTarget.ES2022);
  const made = file.statements.filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations.map(({ initializer }) => initializer))
    .filter((value) => value && calls(value) && !value.getFullText(file).trimStart().startsWith(PURE));
  return made.reduceRight((all, value) => {
    const start = value.getStart(file);
    return `${all.slice(0, start)}${PURE} (() => (${all.slice(start, value.end)}))()${all.slice(value.end)}`;
  }, text);
}

/**
 * Whether making it calls anything, or might for all a bundler knows: a getter, or valueOf. What a function does counts
 * only where it is called.
 */
function calls(node) {
  if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
  const isCall = ts.isCallLikeExpression(node) || ts.isSpreadElement(node) || ts.isSpreadAssignment(node);
  const might = ts.isPropertyAccessExpression(node)
    || (ts.isBinaryExpression(node) && [node.left, node.right].some(ts.isIdentifier));
  return isCall || might || ts.forEachChild(node, calls) === true;
}

/** It imports "chainrule", as any user's script does, and within the package that name is the package itself. */
function writeTinyNetwork() {
  const { outputText } = ts.transpileModule(readFileSync(join(root, `${TINY}.ts`), "utf8"), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  write(join(dist, `${TINY}.js`), outputText);
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

rmSync(dist, { recursive: true, force: true });
writeTypes();
await bundle();
writeTinyNetwork();
