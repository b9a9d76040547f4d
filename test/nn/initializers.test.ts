import { Affine, Conv2d, initializers, Parameter, tensor, type Initializer, type Shape } from "chainrule";
import { errorOf, expectClose, numbers } from "../tools.ts";

const draw = (init: Initializer, shape: Shape = [200, 100]) => numbers(new Parameter("w", { shape, init }, { seed: 3 }).value);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Five standard deviations of the mean, and of the mean square, given the fourth moment about 0. */
function expectSpread(values: readonly number[], variance: number, fourth: number): void {
  expect(Math.abs(mean(values))).toBeLessThan(5 * Math.sqrt(variance / values.length));
  const slack = 5 * Math.sqrt((fourth - variance * variance) / values.length);
  expect(Math.abs(mean(values.map((value) => value * value)) - variance)).toBeLessThan(slack);
}
const expectNormal = (values: readonly number[], variance: number) =>
  expectSpread(values, variance, 3 * variance * variance);
/** Uniform over ±limit: variance limit²/3, fourth moment limit⁴/5. */
function expectUniform(values: readonly number[], variance: number): void {
  expectSpread(values, variance, (9 * variance * variance) / 5);
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.fround(Math.sqrt(3 * variance)));
  expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(0.99 * Math.sqrt(3 * variance));
}

describe("of an affine layer [200 in, 100 out]", () => {
  test.each([
    ["normal", initializers.normal({ standardDeviation: 0.1 }), 0.01],
    ["heNormal", initializers.heNormal(), 2 / 200],
    ["heNormal, fan-out", initializers.heNormal({ fan: "out" }), 2 / 100],
    ["xavierNormal", initializers.xavierNormal(), 2 / 300],
  ])("%s is normal with the variance of its formula", (_, init, variance) => {
    expectNormal(draw(init), variance);
  });

  test.each([
    ["uniform", initializers.uniform({ from: -0.3, to: 0.3 }), 0.03],
    ["heUniform", initializers.heUniform(), 2 / 200],
    ["heUniform, fan-out", initializers.heUniform({ fan: "out" }), 2 / 100],
    ["xavierUniform", initializers.xavierUniform(), 2 / 300],
  ])("%s is uniform with the variance of its formula", (_, init, variance) => {
    expectUniform(draw(init), variance);
  });

  test("normal and uniform may lie around another middle", () => {
    expectNormal(draw(initializers.normal({ mean: 5, standardDeviation: 0.5 })).map((value) => value - 5), 0.25);
    expectUniform(draw(initializers.uniform({ from: 1, to: 3 })).map((value) => value - 2), 1 / 3);
  });
});

test("a convolution [20 out, 10 in, 3 by 3] has fan-in 90 and fan-out 180", () => {
  const shape = [20, 10, 3, 3];
  expectNormal(draw(initializers.heNormal(), shape), 2 / 90);
  expectNormal(draw(initializers.heNormal({ fan: "out" }), shape), 2 / 180);
  expectUniform(draw(initializers.xavierUniform(), shape), 2 / 270);
});

test("the words of Affine are He's normal and Xavier's uniform ones", () => {
  const words = (init: "he" | "xavier") => numbers(new Affine(200, 100, { init, seed: 3 }).weight.value);
  expect(words("he")).toEqual(draw(initializers.heNormal()));
  expect(words("xavier")).toEqual(draw(initializers.xavierUniform()));
});

test("constant, zeros and ones are what they are called", () => {
  expect(draw(initializers.constant(0.25), [3])).toEqual([0.25, 0.25, 0.25]);
  expect(draw(initializers.zeros, [2])).toEqual([0, 0]);
  expect(draw(initializers.ones, [2])).toEqual([1, 1]);
});

describe("orthogonal", () => {
  /** w·wᵀ, or wᵀ·w where that is smaller. */
  const products = (values: readonly number[], rows: number, columns: number) => {
    const at = (i: number, k: number) => (rows <= columns ? values[i * columns + k] : values[k * columns + i]);
    const size = Math.min(rows, columns), inner = Math.max(rows, columns);
    return Array.from({ length: size * size }, (_, n) => {
      const i = Math.floor(n / size), j = n % size;
      return Array.from({ length: inner }, (__, k) => at(i, k) * at(j, k)).reduce((sum, value) => sum + value, 0);
    });
  };
  const identity = (size: number, factor = 1) =>
    Array.from({ length: size * size }, (_, n) => (n % (size + 1) === 0 ? factor : 0));

  test.each([[20, 20], [7, 30], [30, 7], [1, 5]])("of [%d, %d] has rows or columns at right angles", (rows, columns) => {
    const values = draw(initializers.orthogonal(), [rows, columns]);
    expectClose(products(values, rows, columns), identity(Math.min(rows, columns)), 1e-6);
  });

  test("has length gain, and takes a convolution as [out, all others]", () => {
    const values = draw(initializers.orthogonal({ gain: 2 }), [4, 3, 2, 2]);
    expectClose(products(values, 4, 12), identity(4, 4), 1e-5);
  });

  test("follows the seed", () => {
    const drawn = (seed: number) =>
      numbers(new Affine(4, 4, { init: initializers.orthogonal(), seed }).weight.value);
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
  });

  test("of one axis is refused", () => {
    expect(errorOf(() => draw(initializers.orthogonal(), [4])).given).toBe("shape [4]");
  });
});

describe("fromArray", () => {
  test("gives the numbers, to each layer its own", () => {
    const init = initializers.fromArray([[0.5], [-0.5]]), [one, other] = [new Affine(2, 1, { init }), new Affine(2, 1, { init })];
    one.weight.value.data[0] = 7;
    expect(numbers(other.weight.value)).toEqual([0.5, -0.5]);
  });

  test("of another shape than the weights is refused with both", () => {
    const init = initializers.fromArray([[0.5, -0.5]]);
    expect(errorOf(() => new Affine(2, 1, { init }).weight.value)).toMatchObject({ given: "shape [1, 2]", allowed: "shape [2, 1]" });
  });
});

test("any of them starts a convolution too", () => {
  const { weight } = new Conv2d(2, 4, 3, { init: initializers.heUniform(), seed: 1 });
  expect(new Set(numbers(weight.value)).size).toBe(72);
});

describe("options out of range are refused by name", () => {
  test.each([
    ["constant", () => initializers.constant(NaN)],
    ["uniform to", () => initializers.uniform({ from: 1, to: 1 })],
    ["normal standardDeviation", () => initializers.normal({ standardDeviation: 0 })],
    ["orthogonal gain", () => initializers.orthogonal({ gain: -1 })],
    ["heNormal fan", () => initializers.heNormal({ fan: "inn" as never })],
    ["heUniform", () => initializers.heUniform({ fann: "in" } as never)],
  ])("%s", (where, run) => {
    expect(errorOf(run).where).toBe(where);
  });
});

test("a tensor is as good as nested arrays", () => {
  expect(draw(initializers.fromArray(tensor([1, 2], "float64")), [2])).toEqual([1, 2]);
});
