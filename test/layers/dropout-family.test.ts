import {
  Affine, AlphaDropout, BatchNorm, checkLayer, DropConnect, Dropout, gradientCheck, GaussianDropout, MeanSquaredError,
  registered, residual, Sequential, SpatialDropout, StochasticDepth, Tensor, tensor, trace, zeros, type DropoutLayer, type KeepOptions,
  type Layer,
} from "chainrule";
import { errorOf, numbers, ones, spread, spread32 } from "../tools.ts";

type Options = KeepOptions & { seed?: number };

/** Each of the family, made from how much it keeps, with an input it takes. */
const FAMILY: readonly [string, (options: Options) => DropoutLayer, readonly number[]][] = [
  ["Dropout", (options) => new Dropout(options), [4]],
  ["SpatialDropout", (options) => new SpatialDropout(options), [3, 2, 2]],
  ["GaussianDropout", (options) => new GaussianDropout(options), [4]],
  ["AlphaDropout", (options) => new AlphaDropout(options), [4]],
  ["DropConnect", (options) => new DropConnect(4, 3, { init: spread32(4, 3), ...options }), [4]],
  ["StochasticDepth", (options) => new StochasticDepth(options), [2, 3]],
];

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[]) => {
  const mean = average(values);
  return average(values.map((value) => (value - mean) * (value - mean)));
};

/** A sample's variance varies by √((m₄ - σ⁴) / n), m₄ the fourth moment about the mean. */
function expectMoments(values: readonly number[], mean: number, sigma2: number): void {
  const fourth = average(values.map((value) => (value - mean) ** 4));
  const slack = 5 * Math.sqrt(Math.max(fourth - sigma2 * sigma2, 0) / values.length);
  expect(Math.abs(average(values) - mean)).toBeLessThan(5 * Math.sqrt(sigma2 / values.length));
  expect(Math.abs(variance(values) - sigma2)).toBeLessThan(slack);
}

describe.each(FAMILY)("%s", (name, make, shape) => {
  test.each([0.3, 0.8])("passes every check of a layer, gradients in both modes included, at keep %d", (keep) => {
    const { passed, checks } = checkLayer((seed) => make({ keep, seed }), shape);
    expect(checks.filter((check) => !check.passed)).toEqual([]);
    expect(passed).toBe(true);
  });

  test("passes the gradient check with its own draws replayed, for one row and for five", () => {
    for (const rows of [1, 5]) {
      expect(gradientCheck(make({ keep: 0.7, seed: 3 }), spread(rows, ...shape)).worst).toBeLessThan(1e-7);
      expect(gradientCheck(make({ keep: 0.7, seed: 3 }).eval(), spread(rows, ...shape)).worst).toBeLessThan(1e-7);
    }
  });

  test("draws the same for the same seed, and afresh in each forward", () => {
    const x = spread32(20, ...shape), one = make({ keep: 0.4, seed: 5 }), two = make({ keep: 0.4, seed: 5 });
    const first = numbers(one.forward(x)), second = numbers(one.forward(x));
    expect(numbers(two.forward(x))).toEqual(first);
    expect(second).not.toEqual(first);
  });

  test("does nothing in train that it would not do in eval where all is kept", () => {
    const layer = make({ keep: 1, seed: 1 }), x = spread32(3, ...shape);
    expect(numbers(layer.train().forward(x))).toEqual(numbers(layer.eval().forward(x)));
    expect(layer.dependsOnMode).toBe(false);
  });

  test("takes drop as one minus keep", () => {
    expect(make({ drop: 0.25 }).keep).toBe(0.75);
  });

  test.each([{}, { keep: 0.8, drop: 0.2 }])("refuses %j by its own name", (options) => {
    expect(errorOf(() => make(options as never))).toMatchObject({ where: name, allowed: "one of keep and drop" });
  });

  test.each([0, -0.1, 1.2, NaN])("refuses keep %d, also when it is set later, and leaves it as it was", (keep) => {
    expect(errorOf(() => make({ keep }))).toMatchObject({ where: `${name} keep` });
    const layer = make({ keep: 0.6 });
    expect(errorOf(() => { layer.keep = keep; })).toMatchObject({ where: `${name} keep` });
    expect(layer.keep).toBe(0.6);
  });

  test("refuses an unknown option with the nearest one", () => {
    expect(errorOf(() => make({ kep: 0.8 } as never)).advice).toBe("Did you mean keep?");
  });

  test("is known by its name", () => {
    expect(registered(name)).toBe(make({ keep: 0.8 }).constructor);
  });

  test("shows itself in a trace, with what it drew", () => {
    const network = new Sequential([make({ keep: 0.6 })], { seed: 1 }), [width] = network.outputShape(shape);
    const targets = shape.length > 1 ? zeros([2, ...shape]) : zeros([2, width]);
    const events = trace(network, spread32(2, ...shape), targets, { loss: new MeanSquaredError() });
    const names = events.filter(({ phase }) => phase === "forward").map((event) => event.name);
    expect(names).toEqual(["M", name === "DropConnect" ? "d1" : "d0"]);
  });
});

