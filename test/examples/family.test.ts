import { afterAll, afterEach, expect, jest, test } from "@jest/globals";
import batchNorm from "../../examples/batch-norm.ts";
import optimizers from "../../examples/optimizers.ts";
import overfitDropout from "../../examples/overfit-dropout.ts";
import residual from "../../examples/residual.ts";
import { helpOf } from "../../src/cli/arguments.node.ts";
import { readSettings } from "../../src/cli/experiment/flags.node.ts";
import { usageOf } from "../../src/cli/experiment/usage.node.ts";
import { runScript, temporaryFolder } from "./run-script.ts";

const folder = temporaryFolder();
afterAll(folder.remove);
const files = (name: string) => ["--json", folder.path(`${name}.json`), "--report", folder.path(`${name}.html`)];

/** What an example prints at a small size. It must end with 0, nothing on stderr, what to look at, and no long lines. */
async function printed(...args: string[]): Promise<string> {
  const { code, out, err } = await runScript(["example", ...args]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/^Look at: .*[.?]$/ms);
  // Lines about progress are longer in a file than in a terminal.
  for (const line of out.split("\n")) expect(/samples\/s/.test(line) ? 0 : line.length).toBeLessThanOrEqual(80);
  return out;
}

/** The first number after a phrase. */
function figure(text: string, after: string): number {
  return Number(/-?\d+(\.\d+)?(e[+-]\d+)?/.exec(text.slice(text.indexOf(after) + after.length))?.[0]);
}

const SCRIPTS = ["by-hand", "custom-layer", "dropout", "from-scratch", "initialisation", "lenet", "mc-dropout", "own-table",
  "spirals", "training-loop"];
const EXPERIMENTS = { "batch-norm": batchNorm, optimizers, "overfit-dropout": overfitDropout, residual };

/** Ends a script at process.exit. */
class Exit extends Error {
  readonly code: unknown;
  constructor(code: unknown) {
    super("process.exit");
    this.code = code;
  }
}

const { argv, env } = process, { columns } = process.stdout;
afterEach(() => {
  jest.restoreAllMocks();
  Object.assign(process, { argv, env });
  process.stdout.columns = columns;
});

/** Imports a script as if it had been started with these arguments, which must make it exit before it does anything. */
async function exitOf(name: string, ...args: string[]): Promise<{ code: unknown; out: string; err: string }> {
  const text = { out: "", err: "" };
  jest.spyOn(process.stdout, "write").mockImplementation((chunk) => { text.out += String(chunk); return true; });
  jest.spyOn(process.stderr, "write").mockImplementation((chunk) => { text.err += String(chunk); return true; });
  jest.spyOn(process, "exit").mockImplementation((code) => { throw new Exit(code); });
  Object.assign(process, {
    argv: [process.execPath, `examples/${name}.ts`, ...args], env: { ...env, CHAINRULE_CALL: `npm run example -- ${name}` },
  });
  const query = encodeURIComponent([process.stdout.columns, ...args].join(" "));
  const error: unknown = await import(`../../examples/${name}.ts?${query}`).then(() => undefined, (reason: unknown) => reason);
  if (!(error instanceof Exit)) throw new Error(`${name} did not exit: ${String(error)}`);
  return { code: error.code, ...text };
}

test.each(SCRIPTS)("%s --help lists its options in 40 and 80 columns, and runs nothing", async (name) => {
  for (const width of [40, 80]) {
    process.stdout.columns = width;
    const { code, out, err } = await exitOf(name, "--help");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.replace(/\s+/g, " ")).toMatch(new RegExp(`^Usage: npm run example -- ${name} \\[options\\] `));
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(width);
  }
});

test.each(Object.entries(EXPERIMENTS))("%s --help fits into 40 and 80 columns", (name, subject) => {
  for (const width of [40, 80]) {
    for (const line of helpOf(usageOf(subject, `npm run example -- ${name}`), width).split("\n")) {
      expect(line.length).toBeLessThanOrEqual(width);
    }
  }
});

test.each(SCRIPTS.flatMap((name) => [[name, "--epoch3"], [name, "5"]]).concat([
  ["lenet", "--epoch", "3"], ["spirals", "--epochs", "0"], ["by-hand", "--rate", "fast"],
]))("%s %s %s is a usage error: one line, exit code 2", async (name, ...args) => {
  const { code, out, err } = await exitOf(name, ...args.filter((word) => word !== undefined));
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(/^[^\n]*: expected [^\n]*, got [^\n]*\n$/);
});

