import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { session } from "../session.ts";

const folder = mkdtempSync(join(tmpdir(), "check-layer-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { run: command, close } = session();
afterAll(close);
const run = (...args: readonly string[]) => command("check-layer", ...args);

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** y = 2x in plain JavaScript, in a folder that knows nothing of chainrule; `back` is its dx for one dy. */
const double = (name: string, back: string, more = "") => `import { Layer, zerosLike } from "chainrule";
export class ${name} extends Layer {
  ${more}
  forward(x) {
    this.remember(true);
    const y = zerosLike(x);
    for (let i = 0; i < x.data.length; i++) y.data[i] = 2 * x.data[i];
    return y;
  }
  backward(dy) {
    this.recall();
    const dx = zerosLike(dy);
    for (let i = 0; i < dy.data.length; i++) dx.data[i] = ${back};
    return dx;
  }
}
`;

test("a right layer of a .ts file passes, with exit code 0", async () => {
  const { code, out } = await run("test/fixtures/my-layer.ts", "--layer", "Swish", "--input", "4");
  expect(out).toMatch(/^Swish\n {2}ok/);
  expect(out).toMatch(/passed: all \d+ checks\n$/);
  expect(code).toBe(0);
});

test("a layer with two inputs is told --input twice", async () => {
  const { code, out } = await run("test/fixtures/my-layer.ts", "--layer", "CoinMix", "--input", "4", "--input", "4");
  expect(out).toMatch(/^CoinMix\n/);
  expect(code).toBe(0);
});

test("a wrong layer of a .js file fails with its diagnosis, with exit code 1", async () => {
  const { code, out } = await run(file("wrong.js", double("Double", "-2 * dy.data[i]")), "--input", "2,3");
  expect(out).toMatch(/FAIL gradient of x[^]*sign: Yours is the numeric gradient with the other sign/);
  expect(code).toBe(1);
});

test("sizes come from a static example(), and each class of the file is checked", async () => {
  const example = (name: string) => `static example() { return { layer: (seed) => new ${name}(seed), inputShapes: [3] }; }`;
  const text = double("One", "2 * dy.data[i]", example("One"))
    + double("Two", "2 * dy.data[i]", example("Two")).replace(/^import.*\n/, "");
  const { code, out } = await run(file("two.js", text));
  expect(out.match(/^(One|Two)$/gm)).toEqual(["One", "Two"]);
  expect(code).toBe(0);
});

test("--keep checks a dropout", async () => {
  const { code, out } = await run(file("no-dropout.js", double("Double", "2 * dy.data[i]")), "--input", "4", "--keep", "0.8");
  expect(out).toMatch(/FAIL dropout share kept\n *Nothing is dropped/s);
  expect(code).toBe(1);
});

test("--quick finds the same mistake, and --json prints the report for programs, with the same exit code", async () => {
  const wrong = file("quick.js", double("Double", "-2 * dy.data[i]"));
  const { code, out } = await run(wrong, "--input", "2,3", "--quick", "--json");
  type Report = { passed: boolean; checks: { name: string; passed: boolean; diagnosis?: string }[] };
  const [{ name: layer, report }] = JSON.parse(out) as [{ name: string; report: Report }];
  expect(layer).toBe("Double");
  expect(report.passed).toBe(false);
  const failed = report.checks.filter(({ passed }) => !passed);
  expect(failed.map(({ name }) => name)).toEqual(["gradient of x"]);
  expect(failed[0].diagnosis).toMatch(/^sign: /);
  expect(code).toBe(1);
});

test("a script that does not compile shows the compiler's words and its line", async () => {
  const { code, out, err } = await run(file("syntax.js", "export class A {\n  forward(x { return x; }\n}\n"), "--input", "3");
  expect(out).toBe("");
  expect(err).toContain("got SyntaxError: Unexpected token '{' in line 2: forward(x { return x; }");
  expect(code).toBe(2);
  const typed = await run(file("syntax.ts", "export class A {\n  forward(x { return x; }\n}\n"), "--input", "3");
  expect(typed.err).toMatch(/got .*syntax\.ts:2:12: ERROR: Expected "\)" but found "\{"/);
});

describe("misuse ends with one sentence and exit code 2", () => {
  const right = double("Double", "2 * dy.data[i]");
  test.each([
    ["no file", () => [], /expected one.*, got 0 files/],
    ["a file that is not there", () => ["nowhere.js"], /nowhere\.js: .*got no such file/],
    ["another kind of file", () => ["package.json"], /a file of kind "\.json"/],
    ["a file that does not load", () => [file("broken.js", "export class {")], /SyntaxError/],
    ["a file without layers", () => [file("none.js", "export const a = 1;")], /expected a layer class among them.*, got .*exports of a/],
    ["a class that does not extend Layer", () => [file("alien.js", "export class A { forward() {} backward() {} }")],
      /A, which does not extend this chainrule's Layer/],
    ["no sizes", () => [file("right.js", right)], /Double: .*got no sizes.*--input 4.*static example\(\)/],
    ["sizes that are none", () => [file("right.js", right), "--input", "0"], /--input: .*got "0"/],
    ["an unknown option", () => ["a.js", "--inptu", "4"], /an unknown option --inptu.*Did you mean --input\?/],
    ["an unknown class", () => [file("right.js", right), "--input", "4", "--layer", "Duoble"], /Did you mean Double\?/],
    ["a keep that is none", () => [file("right.js", right), "--input", "4", "--keep", "2"], /checkLayer dropout keep: .*got 2/],
  ] as [string, () => string[], RegExp][])("%s", async (_, args, says) => {
    const { code, out, err } = await run(...args());
    expect(err).toMatch(says);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    expect([out, code]).toEqual(["", 2]);
  });
});

test("--help says what there is, with exit code 0", async () => {
  const { code, out } = await run("--help");
  expect(out).toMatch(/--input <SIZES>/);
  expect(out).toMatch(/static example\(\)/);
  expect(code).toBe(0);
});