test("a keep that is set holds from the next forward on", () => {
  const layer = new Dropout({ keep: 0.9, seed: 1 });
  layer.keep = 0.25;
  expect(new Set(numbers(layer.forward(ones(10, 40))))).toEqual(new Set([0, 4]));
  expect(String(layer)).toBe("Dropout(keep 0.25)");
});

describe.each([
  ["SpatialDropout", (keep: number, seed: number) => new SpatialDropout({ keep, seed }), 3, 4],
  ["StochasticDepth", (keep: number, seed: number) => new StochasticDepth({ keep, seed }), 1, 12],
] as const)("%s", (_, make, parts, together) => {
  test.each([0.3, 0.8])("passes the checks of dropout at keep %d", (keep) => {
    const report = checkLayer((seed) => make(keep, seed), [3, 2, 2], { dropout: { keep } });
    expect(report.checks.filter(({ passed }) => !passed)).toEqual([]);
  });

  test("drops together what belongs together, and nothing else", () => {
    const mask = numbers((() => {
      const layer = make(0.6, 4);
      layer.forward(ones(500, 3, 2, 2));
      return layer.mask as Tensor;
    })());
    const draws = Array.from({ length: 500 * parts }, (__, i) => mask.slice(i * together, (i + 1) * together));
    expect(draws.filter((draw) => new Set(draw).size > 1)).toEqual([]);
    const kept = draws.filter(([bit]) => bit === 1).length;
    expect(Math.abs(kept - draws.length * 0.6)).toBeLessThan(5 * Math.sqrt(draws.length * 0.6 * 0.4));
  });
});

