import {
  Affine, BatchNorm, CrossEntropy, LayerNorm, Parameter, Sequential, SGD, tensor, Trainer, zeros,
} from "chainrule";
import { double, errorOf, expectClose, numbers } from "../tools.ts";

/** As good as none, so that the numbers stay whole. */
const epsilon = 1e-300;
const given = (name: string, values: number[]) => new Parameter(name, double(values));

describe("BatchNorm", () => {
  test("x̂ = (x - mean) / √var: of 1, 3, 5 with mean 3 and variance 8/3", () => {
    const y = new BatchNorm(1, { epsilon, affine: false }).forward(double([[1], [3], [5]]));
    expectClose(y, [-2 / Math.sqrt(8 / 3), 0, 2 / Math.sqrt(8 / 3)], 1e-15);
  });

  test("each channel by itself, scaled and shifted by its own w and b", () => {
    const layer = new BatchNorm(2, { epsilon, weight: given("w", [2, 3]), bias: given("b", [10, 20]) });
    expect(layer.forward(double([[1, 8], [3, 4]])).toArray()).toEqual([[8, 23], [12, 17]]);
  });

  test("images: mean and variance over batch and pixels of the channel", () => {
    const y = new BatchNorm(1, { epsilon, affine: false }).forward(double([[[[1, 1]]], [[[3, 3]]]]));
    expect(numbers(y)).toEqual([-1, -1, 1, 1]);
  });

  test("running statistics move by momentum, the variance over n - 1", () => {
    const layer = new BatchNorm(1, { affine: false, momentum: 0.25 });
    layer.forward(double([[1], [3], [5]]));
    // From 0 and 1; the batch has mean 3 and variance 8/2 = 4.
    expect([...numbers(layer.runningMean), ...numbers(layer.runningVariance)]).toEqual([0.75, 1.75]);
  });

  test("eval takes the running statistics and leaves them", () => {
    const layer = new BatchNorm(1, { epsilon, affine: false }).eval();
    layer.runningMean = double([5]);
    layer.runningVariance = double([4]);
    expect(numbers(layer.forward(double([[1], [9]])))).toEqual([-2, 2]);
    expect(numbers(layer.runningMean)).toEqual([5]);
  });

  test("eval's backward takes them as constants: dx = dy · w / √var", () => {
    const weight = given("w", [3]), bias = given("b", [0]), layer = new BatchNorm(1, { epsilon, weight, bias }).eval();
    layer.runningVariance = double([4]);
    layer.forward(double([[1], [9]]));
    expect(numbers(layer.backward(double([[2], [4]])))).toEqual([3, 6]);
    expect(numbers(weight.grad)).toEqual([2 * 0.5 + 4 * 4.5]);
    expect(numbers(bias.grad)).toEqual([6]);
  });

  test("train's dx has no mean, and none along x̂: of two rows nothing is left", () => {
    const layer = new BatchNorm(1, { epsilon, affine: false });
    layer.forward(double([[1], [3]]));
    expectClose(layer.backward(double([[7], [4]])), [0, 0], 1e-14);
  });

  test("fault 61: one row in train is refused, before anything has changed", () => {
    const layer = new BatchNorm(2), before = JSON.stringify(layer.state());
    expect(errorOf(() => layer.forward(tensor([[1, 2]])))).toMatchObject({
      where: "BatchNorm(2).forward", given: "1 number a channel, x of shape [1, 2]",
      allowed: "at least 2 in train mode: one has no variance",
    });
    expect(JSON.stringify(layer.state())).toBe(before);
  });

  test("one image has numbers enough, and one row in eval is fine", () => {
    expect(numbers(new BatchNorm(1, { epsilon, affine: false }).forward(double([[[[2, 4]]]])))).toEqual([-1, 1]);
    expect(new BatchNorm(2).eval().forward(tensor([[1, 2]])).shape).toEqual([1, 2]);
  });

  test("state() holds the running statistics, and load() takes them back", () => {
    const layer = new BatchNorm(1), other = new BatchNorm(1);
    layer.forward(tensor([[1], [3]]));
    other.load(layer.state());
    expect(numbers(other.runningMean)).toEqual(numbers(layer.runningMean));
    expect(numbers(other.runningVariance)).toEqual(numbers(layer.runningVariance));
  });

  test("a step that is not made, its loss not being finite, leaves the running statistics", () => {
    const layer = new BatchNorm(1), last = new Affine(1, 2, { init: tensor([[Infinity, 0]]) });
    const network = new Sequential([layer, last]);
    const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.1 }) });
    errorOf(() => trainer.step(tensor([[1], [3]]), [0, 1]));
    expect(numbers(layer.runningMean)).toEqual([0]);
    expect(numbers(layer.runningVariance)).toEqual([1]);
  });

  test.each([
    ["a variance that overflows", [[1e200], [-1e200]]], ["NaN", [[NaN], [1]]], ["Infinity", [[Infinity], [1]]],
  ])("running statistics refuse %s, and stay", (_, x) => {
    const layer = new BatchNorm(1, { affine: false });
    expect(errorOf(() => layer.forward(double(x)))).toMatchObject({ name: "NumericError" });
    expect([...numbers(layer.runningMean), ...numbers(layer.runningVariance)]).toEqual([0, 1]);
  });

  test("a batch whose variance overflows is normalized if its statistics are not kept", () => {
    const layer = new BatchNorm(1, { affine: false, momentum: 0 });
    expect(numbers(layer.forward(double([[1.7e308], [-1.7e308]])))).toEqual([1, -1]);
    expect(numbers(layer.runningVariance)).toEqual([1]);
  });

  test("a copy has running statistics of its own, in its dtype", () => {
    const layer = new BatchNorm(1), [copied] = new Sequential([layer]).to("float64").layers;
    if (!(copied instanceof BatchNorm)) throw new Error("The copy of a BatchNorm is one");
    copied.forward(double([[1], [3]]));
    expect(numbers(layer.runningMean)).toEqual([0]);
    expect(copied.runningMean.dtype).toBe("float64");
  });

  test.each([
    ["channels of 0", () => new BatchNorm(0), "BatchNorm channels", "0"],
    ["an epsilon of 0", () => new BatchNorm(1, { epsilon: 0 }), "BatchNorm epsilon", "0"],
    ["a momentum above 1", () => new BatchNorm(1, { momentum: 1.5 }), "BatchNorm momentum", "1.5"],
    ["a weight of another shape", () => new BatchNorm(2, { weight: given("w", [1]) }), "BatchNorm weight", "shape [1]"],
    ["a weight without affine", () => new BatchNorm(1, { affine: false, weight: given("w", [1]) }), "BatchNorm",
      "affine false with a weight or a bias"],
  ])("refuses %s", (_, make, where, wrong) => {
    expect(errorOf(make)).toMatchObject({ where, given: wrong });
  });

  test("refuses other channels, naming both", () => {
    expect(errorOf(() => new BatchNorm(3).forward(tensor([[1, 2]])))).toMatchObject({
      where: "BatchNorm(3)", given: "input of shape [2]",
      allowed: "[3] or [3, height, width], without the batch axis",
    });
  });
});

