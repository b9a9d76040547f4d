import { Affine, Parameter, tensor, zeros, type Initializer } from "chainrule";
import { double, errorOf, expectClose, numbers } from "../tools.ts";

const w = tensor([[1, 0, -1], [2, 1, 0]]);
const b = tensor([10, 20, 30]);
const x = tensor([[1, 2], [3, 4]]);
const dy = tensor([[1, 0, 2], [0, 1, 1]]);
const make = () => new Affine(2, 3, { init: w, bias: b });

describe("Affine by hand", () => {
  test("y = x·w + b", () => {
    expect(make().forward(x).toArray()).toEqual([[15, 22, 29], [21, 24, 27]]);
  });

  test("dx = dy·wᵀ", () => {
    const layer = make();
    layer.forward(x);
    expect(layer.backward(dy).toArray()).toEqual([[-1, 2], [-1, 1]]);
  });

  test("dw = xᵀ·dy and db = the column sums of dy", () => {
    const layer = make();
    layer.forward(x);
    layer.backward(dy);
    expect(layer.weight.grad.toArray()).toEqual([[1, 3, 5], [2, 4, 8]]);
    expect(layer.bias?.grad.toArray()).toEqual([1, 1, 3]);
  });

  test("gradients add up until they are zeroed", () => {
    const layer = make();
    for (let pass = 0; pass < 2; pass++) {
      layer.forward(x);
      layer.backward(dy);
    }
    expect(layer.weight.grad.toArray()).toEqual([[2, 6, 10], [4, 8, 16]]);
    layer.zeroGradients();
    expect(layer.weight.grad.toArray()).toEqual([[0, 0, 0], [0, 0, 0]]);
  });

  test("axes between batch and features are kept", () => {
    const y = make().forward(tensor([[[1, 2], [3, 4]]]));
    expect(y.toArray()).toEqual([[[15, 22, 29], [21, 24, 27]]]);
    expect(make().outputShape([5, 2])).toEqual([5, 3]);
  });

  test("without a bias adds nothing and has one parameter", () => {
    const layer = new Affine(2, 3, { init: w, bias: false });
    expect(layer.forward(x).toArray()).toEqual([[5, 2, -1], [11, 4, -3]]);
    expect(layer.parameters).toEqual([layer.weight]);
  });

  test("the bias starts at zero", () => {
    expect(numbers(new Affine(2, 3).parameters[1].value)).toEqual([0, 0, 0]);
  });

  test("infinity times zero shows as NaN", () => {
    const layer = new Affine(1, 1, { init: tensor([[Infinity]]) });
    expect(numbers(layer.forward(tensor([[0]])))).toEqual([NaN]);
  });

  test("a float64 weight makes a float64 layer", () => {
    const layer = new Affine(2, 1, { init: double([[0.1], [0.2]]) });
    expectClose(layer.forward(double([[1, 1]])), [0.1 + 0.2], 0);
  });
});

describe("weights at the start", () => {
  const wide = (init: "he" | "xavier" | Initializer) =>
    numbers(new Affine(200, 100, { init, seed: 3 }).weight.value);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = (values: readonly number[]) => mean(values.map((value) => value * value));

  test("of He have mean 0 and variance 2 / fan-in, within 5 sigma", () => {
    const values = wide("he");
    expect(Math.abs(mean(values))).toBeLessThan(5 * Math.sqrt(0.01 / values.length));
    expect(Math.abs(variance(values) - 0.01)).toBeLessThan(5 * 0.01 * Math.sqrt(2 / values.length));
  });

  test("of Xavier lie within ±√(6 / (fan-in + fan-out)) and have variance 2 / (fan-in + fan-out)", () => {
    const values = wide("xavier"), limit = Math.sqrt(6 / 300);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.fround(limit));
    // The variance of the square of a uniform number over ±a is 4/45 a⁴.
    const sigma = Math.sqrt((4 / 45) * limit ** 4 / values.length);
    expect(Math.abs(variance(values) - 2 / 300)).toBeLessThan(5 * sigma);
  });

  test("are He's when nothing is said", () => {
    expect(numbers(new Affine(200, 100, { seed: 3 }).weight.value)).toEqual(wide("he"));
  });

  test("of zeros are zero", () => {
    expect(numbers(new Affine(2, 2, { init: "zeros" }).weight.value)).toEqual([0, 0, 0, 0]);
  });

  test("may be drawn by an initializer of one's own", () => {
    const init: Initializer = {
      draw: (shape, random) => random.bernoulli(0.3, zeros(shape)),
    };
    const kept = mean(wide(init));
    expect(Math.abs(kept - 0.3)).toBeLessThan(5 * Math.sqrt(0.3 * 0.7 / 20000));
  });

  test("follow the seed of a layer used alone", () => {
    const drawn = (seed: number) => numbers(new Affine(4, 4, { seed }).weight.value);
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
  });

  test("of two layers without a seed differ", () => {
    expect(numbers(new Affine(4, 4).weight.value)).not.toEqual(numbers(new Affine(4, 4).weight.value));
  });

  test("are drawn once", () => {
    const layer = new Affine(4, 4);
    expect(numbers(layer.weight.value)).toEqual(numbers(layer.weight.value));
  });
});

describe("Affine refuses", () => {
  test.each([
    ["an unknown init, with the nearest", { init: "xaver" }, "Affine init", 'Did you mean "xavier"?'],
    ["an unknown option, with the nearest", { biass: false }, "Affine", "Did you mean bias?"],
  ])("%s", (_, options, where, advice) => {
    expect(errorOf(() => new Affine(2, 3, options as never))).toMatchObject({ where, advice });
  });

  test("an init that is no word, initializer or tensor", () => {
    expect(errorOf(() => new Affine(2, 3, { init: 3 as never })).given).toBe("3");
  });

  test("a weight of another shape", () => {
    expect(errorOf(() => new Affine(2, 3, { init: tensor([[1, 2]]) }))).toMatchObject({
      where: "Affine weight", given: "shape [1, 2]", allowed: "shape [2, 3]",
    });
  });

  test("a weight that is no Parameter", () => {
    expect(errorOf(() => new Affine(2, 3, { weight: w as never }))).toMatchObject({
      where: "Affine weight", given: "a Tensor", allowed: "a Parameter",
    });
  });

  test("a bias of another shape", () => {
    expect(errorOf(() => new Affine(2, 3, { bias: tensor([1]) })).where).toBe("Affine bias");
  });

  test("a seed that is not an integer", () => {
    expect(errorOf(() => new Affine(2, 3, { seed: 1.5 })).where).toBe("Affine seed");
  });

  test("rows of another width, naming both", () => {
    expect(errorOf(() => make().forward(tensor([[1, 2, 3]])))).toMatchObject({
      where: "Affine(2 → 3)", given: "input of shape [3]", allowed: "[2], without the batch axis",
    });
  });
});

test("a shared Parameter is the same object in both layers", () => {
  const first = new Affine(2, 3);
  const shared = new Parameter("b", b);
  const second = new Affine(2, 3, { weight: first.weight, bias: shared });
  expect(second.weight).toBe(first.weight);
  expect(second.bias).toBe(shared);
});
