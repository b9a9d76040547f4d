import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Linter } from "eslint";
import tseslint from "typescript-eslint";
import { codeLines, filesOf, longLines } from "../../lint/budget.js";
import { cyclesOf, importsOf } from "../../lint/cycles.js";
import house from "../../lint/plugin.js";

const root = process.cwd();

/** The messages of one rule of the house about a file of that name. */
function complaints(rule: string, filename: string, code: string): readonly string[] {
  const linter = new Linter({ cwd: root });
  const messages = linter.verify(code, [{
    files: ["**/*.ts"],
    languageOptions: { parser: tseslint.parser as Linter.Parser },
    plugins: { house },
    rules: { [`house/${rule}`]: "error" },
  }], { filename: join(root, filename) });
  const broken = messages.find(({ fatal, ruleId }) => fatal === true || ruleId !== `house/${rule}`);
  if (broken !== undefined) throw new Error(broken.message);
  return messages.map(({ message }) => message);
}

type Planted = readonly [file: string, code: string];

function rule(name: string, { right, wrong }: { right: readonly Planted[]; wrong: readonly Planted[] }): void {
  describe(`house/${name}`, () => {
    test.each(right)("passes, in %s: %s", (file, code) => {
      expect(complaints(name, file, code)).toEqual([]);
    });
    test.each(wrong)("refuses, in %s: %s", (file, code) => {
      expect(complaints(name, file, code)).toHaveLength(1);
    });
  });
}

rule("floors", {
  right: [
    ["src/layers/activation/relu.ts", 'import { relu } from "../../ops/elementwise.ts";'],
    ["src/layers/activation/relu.ts", 'import { Layer } from "./layer.ts";'],
    ["src/losses/loss.ts", 'import { Layer } from "../layers/layer.ts";'],
    ["src/report/html/chart.ts", 'import type { EpochRecord } from "../../train/evaluation.ts";'],
    ["src/index.ts", 'export { Trainer } from "./train/trainer.ts";'],
    ["src/node.ts", 'export * from "./index.ts";'],
    ["src/data/mnist.node.ts", 'import { cacheFolder } from "../environment.node.ts";'],
    ["src/report/paint.node.ts", 'import { colors } from "../environment.node.ts";'],
    ["test/ops/math.test.ts", 'import { Trainer } from "../../src/train/trainer.ts";'],
  ],
  wrong: [
    ["src/tensor/tensor.ts", 'import { add } from "../ops/elementwise.ts";'],
    ["src/ops/elementwise.ts", 'import type { Layer } from "../layers/layer.ts";'],
    ["src/ops/elementwise.ts", 'export { Layer } from "../layers/layer.ts";'],
    ["src/ops/elementwise.ts", 'export * from "../layers/layer.ts";'],
    ["src/ops/elementwise.ts", 'const layers = await import("../layers/layer.ts");'],
    ["src/ops/elementwise.ts", 'let layer: import("../layers/layer.ts").Layer;'],
    ["src/report/html/chart.ts", 'import { Trainer } from "../../index.ts";'],
    ["src/report/html/chart.ts", 'import { Trainer } from "chainrule";'],
    ["src/network/graph.ts", 'import { cacheFolder } from "../environment.node.ts";'],
    ["src/data/dataset.ts", 'import { cacheFolder } from "../environment.node.ts";'],
    ["src/data/dataset.ts", 'import { rows } from "../../test/rows.ts";'],
    ["src/attic/old.ts", "export const old = 1;"],
    ["src/index.ts", 'export { old } from "./attic/old.ts";'],
  ],
});

rule("examples", {
  right: [
    ["examples/digits.ts", 'import { Affine } from "chainrule"; import { lineChart } from "chainrule/charts";'],
    ["examples/networks/tiny.ts", 'import { tensor } from "chainrule";'],
    ["src/index.ts", 'export { Trainer } from "./train/trainer.ts";'],
  ],
  wrong: [
    ["examples/digits.ts", 'import { histogram } from "./parts/bars.ts";'],
    ["examples/digits.ts", 'import { Affine } from "../src/index.ts";'],
    ["examples/digits.ts", 'import { readFileSync } from "node:fs";'],
    ["examples/digits.ts", 'export { network } from "./networks/tiny.ts";'],
    ["examples/digits.ts", 'const tiny = await import("./networks/tiny.ts");'],
    ["examples/networks/tiny.ts", 'import chalk from "chalk";'],
    ["examples/digits.ts", 'import { Affine } from "chainrule/src/index.ts";'],
  ],
});