describe("LayerNorm", () => {
  test("each row in float64 has its own magnitude", () => {
    const layer = new LayerNorm(2, { epsilon, affine: false });
    const x = double([[1e308, -1e308], [1, 3], [-1e-140, 1e-140], [1.7e308, 1.7e308]]);
    expect(layer.forward(x).toArray()).toEqual([[1, -1], [-1, 1], [-1, 1], [0, 0]]);
  });

  test("dx is in proportion to dy, however large", () => {
    const layer = new LayerNorm(4, { affine: false }), x = double([[1, 2, 4, 9]]);
    layer.forward(x);
    const usual = numbers(layer.backward(double([[1, -1, 0.5, 2 ** -900]])));
    layer.forward(x);
    const large = numbers(layer.backward(double([[2 ** 1023, -(2 ** 1023), 2 ** 1022, 2 ** 123]])));
    expect(large.map((value) => value / 2 ** 1000 / 2 ** 23)).toEqual(usual);
  });


  test("each row by its own mean and variance", () => {
    const y = new LayerNorm(2, { epsilon, affine: false }).forward(double([[1, 3], [9, 5]]));
    expect(y.toArray()).toEqual([[-1, 1], [1, -1]]);
  });

  test("w and b are those of the place in the row", () => {
    const weight = given("w", [2, 3]), bias = given("b", [10, 20]), layer = new LayerNorm(2, { epsilon, weight, bias });
    expect(layer.forward(double([[1, 3], [9, 5]])).toArray()).toEqual([[8, 23], [12, 17]]);
    layer.backward(double([[1, 10], [100, 1000]]));
    expect(numbers(weight.grad)).toEqual([-1 + 100, 10 - 1000]);
    expect(numbers(bias.grad)).toEqual([101, 1010]);
  });

  test("over several axes", () => {
    const y = new LayerNorm([2, 1], { epsilon, affine: false }).forward(double([[[[1], [3]], [[7], [3]]]]));
    expect(numbers(y)).toEqual([-1, 1, 1, -1]);
  });

  test("one number has no variance: y = b", () => {
    expect(numbers(new LayerNorm(1).forward(tensor([[7]])))).toEqual([0]);
  });

  test.each([
    ["no axes", () => new LayerNorm([]), "[]"],
    ["a length of 0", () => new LayerNorm(0), "[0]"],
    ["a negative length", () => new LayerNorm(-1), "[-1]"],
  ])("refuses %s", (_, make, wrong) => {
    expect(errorOf(make)).toMatchObject({ where: "LayerNorm shape", given: wrong });
  });

  test("refuses other last axes, naming both", () => {
    expect(errorOf(() => new LayerNorm([2, 3]).forward(zeros([1, 3])))).toMatchObject({
      where: "LayerNorm(2 × 3)", given: "input of shape [3]", allowed: "2, 3 as the last axes",
    });
  });
});

test("fault 24: statistics that overflow are refused by the layer, and the running ones stay", () => {
  // A variance of 10⁶⁰ is no float32, though x, and y, are.
  const layer = new BatchNorm(1);
  layer.forward(tensor([[1], [3]]));
  const before = [numbers(layer.runningMean), numbers(layer.runningVariance)];
  expect(errorOf(() => layer.forward(tensor([[1e30], [-1e30]])))).toMatchObject({
    name: "NumericError", where: "BatchNorm(1).forward", given: "running statistics of Infinity in channel 0",
  });
  expect([numbers(layer.runningMean), numbers(layer.runningVariance)]).toEqual(before);
});
