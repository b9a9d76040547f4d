import { checkLayer, KNOWN_MISTAKES } from "chainrule";
import { ALL, diagnosed, each, masked } from "./mistakes/all.ts";
import { GATED } from "./mistakes/gated.ts";
import { Each, fill } from "./mistakes/planted.ts";

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