rule("node-files", {
  right: [
    ["src/data/mnist.node.ts", 'import { readFileSync } from "node:fs";'],
    ["src/data/mnist.node.ts", "const home = process.cwd();"],
    ["src/report/paint.node.ts", 'import chalk from "chalk";'],
    ["src/report/paint.node.ts", 'import { write } from "./live-lines.node.ts";'],
    ["src/node.ts", 'export { loadMnist } from "./data/mnist.node.ts";'],
    ["src/data/dataset.ts", "export const state = { process: 1 }.process;"],
    ["src/data/dataset.ts", "export function run(process: () => void) { process(); }"],
    ["examples/digits.ts", 'import { readFileSync } from "node:fs";'],
  ],
  wrong: [
    ["src/data/dataset.ts", 'import { readFileSync } from "node:fs";'],
    ["src/data/dataset.ts", 'import { readFileSync } from "fs";'],
    ["src/node.ts", 'export { readFileSync } from "node:fs";'],
    ["src/report/result.ts", 'import chalk from "chalk";'],
    ["src/report/result.ts", 'import { paint } from "./paint.node.ts";'],
    ["src/index.ts", 'export { loadMnist } from "./data/mnist.node.ts";'],
    ["src/data/dataset.ts", 'const mnist = await import("./mnist.node.ts");'],
    ["src/data/dataset.ts", "process.exit();"],
    ["src/data/dataset.ts", 'const bytes = Buffer.from("x");'],
  ],
});

rule("same-bits", {
  right: [
    ["src/ops/elementwise.ts", "export const y = Math.sqrt(Math.max(2, Math.fround(3))) * Math.PI;"],
    ["src/ops/elementwise.ts", 'export const y = Math["imul"](2, 3);'],
    ["src/ops/elementwise.ts", 'import { exp } from "./elementary.ts"; export const y = exp(2) * 2;'],
    ["src/train/trainer.ts", "const start = performance.now();"],
    ["src/report/progress.ts", "const start = performance.now();"],
    ["examples/digits.ts", "const start = Date.now() + Math.random() + 2 ** 3 + performance.now();"],
  ],
  wrong: [
    ["src/ops/elementwise.ts", "export const y = 2 ** 3;"],
    ["src/ops/elementwise.ts", "let y = 2; y **= 3;"],
    ["src/ops/elementwise.ts", "export const y = Math.exp(1);"],
    ["src/ops/elementwise.ts", 'export const y = Math["exp"](1);'],
    ["src/ops/elementwise.ts", "export const y = Math.hypot(3, 4);"],
    ["src/ops/elementwise.ts", "export const y = Math.random();"],
    ["src/ops/elementwise.ts", "const { exp } = Math;"],
    ["src/ops/elementwise.ts", "const exact = Math;"],
    ["src/ops/elementwise.ts", "export const y = globalThis.Math.exp(1);"],
    ["src/train/trainer.ts", "const start = Date.now();"],
    ["src/ops/elementwise.ts", "const start = performance.now();"],
  ],
});

rule("type-names", {
  right: [
    ["src/layers/affine.ts", "export const name = typeNameOf(layer.constructor);"],
    ["src/layers/affine.ts", "export const name = layer.name; const { name: own } = layer;"],
    ["src/tensor/type-name.ts", "export const name = layer.constructor.name;"],
    ["test/layers/affine.test.ts", "export const name = layer.constructor.name;"],
  ],
  wrong: [
    ["src/layers/affine.ts", "export const name = layer.constructor.name;"],
    ["src/layers/affine.ts", "export const name = layers[0]?.constructor.name;"],
    ["src/layers/affine.ts", "export class A { constructor() { this.name = new.target.name; } }"],
    ["src/layers/affine.ts", "export class A { constructor() { const { name } = new.target; } }"],
    ["src/layers/affine.ts", "const { name: own } = this.constructor;"],
  ],
});

