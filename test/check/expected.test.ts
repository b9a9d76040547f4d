import {
  Affine, checkLayer, Dropout, exp, format, Layer, log, multiply, ReLU, sigmoid, tanh, tensor, zerosLike,
  type LayerReport, type Tensor,
} from "chainrule";
import { errorOf } from "../tools.ts";

/** x · tanh(log_b(1 + e^x)): Mish for b = e. Its backward is that of its forward, whatever b is. */
class Mish extends Layer<{ x: Tensor }> {
  private readonly base: number;
  constructor(base = Math.E) {
    super();
    this.base = base;
  }
  override get draws() {
    return false;
  }
  forward(x: Tensor): Tensor {
    this.remember({ x });
    return multiply(x, tanh(this.softplus(x)));
  }
  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), t = tanh(this.softplus(x)), s = sigmoid(x), dx = zerosLike(x), inLn = log(this.base);
    for (let i = 0; i < dx.data.length; i++) {
      dx.data[i] = dy.data[i] * (t.data[i] + x.data[i] * (1 - t.data[i] * t.data[i]) * s.data[i] / inLn);
    }
    return dx;
  }
  private softplus(x: Tensor): Tensor {
    const y = zerosLike(x), inLn = log(this.base);
    for (let i = 0; i < y.data.length; i++) {
      const size = Math.abs(x.data[i]);
      y.data[i] = (Math.max(x.data[i], 0) + log(1 + exp(-size))) / inLn;
    }
    return y;
  }
}

/** torch.nn.functional.mish in float64 (PyTorch 1.13). */
const expected = [{
  x: [[-2, -0.5, 0.25, 3]],
  y: [[-0.2525014826957089, -0.22074377465173, 0.1695724096638176, 2.9865350049679575]],
}];
const failures = ({ checks }: LayerReport) => checks.filter(({ passed }) => !passed).map(({ name }) => name as string);

test("a layer that gives the values of PyTorch passes, and its report has no note", () => {
  const report = checkLayer(() => new Mish(), [4], { expected });
  expect(failures(report)).toEqual([]);
  expect(report.checks[0]).toMatchObject({ name: "expected values", passed: true });
  expect(report.notes).toEqual([]);
});

test("a wrong forward with a consistent backward fails by its values alone", () => {
  expect(failures(checkLayer(() => new Mish(2), [4]))).toEqual([]);
  const report = checkLayer(() => new Mish(2), [4], { expected });
  expect(failures(report)).toEqual(["expected values"]);
  expect(report.checks[0].message).toContain("In train, y[0, 0] is ");
  expect(report.checks[0].message).toContain("expected -0.2525; 4 numbers of 4 beyond the tolerance 0.00001");
});

test("without values the report says that forward was not compared with anything", () => {
  const report = checkLayer(() => new ReLU(), [4]);
  expect(report.notes?.[0]).toMatch(/^forward was not compared with anything/);
  expect(format(report)).toMatch(/ {2}note forward was not compared with anything[^]*\npassed: all/);
});

test("values may be of one mode alone", () => {
  const make = (seed: number) => new Dropout({ keep: 0.8, seed }), same = { x: [[1, 2, 3]], y: [[1, 2, 3]] };
  expect(failures(checkLayer(make, [3], { expected: [{ ...same, mode: "eval" }] }))).toEqual([]);
  expect(failures(checkLayer(make, [3], { expected: [same] }))).toEqual(["expected values"]);
});

test("they are those of the layer's own weights", () => {
  const layer = new Affine(2, 1, { init: tensor([[3], [5]]), bias: tensor([0.5]) });
  expect(failures(checkLayer(layer, [2], { expected: [{ x: tensor([[1, 2]]), y: [[13.5]] }] }))).toEqual([]);
});

test("the tolerance is 1e-5 of 1 or of y, or as told", () => {
  const layer = new Affine(1, 1, { init: tensor([[1]]), bias: false });
  const off = (x: number, y: number, tolerance?: number) => {
    const given = tolerance === undefined ? {} : { tolerance };
    return failures(checkLayer(layer, [1], { expected: [{ x: [[x]], y: [[y]], ...given }] }));
  };
  expect([off(1, 1.000009), off(1, 1.000011), off(1000, 1000.009), off(1, 1.0009, 1e-3)])
    .toEqual([[], ["expected values"], [], []]);
});

test("a y of another shape fails with both shapes", () => {
  const [first] = checkLayer(() => new ReLU(), [2], { expected: [{ x: [[1, 2]], y: [1, 2] }] }).checks;
  expect(first.message).toBe("In train, y has shape [1, 2], expected [2].");
});

test.each([
  ["expected", {} as never, "checkLayer expected"],
  ["a case without y", [{ x: [[1]] }] as never, "checkLayer expected[0] y"],
  ["an unknown field", [{ x: [[1]], y: [[1]], dx: 1 }] as never, "checkLayer expected[0]"],
  ["a mode", [{ x: [[1]], y: [[1]], mode: "test" }] as never, "checkLayer expected[0] mode"],
  ["a tolerance", [{ x: [[1]], y: [[1]], tolerance: 0 }], "checkLayer expected[0] tolerance"],
])("%s that is wrong is refused", (_, given, where) => {
  expect(errorOf(() => checkLayer(new ReLU(), [1], { expected: given })).where).toBe(where);
});
