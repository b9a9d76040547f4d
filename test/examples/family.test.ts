import { afterAll } from "@jest/globals";
import { runScript, temporaryFolder } from "./run-script.ts";

const folder = temporaryFolder();
afterAll(folder.remove);
const files = (name: string) => ["--json", folder.path(`${name}.json`), "--report", folder.path(`${name}.html`)];

/** What a story prints at a tiny size; it must end well and complain about nothing. */
async function told(...args: string[]): Promise<string> {
  const { code, out, err } = await runScript(["example", ...args]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out;
}

/** The first number after a word. */
const figure = (text: string, after: string) => Number(/-?\d+(\.\d+)?(e[+-]\d+)?/.exec(text.slice(text.indexOf(after) + after.length))?.[0]);

const stories = ["by-hand", "custom-layer", "dropout", "from-scratch", "initialisation", "lenet", "mc-dropout", "own-table",
  "spirals", "training-loop"];

test.each([...stories, "batch-norm", "optimizers", "overfit-dropout", "residual"])("%s has --help, and runs nothing", async (name) => {
  const out = await told(name, "--help");
  expect(out).toMatch(new RegExp(`^Usage: npm run example -- ${name} \\[options\\]\n`));
  for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test.each(stories.flatMap((name) => [[name, "--epoch3"], [name, "5"]]).concat([
  ["lenet", "--epoch", "3"], ["spirals", "--epochs", "0"], ["by-hand", "--rate", "fast"], ["overfit-dropout", "--epochs", "0"],
  ["residual", "--blocks", "0"], ["batch-norm", "--init", "large"], ["optimizers", "--factor", "0"],
]))("%s %s %s is a usage error: one line, exit code 2", async (...args) => {
  const { code, out, err } = await runScript(["example", ...args.filter((word) => word !== undefined)]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err.trimEnd().split("\n")).toHaveLength(1);
  expect(err).toMatch(/: expected .*, got /);
});

test.each(["by-hand", "custom-layer", "from-scratch", "training-loop"])("%s says what to look at", async (name) => {
  expect(await told(name)).toMatch(/^Look at: [^\n]{1,80}$/m);
});

test("optimizers draws one chart of the loss with a letter for each", async () => {
  const out = await told("optimizers", "--epochs", "4", "--rows", "60", "--seeds", "1", ...files("optimizers"));
  for (const name of ["* SGD", "o momentum", "+ AdaGrad", "x RMSProp", "# Adam"]) expect(out).toContain(name);
  expect(out).toMatch(/^Look at: /m);
  expect(out).toMatch(/The lowest test error of 5 was that of \w+: /);
});

test("initialisation shows gradients that die out, blow up, and arrive", async () => {
  const out = await told("initialisation", "--rows", "40", "--width", "40");
  const arriving = out.split("\n\n").map((block) => figure(block, "gradient of spread 1 comes back: "));
  const [small, large, , orthogonal, , he] = arriving;
  expect(small).toBeLessThan(1e-9);
  expect(large).toBeGreaterThan(10);
  for (const good of [orthogonal, he]) expect(Math.abs(Math.log10(good))).toBeLessThan(1);
});

test("spirals: maps before, during and after; with a hidden layer more rows are right than without", async () => {
  const out = await told("spirals", "--epochs", "25", "--rows", "150");
  expect(figure(out, "64 units, after 25 epochs:\n")).toBeGreaterThan(figure(out, "hidden layer, after 25 epochs:\n") + 10);
  for (const when of ["before training", "after 3 epochs", "after 25 epochs"]) expect(out).toContain(`64 units, ${when}:`);
  expect(out.split("\n").filter((line) => /^ {2}[.o#]{48}$/.test(line))).toHaveLength(4 * 18);
});

test("mc-dropout: passes lie further apart on noise than on digits", async () => {
  const out = await told("mc-dropout", "--train", "500", "--epochs", "6", "--passes", "20");
  const apart = (name: string) => Number(out.split("\n").find((line) => line.startsWith(`${name} `))?.trim().split(/ +/).at(-1));
  expect(apart("noise")).toBeGreaterThan(apart("digits"));
});

test("overfit-dropout draws both curves and tells both errors", async () => {
  const out = await told("overfit-dropout", "--epochs", "3", "--train", "100", "--test", "100", "--width", "20", "--seeds", "1", ...files("overfit"));
  expect(out).toMatch(/^plain +[\d.]+ % +[\d.]+ %$/m);
  expect(out).toMatch(/^dropout +[\d.]+ % +[\d.]+ %$/m);
  expect(out).toContain("* plain   o dropout");
});

test("own-table: the network is nearer to the prices than their mean, and a gap is no obstacle", async () => {
  const out = await told("own-table", "--epochs", "20", "--rows", "200");
  expect(figure(out, "it has not seen: ")).toBeLessThan(figure(out, "the mean price is ") / 2);
  expect(out).toMatch(/floor +number +\d+ .*marked in a column of their own/);
  expect(out.match(/predicted price: \d+/g)).toHaveLength(2);
});

test("lenet tells the test error of each epoch", async () => {
  const out = await told("lenet", "--train", "200", "--test", "100", "--epochs", "2");
  expect(out).toMatch(/^epoch 1: training loss [\d.]+, test error [\d.]+ %, [\d.]+ s\nepoch 2: /);
});

test("batch-norm: fewer digits are misread with it after two epochs", async () => {
  const out = await told("batch-norm", "--train", "300", "--epochs", "2", "--seeds", "1", ...files("batch-norm"));
  const testError = (name: string) => Number(new RegExp(`^${name} +[\\d.]+ % +([\\d.]+) %$`, "m").exec(out)?.[1]);
  expect(testError("BatchNorm")).toBeLessThan(testError("without") - 10);
});

test("residual compares plain and residual blocks with both initialisations", async () => {
  const out = await told("residual", "--epochs", "3", "--rows", "60", "--seeds", "1", ...files("residual"));
  for (const name of ["plain, small", "plain, Xavier", "residual, small", "residual, Xavier", "stochastic depth"]) {
    expect(out).toContain(name);
  }
});
