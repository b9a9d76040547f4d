import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "check-layer-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the command prints and gives as its exit code. */
function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "scripts/run.mjs"), "check-layer", ...args], {
    cwd: root, encoding: "utf8",
  });
  return { status, stdout, stderr };
}

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

test("a right layer of a .ts file passes, with exit code 0", () => {
  const { status, stdout } = run("test/fixtures/my-layer.ts", "--layer", "Swish", "--input", "4");
  expect(stdout).toMatch(/^Swish\n {2}ok/);
  expect(stdout).toMatch(/passed: all \d+ checks\n$/);
  expect(status).toBe(0);
});

test("a layer with two inputs is told --input twice", () => {
  const { status, stdout } = run("test/fixtures/my-layer.ts", "--layer", "CoinMix", "--input", "4", "--input", "4");
  expect(stdout).toMatch(/^CoinMix\n/);
  expect(status).toBe(0);
});

test("a wrong layer of a .js file fails with its diagnosis, with exit code 1", () => {
  const { status, stdout } = run(file("wrong.js", double("Double", "-2 * dy.data[i]")), "--input", "2,3");
  expect(stdout).toMatch(/FAIL gradient of x[^]*sign: Yours is the numeric gradient with the other sign/);
  expect(status).toBe(1);
});

test("sizes come from a static example(), and each class of the file is checked", () => {
  const example = (name: string) => `static example() { return { layer: (seed) => new ${name}(seed), inputShapes: [3] }; }`;
  const text = double("One", "2 * dy.data[i]", example("One"))
    + double("Two", "2 * dy.data[i]", example("Two")).replace(/^import.*\n/, "");
  const { status, stdout } = run(file("two.js", text));
  expect(stdout.match(/^(One|Two)$/gm)).toEqual(["One", "Two"]);
  expect(status).toBe(0);
});

test("--keep checks a dropout", () => {
  const { status, stdout } = run(file("no-dropout.js", double("Double", "2 * dy.data[i]")), "--input", "4", "--keep", "0.8");
  expect(stdout).toMatch(/FAIL dropout share kept\n *Nothing is dropped/s);
  expect(status).toBe(1);
});

test("--quick finds the same mistake, and --json prints the report for programs, with the same exit code", () => {
  const wrong = file("quick.js", double("Double", "-2 * dy.data[i]"));
  const { status, stdout } = run(wrong, "--input", "2,3", "--quick", "--json");
  type Report = { passed: boolean; checks: { name: string; passed: boolean; diagnosis?: string }[] };
  const [{ name: layer, report }] = JSON.parse(stdout) as [{ name: string; report: Report }];
  expect(layer).toBe("Double");
  expect(report.passed).toBe(false);
  const failed = report.checks.filter(({ passed }) => !passed);
  expect(failed.map(({ name }) => name)).toEqual(["gradient of x"]);
  expect(failed[0].diagnosis).toMatch(/^sign: /);
  expect(status).toBe(1);
});

test("a script that does not compile shows the compiler's words and its line", () => {
  const { status, stdout, stderr } = run(file("syntax.js", "export class A {\n  forward(x { return x; }\n}\n"), "--input", "3");
  expect(stdout).toBe("");
  expect(stderr).toContain("got SyntaxError: Unexpected token '{' in line 2: forward(x { return x; }");
  expect(status).toBe(2);
  const typed = run(file("syntax.ts", "export class A {\n  forward(x { return x; }\n}\n"), "--input", "3");
  expect(typed.stderr).toMatch(/got .*syntax\.ts:2:12: ERROR: Expected "\)" but found "\{"/);
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
  ] as [string, () => string[], RegExp][])("%s", (_, args, says) => {
    const { status, stdout, stderr } = run(...args());
    expect(stderr).toMatch(says);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect([stdout, status]).toEqual(["", 2]);
  });
});

test("--help says what there is, with exit code 0", () => {
  const { status, stdout } = run("--help");
  expect(stdout).toMatch(/--input <SIZES>/);
  expect(stdout).toMatch(/static example\(\)/);
  expect(status).toBe(0);
});