rule("own-errors", {
  right: [
    ["src/tensor/shape.ts", 'throw new ShapeError({ where: "x" });'],
    ["src/tensor/shape.ts", 'throw refuse("x");'],
    ["src/network/graph.ts", "export class Graph { run() { throw this.refuse(1); } }"],
    ["src/tensor/shape.ts", "try { run(); } catch (error) { throw error; }"],
    ["src/tensor/shape.ts", "try { run(); } catch (error) { throw known ? new DataError({}) : error; }"],
    ["test/tensor/shape.test.ts", 'throw new Error("x");'],
    ["src/tensor/errors.ts", "export class ChainruleError extends Error {}"],
    ["src/trace/probe.ts", "const stack = new Error().stack;"],
    ["src/nn/state.ts", "class Error {} export const mine = new Error();"],
    ["src/cli/load.node.ts", "void Promise.reject(new DataError({}));"],
  ],
  wrong: [
    ["src/nn/state.ts", 'function refuse() { return new TypeError("x"); } throw refuse();'],
    ["src/nn/state.ts", 'const failure = () => RangeError("x"); throw failure();'],
    ["src/nn/state.ts", 'void Promise.reject("x");'],
    ["src/nn/state.ts", "void Promise.reject();"],
    ["src/nn/state.ts", 'void new Promise((_, reject) => reject(new Error("x")));'],
    ["src/nn/state.ts", "class DataError {} throw new DataError();"],
    ["src/nn/state.ts", "class Mine extends Error {}"],
    ["src/nn/state.ts", "export const Mine = class extends TypeError {};"],
    ["src/tensor/shape.ts", 'throw new Error("x");'],
    ["src/tensor/shape.ts", 'throw Error("x");'],
    ["src/nn/state.ts", 'throw new TypeError("x");'],
    ["src/tensor/shape.ts", 'throw "x";'],
    ["src/tensor/shape.ts", "const failure = run(); throw failure;"],
    ["src/tensor/shape.ts", 'throw known ? new DataError({}) : new RangeError("x");'],
  ],
});

rule("one-environment", {
  right: [
    ["src/environment.node.ts", "export const cache = process.env.CACHE;"],
    ["src/data/mnist.node.ts", "const here = process.cwd();"],
    ["src/data/mnist.node.ts", "export const value = { env: 1 }.env;"],
    ["test/data/mnist.test.ts", "const { env } = process;"],
  ],
  wrong: [
    ["src/data/mnist.node.ts", "const cache = process.env.CACHE;"],
    ["src/data/mnist.node.ts", 'const cache = process["env"];'],
    ["src/data/mnist.node.ts", "const { env } = process;"],
    ["src/data/mnist.node.ts", 'import { env } from "node:process";'],
  ],
});

describe("the line budget", () => {
  test("counts lines with code, not blank ones and comments", () => {
    const text = "/**\n * Doc.\n */\n\nconst a = 1; // one\n/* two */ const b = 2;\n// three\nconst c = [\n  a,\n];\n";
    expect(codeLines(text)).toBe(5);
  });

  test("does not take what a string holds for a comment", () => {
    expect(codeLines('const a = "/*";\nconst b = 2;\nconst c = "*/";\n')).toBe(3);
  });

  test("the core is what a program needs, not what stands beside it", async () => {
    const files = await filesOf('import { tensor, Affine } from "chainrule"; console.log(new Affine(1, 2), tensor([1]));');
    expect(files).toEqual(expect.arrayContaining(["src/layers/affine.ts", "src/tensor/tensor.ts"]));
    expect(files.filter((path) => /trainer|sgd|generated/.test(path))).toEqual([]);
  });

  test("operations for layers of one's own stay out of a bundle that does not use them", async () => {
    const own = ["arithmetic", "axes", "batch-matmul", "functions"].map((name) => `src/ops/${name}.ts`);
    const without = await filesOf(/```ts\n([^]*?)```/.exec(readFileSync("README.md", "utf8"))?.[1] ?? "");
    expect(without).toContain("src/ops/products.ts");
    expect(without.filter((path) => own.includes(path))).toEqual([]);
    const used = await filesOf('import { exp, tensor } from "chainrule"; console.log(exp(tensor([1])));');
    expect(used.filter((path) => own.includes(path))).toEqual(["src/ops/functions.ts"]);
  });

  test("measures lines in characters, not bytes", () => {
    expect(longLines("Σ".repeat(120))).toEqual([]);
    expect(longLines(`x\n${"Σ".repeat(121)}`)).toEqual([{ line: 2, length: 121 }]);
  });
});

describe("circular imports", () => {
  const groups = (files: Record<string, string>) => cyclesOf(importsOf(Object.keys(files), (path) => files[path]));

  test("are found, with types only or over several files", () => {
    const files = {
      "src/a.ts": 'import type { B } from "./x/b.ts";',
      "src/x/b.ts": 'export { c } from "../c.ts";',
      "src/c.ts": 'const { a } = await import("./a.ts");',
      "src/d.ts": 'import { a } from "./a.ts";',
    };
    expect(groups(files)).toEqual([["src/a.ts", "src/c.ts", "src/x/b.ts"]]);
  });

  test("are not two ways to one file", () => {
    const files = { "src/a.ts": 'import "./b.ts"; import "./c.ts";', "src/b.ts": 'import "./c.ts";', "src/c.ts": "" };
    expect(groups(files)).toEqual([]);
  });
});

test("lint runs the rules, looks for circular imports, and counts the budget", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  expect(scripts["lint"]).toBe("eslint . && node lint/cycles.js && node lint/budget.js");
});
