import {
  Affine, BatchNorm, Concat, Dropout, Graph, gradientCheck, GELU, Layer, LayerNorm, NegativeLogLikelihood, Parameter, ReLU,
  Sequential, Tensor, tensor, zerosLike, type AnyLayer,
} from "chainrule";
import { double, numbers } from "../tools.ts";
import { Curve } from "./curve.ts";

const curve = (f: (x: number) => number, slope: (x: number) => number) => new Curve(f, slope);
const isRight = (layer: AnyLayer, ...x: number[]) => gradientCheck(layer, double([x])).passed;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const steep = (k: number, factor = 1) => curve((x) => sigmoid(k * x), (x) => factor * k * sigmoid(k * x) * sigmoid(-k * x));

/** y_j = w_j · x_j with dw as it should be, but twice that at one index. */
class Scale extends Layer<{ x: Tensor }> {
  readonly weight: Parameter;
  private readonly wrong: number;

  constructor(count: number, wrong = -1) {
    super();
    this.weight = new Parameter("weight", tensor(Array.from({ length: count }, () => 1)));
    this.wrong = wrong;
  }

  forward(x: Tensor): Tensor {
    this.remember({ x });
    const y = zerosLike(x);
    x.data.forEach((value, i) => { y.data[i] = value * this.weight.value.data[i]; });
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), dx = zerosLike(x);
    dy.data.forEach((value, i) => {
      dx.data[i] = value * this.weight.value.data[i];
      this.weight.grad.data[i] += value * x.data[i] * (i === this.wrong ? 2 : 1);
    });
    return dx;
  }
}

describe("a wrong entry is accused", () => {
  test.each([1, 1e4, 1e8, 1e12])("beside one of %p", (large) => {
    const check = (wrong: number) => gradientCheck(new Scale(2, wrong), double([[large, -1.53]]));
    expect(check(-1).passed).toBe(true);
    const { passed, entries } = check(1);
    expect(passed).toBe(false);
    const { index, analytic, numeric, error } = entries[1];
    expect(index).toEqual([1]);
    expect(analytic / numeric).toBeCloseTo(2, 5);
    expect(error).toBeCloseTo(0.5, 5);
  });

  test("beside a large one, under a loss", () => {
    const loss = {
      forward: (y: Tensor) => numbers(y).reduce((a, b) => a + b),
      backward: () => double([[1, 1]]),
    };
    const check = (wrong: number) => gradientCheck(new Scale(2, wrong), double([[1e8, -1.53]]), { loss, labels: [0] });
    expect(check(-1).passed).toBe(true);
    expect(check(1).passed).toBe(false);
  });

  test.each([1e-3, 1e-6, 1e-10])("if all gradients are about %p", (size) => {
    expect(isRight(curve((x) => size * x, () => size), 0.3)).toBe(true);
    expect(isRight(curve((x) => size * x, () => 2 * size), 0.3)).toBe(false);
    expect(isRight(curve((x) => size * x, () => 0), 0.3)).toBe(false);
    expect(isRight(curve((x) => size * x, () => -size), 0.3)).toBe(false);
  });

  test("if it is off by a millionth", () => {
    expect(isRight(curve((x) => x * x, (x) => 2 * x * (1 + 1e-6)), 0.3, 5)).toBe(false);
  });

  test.each([NaN, Infinity, -Infinity])("if it is %p", (slope) => {
    expect(isRight(curve((x) => x, () => slope), 0.3)).toBe(false);
  });

  test("if f is steep", () => {
    expect(isRight(steep(1000, 1.001), 0)).toBe(false);
    expect(isRight(steep(1000, 1.001), 3e-4)).toBe(false);
  });

  test("if the jump of its slope shrinks with h: curvature is no kink", () => {
    expect(isRight(curve((x) => 500 * x * x, (x) => 1000 * x + 4e-3), 0)).toBe(false);
    expect(isRight(curve((x) => 500 * x * x, (x) => 1000 * x), 0)).toBe(true);
  });

  test("if it is a slope that only a kink nearby has", () => {
    expect(isRight(curve((x) => Math.max(x, 0), (x) => (x >= 0 ? 0 : 1)), 1e-6, -1e-6)).toBe(false);
  });
});

