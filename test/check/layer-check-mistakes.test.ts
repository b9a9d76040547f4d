import { checkLayer, KNOWN_MISTAKES, type AnyLayer, type Shape } from "chainrule";
import { ALL, diagnosed, each, masked } from "./mistakes/all.ts";
import { GATED } from "./mistakes/gated.ts";
import { Each, fill } from "./mistakes/planted.ts";
import { SHARED } from "./mistakes/shared.ts";

test.each(ALL)("%s: %s", (name, _, make, shapes) => {
  const report = checkLayer(make(), shapes);
  expect(report.passed).toBe(false);
  expect(diagnosed(report)).toEqual([name]);
});

test("every known mistake is planted at least once", () => {
  expect([...new Set(ALL.map(([name]) => name))].sort()).toEqual([...KNOWN_MISTAKES].sort());
});

test("a factor that is a field's is called by the field's name", () => {
  class Leaky extends Each {
    readonly keep = 0.8;
  }
  const layer = new Leaky((x) => x * x, (x, _, dy) => fill(x, (i) => 1.6 * x.data[i] * dy.data[i]));
  const { diagnosis } = checkLayer(layer, [4]).checks.find(({ name }) => name === "gradient of x") ?? {};
  expect(diagnosis).toMatch("right up to a constant factor 0.8 = keep");
  expect(diagnosis).toMatch("What did forward multiply by?");
});

describe("right layers with kinks are not accused", () => {
  test.each([
    ["ReLU with slope 0 at 0", each((x) => Math.max(0, x), (x, dy) => (x > 0 ? dy : 0))],
    ["ReLU with slope 1 at 0", each((x) => Math.max(0, x), (x, dy) => (x >= 0 ? dy : 0))],
    ["|x| with slope 0 at 0", each(Math.abs, (x, dy) => Math.sign(x) * dy)],
    ["ELU, whose slope bends at 0", each((x) => (x > 0 ? x : Math.expm1(x)), (x, dy) => (x > 0 ? dy : dy * Math.exp(x)))],
    ["steps", each(Math.floor, () => 0)],
    ["right dropout", masked((dy, mask, scale) => dy * mask * scale)],
  ])("%s", (_, layer) => {
    expect(checkLayer(layer, [4]).checks.filter(({ passed }) => !passed)).toEqual([]);
  });
});

test("a loss of several paths is told with the paths, and the factor of each", () => {
  const [, , make, shapes] = GATED[2];
  const { diagnosis } = checkLayer(make(), shapes).checks.find(({ name }) => name === "gradient of x") ?? {};
  expect(diagnosis).toMatch("through v it has a factor 3 that it should not have");
});

const said = (make: () => AnyLayer, shape: Shape | readonly Shape[]) => {
  const { checks } = checkLayer(make(), shape);
  return checks.find(({ passed, diagnosis }) => !passed && diagnosis !== undefined)?.diagnosis;
};
const shared = (what: string) => {
  const [, , make, shape] = SHARED.find(([, wrong]) => wrong === what) ?? SHARED[0];
  return said(make, shape);
};

test("a branch is told with the bound of forward itself, not with the numbers that were tried", () => {
  expect(shared("a clip at ±5 that passes dy on")).toMatch("where x < -5 or x > 5, beyond both bounds");
  expect(shared("a clip at ±1 that knows ±1.5")).toMatch(/where 1 < \|x\| < /);
  expect(shared("wrong between two bounds")).toMatch("-0.3 < x < 0.9, between two bounds");
  expect(shared("leaky ReLU that passes dy on")).toMatch("where x < 0, for negative numbers, and right elsewhere: the "
    + "derivative is 0.1 there, yours 1");
});

test("a shared sum is told as yours and as it should be", () => {
  expect(shared("log-softmax with y for exp(y)")).toMatch("log-softmax's sum is there, but another: it is y · Σ dy where "
    + "exp(y) · Σ dy belongs");
  expect(shared("layer norm without x̂ beside its mean")).toMatch("it is Σ dy · x̂ where x̂ · Σ dy · x̂ belongs");
});

test("of what an inner layer is handed, the wrong columns and their formula are told", () => {
  expect(shared("a cell whose candidate has no 1 - tanh²")).toMatch("What backward hands to gates.backward is wrong, at "
    + "index 4, 5 of axis 1, and what lies behind it follows from that: there, yours lacks the factor [1 - tanh²(");
});

test("dx that is infinite in some places fails the check of the gradient, wherever these places are", () => {
  const layer = masked((dy, mask, scale) => (dy / mask) * scale);
  const check = checkLayer(layer, [4]).checks.find(({ name }) => name === "gradient of x");
  expect(check?.passed).toBe(false);
  expect(check?.diagnosis).toMatch(/^divided by the mask/);
});