test.each([
  ["overfit-dropout", "--epochs", "0"], ["residual", "--blocks", "0"], ["batch-norm", "--init", "large"],
  ["optimizers", "--factor", "0"],
] as const)("%s refuses %s %s", (name, flag, value) => {
  const subject = EXPERIMENTS[name], usage = usageOf(subject, `npm run example -- ${name}`);
  expect(() => readSettings(subject, usage, name, [flag, value])).toThrow(`, got "${value}"`);
});

test("optimizers draws one chart of the loss with a letter for each", async () => {
  const out = await printed("optimizers", "--epochs", "4", "--rows", "60", "--seeds", "1", ...files("optimizers"));
  for (const name of ["* SGD", "o momentum", "+ AdaGrad", "x RMSProp", "# Adam"]) expect(out).toContain(name);
    expect(out).toMatch(/The lowest test error of 5 was that of \w+: /);
});

test("initialisation shows gradients that die out, blow up, and arrive", async () => {
  const out = await printed("initialisation", "--rows", "40", "--width", "40");
  const arriving = out.split("\n\n").map((block) => figure(block, "gradient of spread 1 comes back: "));
  const [small, large, , orthogonal, , he] = arriving;
  expect(small).toBeLessThan(1e-9);
  expect(large).toBeGreaterThan(10);
  for (const good of [orthogonal, he]) expect(Math.abs(Math.log10(good))).toBeLessThan(1);
});

test("spirals: maps before, during and after; with a hidden layer more rows are right than without", async () => {
  const out = await printed("spirals", "--epochs", "25", "--rows", "150");
  expect(figure(out, "64 units, after 25 epochs:\n")).toBeGreaterThan(figure(out, "hidden layer, after 25 epochs:\n") + 10);
  for (const when of ["before training", "after 3 epochs", "after 25 epochs"]) expect(out).toContain(`64 units, ${when}:`);
  expect(out.split("\n").filter((line) => /^ {2}[.o#]{48}$/.test(line))).toHaveLength(4 * 18);
});

test("mc-dropout: passes lie further apart on noise than on digits", async () => {
  const out = await printed("mc-dropout", "--train", "500", "--epochs", "6", "--passes", "20");
  const apart = (name: string) => Number(out.split("\n").find((line) => line.startsWith(`${name} `))?.trim().split(/ +/).at(-1));
  expect(apart("noise")).toBeGreaterThan(apart("digits"));
});

test("overfit-dropout draws both curves and tells both errors", async () => {
  const out = await printed("overfit-dropout", "--epochs", "3", "--train", "100", "--test", "100", "--width", "20", "--seeds", "1", ...files("overfit"));
  expect(out).toMatch(/^plain +[\d.]+ % +[\d.]+ %$/m);
  expect(out).toMatch(/^dropout +[\d.]+ % +[\d.]+ %$/m);
  expect(out).toContain("* plain   o dropout");
});

test("own-table: the network is nearer to the prices than their mean, and a gap is no obstacle", async () => {
  const out = await printed("own-table", "--epochs", "20", "--rows", "200");
  expect(figure(out, "it has not seen: ")).toBeLessThan(figure(out, "the mean price is ") / 2);
  expect(out).toMatch(/floor +number +\d+ .*\n.*marked in a column of their own/);
  expect(out.match(/predicted price: \d+/g)).toHaveLength(2);
});

test("lenet tells the test error of each epoch", async () => {
  const out = await printed("lenet", "--train", "200", "--test", "100", "--epochs", "2");
  expect(out).toMatch(/^epoch 1: training loss [\d.]+, test error [\d.]+ %, [\d.]+ s\nepoch 2: /);
});

test("batch-norm: fewer digits are misread with it after two epochs", async () => {
  const out = await printed("batch-norm", "--train", "300", "--epochs", "2", "--seeds", "1", ...files("batch-norm"));
  const testError = (name: string) => Number(new RegExp(`^${name} +[\\d.]+ % +([\\d.]+) %$`, "m").exec(out)?.[1]);
  expect(testError("BatchNorm")).toBeLessThan(testError("without") - 10);
});

test("residual compares plain and residual blocks with both initialisations", async () => {
  const out = await printed("residual", "--epochs", "3", "--rows", "60", "--seeds", "1", ...files("residual"));
  for (const name of ["plain, small", "plain, Xavier", "residual, small", "residual, Xavier", "stochastic depth"]) {
    expect(out).toContain(name);
  }
});