test("SpatialDropout refuses rows that have no channels, naming what it takes", () => {
  expect(errorOf(() => new SpatialDropout({ keep: 0.8 }).forward(tensor([1, 2]))).allowed).toMatch(/^\[channels/);
});

test("a block whose branch StochasticDepth drops is its skip connection", () => {
  const depth = new StochasticDepth({ keep: 0.8 }).useMask(tensor([[0, 0], [1, 1]]));
  const block = residual(new Affine(2, 2, { init: tensor([[1, 0], [0, 1]]) }), depth);
  expect(block.forward(tensor([[3, 4], [4, 8]])).toArray()).toEqual([[3, 4], [9, 18]]);
});

describe("what the docstrings say of mean and variance, within 5 sigma", () => {
  const ROWS = 40_000;
  /** What becomes of one number in many draws. */
  const outputs = (layer: Layer, x: number) => {
    const all = new Tensor(new Float64Array(ROWS).fill(x), [ROWS, 1]);
    return numbers(layer.forward(all));
  };

  test.each([
    ["Dropout", () => new Dropout({ keep: 0.8, seed: 2 })],
    ["SpatialDropout", () => new SpatialDropout({ keep: 0.8, seed: 2 })],
    ["StochasticDepth", () => new StochasticDepth({ keep: 0.8, seed: 2 })],
    ["GaussianDropout", () => new GaussianDropout({ keep: 0.8, seed: 2 })],
  ])("%s: x, and x² · (1 - keep) / keep", (_, make) => {
    expectMoments(outputs(make(), 3), 3, 9 * 0.25);
  });

  test("Dropout at-eval: x · keep, and x² · keep · (1 - keep)", () => {
    expectMoments(outputs(new Dropout({ keep: 0.8, scaling: "at-eval", seed: 2 }), 3), 2.4, 9 * 0.16);
  });

  test("GaussianDropout's noise is normal: a third lies beyond one standard deviation", () => {
    const far = outputs(new GaussianDropout({ keep: 0.8, seed: 2 }), 1).filter((y) => Math.abs(y - 1) > 0.5).length;
    // Beyond one standard deviation of a normal distribution lies 0.3173.
    expect(Math.abs(far - 0.3173 * ROWS)).toBeLessThan(5 * Math.sqrt(ROWS * 0.3173 * 0.6827));
  });

  test.each([0.3, 0.9])("AlphaDropout at keep %d: for one x, a · keep · x, and a² · keep · (1 - keep) · (x - α')²", (keep) => {
    const alpha = -1.7580993408473766, a = 1 / Math.sqrt(keep + alpha * alpha * keep * (1 - keep));
    const spread2 = a * a * keep * (1 - keep) * (0.5 - alpha) * (0.5 - alpha);
    expectMoments(outputs(new AlphaDropout({ keep, seed: 2 }), 0.5), a * keep * 0.5, spread2);
  });

  test.each([0.3, 0.9])("AlphaDropout at keep %d: mean 0 and variance 1 stay", (keep) => {
    // ±1 in turn have mean 0 and variance 1 exactly.
    const x = new Tensor(Float64Array.from({ length: ROWS }, (_, i) => (i % 2 === 0 ? 1 : -1)), [ROWS, 1]);
    const y = numbers(new AlphaDropout({ keep, seed: 3 }).forward(x));
    const fourth = average(y.map((value) => value ** 4));
    expect(Math.abs(average(y))).toBeLessThan(5 / Math.sqrt(ROWS));
    expect(Math.abs(average(y.map((value) => value * value)) - 1)).toBeLessThan(5 * Math.sqrt(fourth / ROWS));
  });

  test("DropConnect: x·w + b, and Σ (x · w)² · (1 - keep) / keep", () => {
    const init = tensor([[1], [-2], [3]]), bias = tensor([10]), x = tensor([[2, 1, 1]]);
    const layer = new DropConnect(3, 1, { keep: 0.8, init, bias, seed: 2 });
    const y = Array.from({ length: 10_000 }, () => layer.forward(x).data[0]);
    // 2·1 - 1·2 + 1·3 + 10, and (4 + 4 + 9) / 4.
    expect(numbers(layer.eval().forward(x))).toEqual([13]);
    expectMoments(y, 13, 17 / 4);
  });
});

describe("DropConnect", () => {
  test("without dropping anything is Affine, forward and backward", () => {
    const init = spread32(3, 2), bias = tensor([0.5, -0.5]), x = spread32(4, 3), dy = spread32(4, 2);
    const [one, other] = [new DropConnect(3, 2, { keep: 0.7, init, bias }).eval(), new Affine(3, 2, { init, bias })];
    expect(numbers(one.forward(x))).toEqual(numbers(other.forward(x)));
    expect(numbers(one.backward(dy))).toEqual(numbers(other.backward(dy)));
    expect(one.parameters.map(({ grad }) => numbers(grad))).toEqual(other.parameters.map(({ grad }) => numbers(grad)));
  });

  test("a connection that was dropped gets no gradient, one that was kept 1/keep of it", () => {
    const layer = new DropConnect(50, 40, { keep: 0.25, init: ones(50, 40), seed: 1 });
    layer.forward(ones(1, 50));
    layer.backward(ones(1, 40));
    expect(new Set(numbers(layer.weight.grad))).toEqual(new Set([0, 4]));
    expect(new Set(numbers(layer.bias?.grad as Tensor))).toEqual(new Set([1]));
  });

  test("names both sizes, and how much it keeps", () => {
    expect(String(new DropConnect(3, 2, { keep: 0.7 }))).toBe("DropConnect(3 → 2, keep 0.7)");
    const wrong = errorOf(() => new DropConnect(3, 2, { keep: 0.7 }).forward(tensor([[1, 2]])));
    expect(wrong).toMatchObject({ where: "DropConnect(3 → 2, keep 0.7)", given: "input of shape [2]" });
  });
});

test("BatchNorm is none of the family", () => {
  expect("keep" in new BatchNorm(2)).toBe(false);
});
