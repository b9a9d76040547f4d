import { spawnSync } from "node:child_process";
import { checkLayer, checks, Dropout, LAYER_CHECKS, layerMatchers, multiply, ReLU, Layer, type Tensor } from "chainrule";
import { errorOf } from "../tools.ts";
import { SOURCES } from "../sources/process.ts";

/** y = x², with dx = 3·x·dy. */
class Wrong extends Layer<{ x: Tensor }> {
  override get draws() {
    return false;
  }
  forward(x: Tensor): Tensor {
    this.remember({ x });
    return multiply(x, x);
  }
  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), dx = multiply(x, dy);
    for (let i = 0; i < dx.data.length; i++) dx.data[i] *= 3;
    return dx;
  }
}

describe("checks(layer) of a right layer:", () => {
  for (const { name, run } of checks(() => new ReLU(), [4])) test(name, run);
});

describe("with options:", () => {
  const expected = [{ x: [[1, 2]], y: [[1, 2]], mode: "eval" as const }], dropout = { keep: 0.8 };
  for (const { name, run } of checks((seed) => new Dropout({ keep: 0.8, seed }), [2], { expected, dropout })) {
    test(name, run);
  }

  test("there is one for each of the list", () => {
    const all = checks((seed) => new Dropout({ keep: 0.8, seed }), [2], { expected, dropout });
    expect(all.map(({ name }) => name)).toEqual(Object.keys(LAYER_CHECKS));
  });
});

test("the names are those of the report, known before anything runs", () => {
  let made = 0;
  const named = checks(() => {
    made++;
    return new ReLU();
  }, [4]);
  expect(made).toBe(0);
  expect(named.map(({ name }) => name)).toEqual(checkLayer(() => new ReLU(), [4]).checks.map(({ name }) => name));
});

test("of a wrong layer those fail that its report has as failed, with its words", () => {
  const report = checkLayer(() => new Wrong(), [3]), named = checks(() => new Wrong(), [3]);
  const failing = named.filter(({ run }) => {
    try {
      run();
      return false;
    } catch {
      return true;
    }
  });
  expect(failing.map(({ name }) => name)).toEqual(report.checks.filter(({ passed }) => !passed).map(({ name }) => name));
  const [first] = report.checks.filter(({ passed }) => !passed);
  expect(errorOf(() => failing[0].run())).toMatchObject({
    where: `the check "${first.name}"`, given: first.message, advice: first.diagnosis ?? "",
  });
});

test("node:test runs them", () => {
  const program = `import { test } from "node:test";
    import { checks, ReLU } from "./src/index.ts";
    for (const { name, run } of checks(() => new ReLU(), [4])) test(name, run);`;
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { stdout } = spawnSync(process.execPath, [
    "--import", SOURCES, "--input-type=module", "--test-reporter=tap", "-e", program,
  ], { encoding: "utf8", env: { ...env, NODE_TEST_CONTEXT: undefined } });
  expect(stdout).toMatch(/ok 1 - methods/);
  expect(stdout).toMatch(/# fail 0/);
});

describe("the matcher", () => {
  expect.extend(layerMatchers);

  test("passes a right layer, and shows the report of a wrong one", () => {
    expect(layerMatchers.toPassLayerCheck(() => new ReLU(), [4]).pass).toBe(true);
    const wrong = layerMatchers.toPassLayerCheck(() => new Wrong(), [4]);
    expect(wrong.pass).toBe(false);
    expect(wrong.message()).toContain("FAIL gradient of x");
  });
});
