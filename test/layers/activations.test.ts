import { ELU, GELU, LeakyReLU, LogSoftmax, Sigmoid, SiLU, Softplus, Tanh, tensor, type Layer } from "chainrule";
import { double, errorOf, expectClose, numbers } from "../tools.ts";

/** y of x and, with dy = 2, dx; in float64. */
function both(layer: Layer, x: number): { y: number; dx: number } {
  const y = layer.forward(double([[x]]));
  return { y: y.data[0], dx: layer.backward(double([[2]])).data[0] };
}

// Where exp(x) is an integer the rest is arithmetic: σ(ln 3) = 3/4, tanh(ln 3) = (3 - 1/3) / (3 + 1/3).
const ln3 = Math.log(3);
const byHand: readonly (readonly [string, Layer, number, number, number])[] = [
  ["LeakyReLU above 0", new LeakyReLU({ slope: 0.25 }), 3, 3, 2],
  ["LeakyReLU below 0", new LeakyReLU({ slope: 0.25 }), -3, -0.75, 0.5],
  ["LeakyReLU at 0 has the slope", new LeakyReLU({ slope: 0.25 }), 0, 0, 0.5],
  ["LeakyReLU's slope is 0.01 when nothing is said", new LeakyReLU(), -1, -0.01, 0.02],
  ["ELU above 0", new ELU({ alpha: 3 }), 2, 2, 2],
  ["ELU below 0: 3 · (1/3 - 1) and 2 · 3 · 1/3", new ELU({ alpha: 3 }), -ln3, -2, 2],
  ["ELU at 0 has alpha as slope", new ELU({ alpha: 3 }), 0, 0, 6],
  ["Sigmoid: 3/4 and 2 · 3/4 · 1/4", new Sigmoid(), ln3, 0.75, 0.375],
  ["Sigmoid at 0", new Sigmoid(), 0, 0.5, 0.5],
  ["Tanh: 4/5 and 2 · (1 - 16/25)", new Tanh(), ln3, 0.8, 0.72],
  ["SiLU: 3/4 x and 2 · 3/4 · (1 + x/4)", new SiLU(), ln3, 0.75 * ln3, 1.5 * (1 + ln3 / 4)],
  ["Softplus: log(1 + 3) and 2 · 3/4", new Softplus(), ln3, Math.log(4), 1.5],
  ["Softplus above 20 is x itself", new Softplus(), 20.5, 20.5, 2],
  ["GELU at 0: half the slope", new GELU(), 0, 0, 1],
  // Φ(1) and φ(1) from a table of the normal distribution: 0.841344746068543, 0.241970724519143.
  ["GELU at 1: Φ(1) and 2 · (Φ(1) + φ(1))", new GELU(), 1, 0.841344746068543, 2.166630941175372],
  ["GELU by tanh at 0: half the slope", new GELU({ approximate: "tanh" }), 0, 0, 1],
];

test.each(byHand)("%s", (_, layer, x, y, dx) => {
  const given = both(layer, x);
  expectClose([given.y, given.dx], [y, dx], 1e-14);
});

test("GELU by tanh differs from the exact one, by less than 0.0005 at 1", () => {
  const difference = Math.abs(both(new GELU({ approximate: "tanh" }), 1).y - both(new GELU(), 1).y);
  expect(difference).toBeGreaterThan(1e-5);
  expect(difference).toBeLessThan(5e-4);
});

test.each([new LeakyReLU(), new ELU(), new SiLU(), new GELU(), new Sigmoid(), new Tanh(), new Softplus()])(
  "%s passes NaN on, so that it is seen", (layer) => {
    expect(numbers(layer.forward(tensor([[NaN, 0]])))[0]).toBeNaN();
  },
);

test.each([
  ["LeakyReLU", new LeakyReLU(), [Infinity, -Infinity]],
  ["ELU", new ELU(), [Infinity, -1]],
  ["Sigmoid", new Sigmoid(), [1, 0]],
  ["Tanh", new Tanh(), [1, -1]],
  ["Softplus", new Softplus(), [Infinity, 0]],
] as const)("%s at infinity", (_, layer, wanted) => {
  expect(numbers(layer.forward(tensor([[Infinity, -Infinity]])))).toEqual(wanted);
});

describe("LogSoftmax", () => {
  test("of logits ln 1, ln 3 gives ln 1/4, ln 3/4", () => {
    expectClose(new LogSoftmax().forward(double([[0, ln3]])), [Math.log(0.25), Math.log(0.75)], 1e-15);
  });

  test("dx_j = dy_j - p_j · Σ dy: for p = (1/4, 3/4) and dy = (4, 8), Σ = 12 and dx = (1, -1)", () => {
    const layer = new LogSoftmax();
    layer.forward(double([[0, ln3]]));
    expectClose(layer.backward(double([[4, 8]])), [1, -1], 1e-14);
  });

  test("does not underflow: logits of ±10,000 give 0 and -20,000", () => {
    expect(numbers(new LogSoftmax().forward(tensor([[10000, -10000]])))).toEqual([0, -20000]);
  });

  test("is over the last axis, each row by itself", () => {
    const y = new LogSoftmax().forward(double([[[0, 0], [NaN, 1]]]));
    expect(numbers(y)).toEqual([-Math.LN2, -Math.LN2, NaN, NaN]);
  });
});

describe("options", () => {
  const atLeast0 = "a finite number at least 0";
  test.each([
    ["a slope below 0", () => new LeakyReLU({ slope: -1 }), "LeakyReLU slope", "-1", atLeast0],
    ["a slope that is a text", () => new LeakyReLU({ slope: "0.1" as never }), "LeakyReLU slope", '"0.1"', atLeast0],
    ["an alpha of 0", () => new ELU({ alpha: 0 }), "ELU alpha", "0", "a finite number above 0"],
    ["another form", () => new GELU({ approximate: "erf" as never }), "GELU approximate", '"erf"', '"none" or "tanh"'],
  ])("%s is refused", (_, make, where, given, allowed) => {
    expect(errorOf(make)).toMatchObject({ where, given, allowed });
  });

  test("that are misspelt are refused with the nearest name", () => {
    expect(errorOf(() => new LeakyReLU({ slop: 1 } as never)).advice).toBe("Did you mean slope?");
  });

  test("are shown", () => {
    const shown = [new LeakyReLU(), new ELU({ alpha: 2 }), new GELU({ approximate: "tanh" }), new GELU()].map(String);
    expect(shown).toEqual(["LeakyReLU(slope 0.01)", "ELU(alpha 2)", "GELU(tanh)", "GELU"]);
  });
});
