import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { built } from "./package/staged.ts";

/** Each file that is opened takes its time, so that there are few. */
const MOST_FILES = 5;

const root = fileURLToPath(new URL("..", import.meta.url));

/** All modules reached from one by relative imports at their tops, and what else they import. */
function reachedFrom(entry: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set([entry]), packages = new Set<string>();
  for (const file of files) {
    // Whole lines: a message may say what to import, too.
    for (const [, name] of readFileSync(file, "utf8").matchAll(/^(?:(?:import|export)\b[^"]*|\} from )"([^"]+)";$/gm)) {
      if (name.startsWith(".")) files.add(join(dirname(file), name));
      else packages.add(name);
    }
  }
  return { files, packages };
}

describe("the built package", () => {
  let folder = "", out = "";
  beforeAll(() => {
    folder = mkdtempSync(join(root, ".dist-"));
    out = join(folder, "dist");
    cpSync(built(), out, { recursive: true });
    cpSync(join(root, "package.json"), join(folder, "package.json"));
  });
  afterAll(() => { rmSync(folder, { recursive: true }); });

  /** What a program prints that has the entries as `index` and `node`. */
  function printedBy(program: string): unknown {
    const load = (name: string) =>
      `const ${name} = await import(${JSON.stringify(pathToFileURL(join(out, `${name}.js`)).href)});`;
    const text = `${load("index")} ${load("node")} ${program}`;
    return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", text], { encoding: "utf8" }));
  }

  /** What a bundler makes of a program that lies beside the entries. */
  async function bundled(contents: string, minify = false): Promise<string> {
    const stdin = { contents, resolveDir: out };
    const { outputFiles } = await build({ stdin, bundle: true, format: "esm", platform: "node", write: false, minify, logLevel: "error" });
    return outputFiles[0].text;
  }

  test("has its two entries with types", () => {
    expect(readdirSync(out)).toEqual(expect.arrayContaining(["index.js", "index.d.ts", "node.js", "node.d.ts"]));
  });

  test("its types use nothing newer than TypeScript 5.0: typed arrays are not generic", () => {
    const types = readdirSync(out, { recursive: true }).map(String).filter((name) => name.endsWith(".d.ts"));
    expect(types.length).toBeGreaterThan(20);
    expect(types.filter((name) => /Array<ArrayBuffer/.test(readFileSync(join(out, name), "utf8")))).toEqual([]);
  });

  test("its types leave out what the entries do not lead to, and keep each line at its place", () => {
    const types = readFileSync(join(out, "check/layer-check/mistakes.d.ts"), "utf8");
    expect(types.match(/^export .*/gm)).toEqual(["export declare const KNOWN_MISTAKES: readonly string[];"]);
    expect(types.split("\n").findIndex((line) => line.startsWith("export"))).toBeGreaterThan(3);
    expect(readFileSync(join(out, "nn/initializers/normal.d.ts"), "utf8")).toMatch("function normal");
  });

  test("index.js opens few files, none of Node and no package", () => {
    const { files, packages } = reachedFrom(join(out, "index.js"));
    expect(files.size).toBeLessThanOrEqual(MOST_FILES);
    expect([...packages]).toEqual([]);
  });

  test("its modules run as plain JavaScript", () => {
    expect(printedBy(`const { Affine, tensor } = index;
      const layer = new Affine(2, 1, { init: tensor([[1], [2]]) });
      console.log(JSON.stringify(layer.forward(tensor([[3, 4]])).toArray()));`)).toEqual([[11]]);
  });

  test("both entries have the same classes, but for the Trainer, which extends that of the other", () => {
    expect(printedBy(`const others = Object.keys(index).filter((name) => index[name] !== node[name]);
      console.log(JSON.stringify([others, node.Trainer.prototype instanceof index.Trainer]));`)).toEqual([["Trainer"], true]);
  });

  test("every class has the name it is exported by, as layers are named by it", () => {
    const names = printedBy(`const isClass = (value) => /^class\\b/.test(String(value));
      const classes = Object.entries(node).filter(([, value]) => isClass(value));
      console.log(JSON.stringify(classes.map(([name, { name: own }]) => [name, own])));`) as [string, string][];
    expect(names.length).toBeGreaterThan(50);
    expect(names.filter(([name, own]) => name !== own)).toEqual([]);
  });

  test("a namespace lists what is in it", () => {
    expect(printedBy("console.log(JSON.stringify(Object.keys(index.toys)))"))
      .toEqual(["blobs", "line", "spirals", "twoMoons", "xor"]);
  });

  test("a bundler leaves out what is not used", async () => {
    expect(await bundled('import { tensor } from "./index.js"; console.log(tensor([1]));'))
      .not.toMatch(/KERNELS|Affine|LayerNorm|LAYER_CHECKS|heNormal/);
  });

  // In bytes, minified and gzipped, a little above what they take.
  test.each([
    ["tensor", 'import { tensor } from "./index.js"; console.log(tensor([1]));', 3_000, /KERNELS|Layer|bernoulli/],
    ["a Dataset", 'import { Dataset } from "./index.js"; console.log(new Dataset([[1]], [0]));', 4_000, /KERNELS|Layer|bernoulli/],
    ["a learning rate schedule", 'import { cosineDecay } from "./index.js"; console.log(cosineDecay(1, 10));', 3_700, /KERNELS|bernoulli|OptimizerBase/],
    ["Dropout and tensor", 'import { Dropout, tensor } from "./index.js"; console.log(new Dropout({ keep: 0.8 }).forward(tensor([[1]])));',
      15_090, /Affine|WEIGHT_KERNELS|FAMILY_KERNELS|class \w* extends OptimizerBase|TWO_THIRDS_REST|SPARSE_SHARE/],
    ["readNpy", 'import { readNpy } from "./index.js"; console.log(readNpy(new Uint8Array()));', 6_500, /KERNELS|bernoulli/],
  ])("a bundle of %s is small, and holds nothing else", async (_, program, bytes, others) => {
    expect(await bundled(program)).not.toMatch(others);
    expect(gzipSync(await bundled(program, true), { level: 9 }).length).toBeLessThan(bytes);
  });

  test("a bundler keeps the environment's wishes, which node.js follows when it is loaded", async () => {
    expect(await bundled('import "./node.js";')).toContain("CHAINRULE_THREADS");
  });
});