describe("a right layer is not accused", () => {
  test.each([1, 30, 1000, 1e5])("a sigmoid of %p x", (k) => {
    expect(isRight(steep(k), 0, 1 / k, -3 / k, 20 / k, 0.5)).toBe(true);
  });

  test.each([1, 1e-3, 1e-6, 1e-8])("LayerNorm of rows of about %p", (size) => {
    expect(isRight(new LayerNorm(3, { epsilon: 1e-12 }), size, 3 * size, -2.5 * size)).toBe(true);
    expect(isRight(new LayerNorm(3), size, 3 * size, -2.5 * size)).toBe(true);
    expect(isRight(new LayerNorm(3), 0, 0, 0)).toBe(true);
  });

  test.each([1, 1e-4, 1e-7, 1e4])("x over its root mean square, for x of about %p", (size) => {
    expect(isRight(new RootMeanSquare(), size, -2 * size, 0.5 * size)).toBe(true);
  });

  test.each([1e3, 1e6, 1e10])("of numbers of about %p", (size) => {
    expect(isRight(curve((x) => x * x, (x) => 2 * x), size, -3 * size)).toBe(true);
    expect(isRight(new LayerNorm(3), size, 3 * size, -2.5 * size)).toBe(true);
  });

  test("whose domain ends beside x", () => {
    expect(isRight(curve(Math.log, (x) => 1 / x), 1e-6, 1e-9, 2)).toBe(true);
    expect(gradientCheck(new ReLU(), double([[1e-7, 1 - 1e-7]]), { loss: new NegativeLogLikelihood(), labels: [1] }).passed)
      .toBe(true);
  });

  test("with kinks at x, near x, and where kinks cancel in the sum", () => {
    expect(isRight(new ReLU(), 0, 1e-5, -1e-7, 1e-9, 3e-11, 1e-13, -1e-300)).toBe(true);
    expect(isRight(curve(Math.abs, (x) => Math.sign(x)), 0, 1e-8)).toBe(true);
    expect(isRight(curve((x) => 1e-7 * Math.max(x, 0), (x) => (x > 0 ? 1e-7 : 0)), 0)).toBe(true);
    const both = new Graph().input("x", [2]).add("minus", curve((x) => -x, () => -1), "x")
      .add("left", new ReLU(), "minus").add("right", new ReLU(), "x").add("y", new Concat(), "left", "right").output("y");
    expect(isRight(both, 0, 0.5)).toBe(true);
  });

  test("whose second derivative jumps at x", () => {
    expect(isRight(curve((x) => x * Math.abs(x), (x) => 2 * Math.abs(x)), 0, 1e-6)).toBe(true);
    expect(isRight(curve((x) => (x > 0 ? x : Math.expm1(x)), (x) => (x > 0 ? 1 : Math.exp(x))), 0)).toBe(true);
  });

  test("whose slope is tiny in the tails, as GELU's", () => {
    expect(isRight(new GELU(), 0, 5, -5, 30, -30)).toBe(true);
  });

  test("whose slopes of 0 are rounding alone", () => {
    const network = new Sequential([new Affine(3, 4), new BatchNorm(4), new Affine(4, 2)], { seed: 1 });
    expect(gradientCheck(network, [[1, 2, 3], [3, 1, 4], [-1, 5, 9]]).passed).toBe(true);
    expect(isRight(curve((x) => Math.log(1 + Math.exp(x)), sigmoid), -40, 40)).toBe(true);
  });
});

/** y = x / √(mean x²) over a row. */
class RootMeanSquare extends Layer<{ x: Tensor }> {
  forward(x: Tensor): Tensor {
    this.remember({ x });
    const y = zerosLike(x), size = Math.sqrt(meanSquare(x));
    x.data.forEach((value, i) => { y.data[i] = value / size; });
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), dx = zerosLike(x), square = meanSquare(x), size = Math.sqrt(square);
    const along = numbers(x).reduce((sum, value, i) => sum + value * dy.data[i], 0) / x.data.length;
    x.data.forEach((value, i) => { dx.data[i] = (dy.data[i] - (value * along) / square) / size; });
    return dx;
  }
}

function meanSquare(x: Tensor): number {
  return numbers(x).reduce((sum, value) => sum + value * value, 0) / x.data.length;
}

describe("what ran before changes nothing of a check of a layer without a seed", () => {
  const layers: readonly (readonly [string, () => AnyLayer])[] = [
    ["its weights", () => new Affine(3, 2)], ["its masks", () => new Dropout({ keep: 0.7 })],
  ];

  test.each(layers)("%s", (_, make) => {
    const check = (seed: number) => gradientCheck(make(), [[0.3, 1, -2]], { seed });
    const first = check(1);
    const others = [new Affine(5, 5), new Dropout({ keep: 0.3 }), new Affine(2, 2)];
    expect(others.length).toBe(3);
    expect(check(1)).toEqual(first);
    expect(check(2)).not.toEqual(first);
  });

  test("and its own weights are drawn as they would have been", () => {
    const [layer, next] = [new Affine(3, 2), new Affine(3, 2)];
    gradientCheck(layer, [[1, 2, 3]]);
    expect(numbers(layer.weight.value)).not.toEqual(numbers(next.weight.value));
    expect(layer.weight.value.dtype).toBe("float32");
  });

  test("weights that were drawn, or have a seed, are those that are checked", () => {
    const drawn = new Affine(1, 1), seeded = new Affine(1, 1, { seed: 3 });
    const [weight] = numbers(drawn.weight.value);
    const loss = { forward: (y: Tensor) => y.data[0], backward: () => double([[1]]) };
    const slope = (layer: AnyLayer) => gradientCheck(layer, [[2]], { loss, labels: [0] }).entries[0].analytic;
    expect(slope(drawn)).toBe(weight);
    expect(slope(seeded)).toBe(numbers(seeded.weight.value)[0]);
  });
});
