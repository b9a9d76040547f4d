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

test("optimizers compares all of them, and draws one chart with a letter for each", async () => {
  const out = await told("optimizers", "--epochs", "4", "--rows", "60", "--seeds", "1", ...files("optimizers"));
  for (const name of ["* SGD", "o momentum", "+ Nesterov", "x AdaGrad", "# RMSProp", "% Adam", "& AdamW"]) {
    expect(out).toContain(name);
  }
  expect(out).toMatch(/The lowest test error of 7 was that of \w+: /);
});

test("initialisation shows gradients that die out, blow up, and arrive", async () => {
  const out = await told("initialisation", "--rows", "40", "--width", "40");
  const arriving = out.split("\n\n").map((block) => figure(block, "gradient of spread 1: "));
  const [small, large, , orthogonal, , he] = arriving;
  expect(small).toBeLessThan(1e-9);
  expect(large).toBeGreaterThan(10);
  for (const good of [orthogonal, he]) expect(Math.abs(Math.log10(good))).toBeLessThan(1);
});

test("spirals: with a hidden layer more rows are right than without", async () => {
  const out = await told("spirals", "--epochs", "25", "--rows", "150");
  expect(figure(out, "64 units: ")).toBeGreaterThan(figure(out, "Without a hidden layer: ") + 10);
  expect(out.split("\n").filter((line) => /^ {2}[.o#]{56}$/.test(line))).toHaveLength(44);
});

test("mc-dropout: passes lie further apart on noise than on digits", async () => {
  const out = await told("mc-dropout", "--train", "500", "--epochs", "6", "--passes", "20");
  const apart = (name: string) => Number(out.split("\n").find((line) => line.startsWith(name))?.trim().split(/ +/).at(-1));
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

test("batch-norm: at rate 1 the network without it is worse, or breaks down", async () => {
  const out = await told("batch-norm", "--train", "300", "--epochs", "2");
  const line = out.split("\n").find((one) => /^small +1 /.test(one)) ?? "";
  const [without, withNorm] = [...line.matchAll(/([\d.]+) %|broke down/g)].map(([, error]) => Number(error ?? 100));
  expect(withNorm).toBeLessThan(without - 20);
});

test("residual: of twelve blocks the plain line sends nothing back, the residual ones do", async () => {
  const out = await told("residual", "--epochs", "3", "--rows", "60");
  const sizes = (out.split("\n").find((line) => /^ +12 /.test(line)) ?? "").match(/\de[+-]\d+/g)?.map(Number) ?? [];
  expect(sizes).toHaveLength(3);
  expect(sizes[0]).toBeLessThan(1e-6);
  expect(Math.min(sizes[1], sizes[2])).toBeGreaterThan(1e-4);
});

test("a number that is none is refused", async () => {
  const { code, err } = await runScript(["example", "spirals", "--epochs", "many"]);
  expect(code).toBe(1);
  expect(err).toContain('--epochs takes a number, not "many".');
});
