/**
 * Makes dist/ anew: the package's entries and its command, with the types of the entries, and the tiny network that the
 * command traces where no other is named.
 *
 * Node takes longer to find and open a module than to compile it, so that what the entries share goes into few files,
 * in the order of the sources, unshortened, each part under its source's name. Bundlers take from them what is used.
 *
 * node scripts/build.mjs [FOLDER]: into dist/ of another folder than this.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import ts from "typescript";

const ENTRIES = ["src/index.ts", "src/node.ts", "src/cli/main.node.ts", "src/cli/hooks.node.ts"];
const TINY = "examples/networks/tiny";
/** To bundlers: where nobody uses what this call gives, leave it out. */
const PURE = "/* @__PURE__ */";

const CHANGED = "esbuild writes namespaces in another way than it used to: see withPlainNamespaces.";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(process.argv[2] ?? root, "dist");

/** Comments stay in the types, where editors read them: to say it twice would make the package a fifth larger. */
function writeTypes() {
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const args = [tsc, "-p", "tsconfig.build.json", "--outDir", dist, "--emitDeclarationOnly"];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

async function bundle() {
  const { outputFiles } = await build({
    absWorkingDir: root, entryPoints: ENTRIES, outdir: dist, outbase: "src", chunkNames: "shared/[hash]",
    bundle: true, splitting: true, format: "esm", platform: "neutral", target: "es2022",
    external: ["node:*"], packages: "external", legalComments: "none", write: false, logLevel: "warning",
  });
  const helper = outputFiles.find(({ text }) => /^export \{\s*__export\s*\};$/m.test(text));
  if (helper === undefined) throw new Error(CHANGED);
  for (const { path, text } of outputFiles) {
    if (path !== helper.path) write(path, withPureValues(withPlainNamespaces(withOwnNames(text), basename(helper.path))));
  }
}

/** A class that speaks of itself is given a second name with a _ before it, and names of classes name layers. */
function withOwnNames(text) {
  const classes = [...text.matchAll(/^var (\w+) = class _\1\b/gm)].map(([, name]) => name);
  return classes.reduce((all, name) => all.replaceAll(new RegExp(`\\b_${name}\\b`, "g"), name), text);
}

/**
 * Namespaces as literals, not filled by a helper in a file of its own: bundlers leave out those that nobody uses, and
 * there is one file less to open.
 */
function withPlainNamespaces(text, helper) {
  const plain = text
    .replace(/^var (\w+) = \{\};\n__export\(\1, (\{[^}]*\})\);$/gm, (_, name, members) =>
      `var ${name} = ${members.replace(/(\w+): \(\) => (\w+)/g, "get $1() { return $2; }")};`)
    .replace(new RegExp(`^import (\\{\\s*__export\\s*\\} from )?"[./a-z]*${helper}";\\n`, "gm"), "");
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
    .filter((value) => value && calls(value) && !value.getFullText(file).includes(PURE));
  return made.reduceRight((all, value) => {
    const start = value.getStart(file);
    return `${all.slice(0, start)}${PURE} (() => (${all.slice(start, value.end)}))()${all.slice(value.end)}`;
  }, text);
}

/** Whether making it calls anything; what a function does counts only where it is called. */
function calls(node) {
  if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
  const isCall = ts.isCallLikeExpression(node) || ts.isSpreadElement(node) || ts.isSpreadAssignment(node);
  return isCall || ts.forEachChild(node, calls) === true;
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
