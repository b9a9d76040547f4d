/**
 * Before all tests: the sources in a few files of JavaScript, and for each source a file of its name that exports what it
 * exports. They are five hundred modules, which jest would load anew for each test file, and tsx for each process.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, posix, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { withConstants } from "./constants.js";
import { MADE } from "./places.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url)), sources = join(root, "src"), made = fileURLToPath(MADE);
/** What begins to work when it is loaded, and what is loaded where imports are resolved. */
const ALONE = ["cli/experiment/worker.node.ts", "cli/hooks.node.ts"];

const OPTIONS = { absWorkingDir: root, format: "esm", platform: "node", target: "es2022", write: false, logLevel: "warning" };

/** Each module still finds what lies beside its source. */
const withOwnAddress = {
  name: "own-address",
  setup: ({ onLoad }) => onLoad({ filter: /\.ts$/ }, ({ path }) => ({
    contents: readFileSync(path, "utf8").replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)),
    loader: "ts",
  })),
};

export default async function bundleSources() {
  const names = readdirSync(sources, { recursive: true }).map((name) => String(name).replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts") && !ALONE.includes(name));
  const exported = await exportsOf(names);
  const listed = names.map((name, i) => ({ name, list: exported.get(name).map((key) => [`${key}$${i}`, key]) }));
  const contents = listed.map(({ name, list }) =>
    `export { ${list.map(([unique, key]) => `${key} as ${unique}`).join(", ")} } from "./${name}";`).join("\n");
  const { outputFiles } = await build({
    ...OPTIONS, stdin: { contents, resolveDir: sources, sourcefile: "sources" }, outdir: made, bundle: true, splitting: true,
    packages: "external", sourcemap: true, sourcesContent: false, plugins: [withOwnAddress], outExtension: { ".js": ".mjs" },
  });
  for (const { path, text } of outputFiles) write(path, path.endsWith(".mjs") ? withConstants(text) : text);
  const kept = outputFiles.map(({ path }) => basename(path));
  for (const old of readdirSync(made)) if (!kept.includes(old) && old !== "src") rmSync(join(made, old));
  for (const { name, list } of listed) {
    const path = join(made, "src", name.replace(/ts$/, "mjs")), bundle = relative(dirname(path), join(made, "stdin.mjs"));
    const own = list.map(([unique, key]) => `${unique} as ${key}`).join(", ");
    write(path, `export { ${own} } from "${bundle.replaceAll("\\", "/")}";\n`);
  }
}

/** The names that each source exports. */
async function exportsOf(names) {
  const { metafile } = await build({ ...OPTIONS, entryPoints: names.map((name) => join(sources, name)), outdir: made, metafile: true });
  const own = new Map(Object.values(metafile.outputs).map(({ entryPoint, exports }) => [entryPoint.slice("src/".length), exports]));
  const all = (name) => [...readFileSync(join(sources, name), "utf8").matchAll(/^export \* from "(.*)";$/gm)]
    .reduce((list, [, from]) => [...new Set([...list, ...all(posix.join(posix.dirname(name), from))])], own.get(name));
  return new Map(names.map((name) => [name, all(name)]));
}

/** Another run of the tests may be reading what is there. */
function write(path, text) {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, text);
  renameSync(fresh, path);
}
