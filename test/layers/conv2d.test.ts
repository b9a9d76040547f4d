import { Conv2d, MaxNorm, Parameter, tensor, useBackend, zeros } from "chainrule";
import { double, errorOf, numbers, spread32 } from "../tools.ts";

/** One channel in and out, so that images may be written as rows. */
const one = (kernel: number[][], options = {}) =>
  new Conv2d(1, 1, [kernel.length, kernel[0].length], { init: double([[kernel]]), bias: false, ...options });
const image = double([[[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]]);

describe("Conv2d by hand", () => {
  test("y is the window's products, summed at each place", () => {
    // 1·1 + 2·5 at the first place.
    expect(one([[1, 0], [0, 2]]).forward(image).toArray()).toEqual([[[[11, 14], [20, 23]]]]);
  });

  test("is a cross-correlation: the kernel is not turned round", () => {
    expect(one([[1, 10]]).forward(double([[[[1, 2]]]])).toArray()).toEqual([[[[21]]]]);
  });

  test("dw sums x times dy over the places, dx puts w back where it came from", () => {
    const layer = one([[1, 0], [0, 2]]);
    layer.forward(image);
    const dx = layer.backward(double([[[[1, 0], [0, 10]]]]));
    expect(dx.toArray()).toEqual([[[[1, 0, 0], [0, 12, 0], [0, 0, 20]]]]);
    expect(layer.weight.grad.toArray()).toEqual([[[[51, 62], [84, 95]]]]);
  });

  test("db is the sum of dy for each filter, over batch and places", () => {
    const layer = new Conv2d(1, 2, 1, { init: double([[[[1]]], [[[2]]]]), bias: double([10, 20]) });
    expect(layer.forward(double([[[[1]]], [[[2]]]])).toArray()).toEqual([[[[11]], [[22]]], [[[12]], [[24]]]]);
    layer.backward(double([[[[1]], [[2]]], [[[3]], [[4]]]]));
    expect(layer.bias?.grad.toArray()).toEqual([4, 6]);
  });

  test("stride leaves places out", () => {
    expect(one([[1]], { stride: 2 }).forward(image).toArray()).toEqual([[[[1, 3], [7, 9]]]]);
    expect(one([[1]], { stride: [1, 3] }).forward(image).toArray()).toEqual([[[[1], [4], [7]]]]);
  });

  test("padding is zeros around the image", () => {
    expect(one([[1, 1, 1]], { padding: [0, 1] }).forward(double([[[[1, 2, 4]]]])).toArray()).toEqual([[[[3, 7, 6]]]]);
  });

  test("dilation spreads the window", () => {
    expect(one([[1, 10]], { dilation: [1, 2] }).forward(double([[[[1, 2, 3]]]])).toArray()).toEqual([[[[31]]]]);
  });

  test("groups see their own channels only", () => {
    const layer = new Conv2d(2, 2, 1, { groups: 2, init: double([[[[10]]], [[[100]]]]), bias: false });
    expect(layer.forward(double([[[[1]], [[2]]]])).toArray()).toEqual([[[[10]], [[200]]]]);
  });

  test("channels are summed", () => {
    const layer = new Conv2d(2, 1, 1, { init: double([[[[10]], [[100]]]]), bias: false });
    expect(layer.forward(double([[[[1]], [[2]]]])).toArray()).toEqual([[[[210]]]]);
  });

  test("a 1×1 kernel on a 1×1 image is a product", () => {
    expect(one([[3]]).forward(double([[[[2]]]])).toArray()).toEqual([[[[6]]]]);
  });

  test("dx that nobody reads is not computed, and the weights' gradients are as ever", () => {
    const layer = one([[2]]);
    layer.needsInputGradient = false;
    layer.forward(double([[[[3]]]]));
    expect(layer.backward(double([[[[5]]]])).shape).toEqual([0, 1, 1, 1]);
    expect(numbers(layer.weight.grad)).toEqual([15]);
  });
});

test("plain loops and kernels give the same bits, forward and backward", () => {
  const run = (backend: "reference" | "simd") => {
    useBackend(backend);
    const layer = new Conv2d(3, 8, 5, { seed: 1, padding: 2 });
    const y = layer.forward(spread32(2, 3, 9, 11)), dx = layer.backward(y);
    return [y, dx, ...layer.parameters.map(({ grad }) => grad)].map(numbers);
  };
  try {
    expect(run("simd")).toEqual(run("reference"));
  } finally {
    useBackend("simd");
  }
});

test("He's weights have variance 2 / (in / groups · kernel), within 5 sigma", () => {
  const values = numbers(new Conv2d(8, 64, [3, 5], { groups: 2, seed: 1 }).weight.value);
  const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length, wanted = 2 / (4 * 15);
  expect(Math.abs(variance - wanted)).toBeLessThan(5 * wanted * Math.sqrt(2 / values.length));
});

test("Xavier's lie within √(6 / (fan-in + fan-out)), kernels counted", () => {
  const largest = Math.max(...numbers(new Conv2d(2, 6, 3, { init: "xavier", seed: 1 }).weight.value).map(Math.abs));
  const limit = Math.sqrt(6 / (2 * 9 + 6 * 9));
  expect(largest).toBeLessThanOrEqual(Math.fround(limit));
  expect(largest).toBeGreaterThan(0.9 * limit);
});

test("two layers share a Parameter, and one takes a constraint", () => {
  const first = new Conv2d(1, 2, 3, { constraint: new MaxNorm(3) });
  expect(new Conv2d(1, 2, 3, { weight: first.weight }).weight).toBe(first.weight);
  expect(first.weight.constraint).toBeInstanceOf(MaxNorm);
});

test("shows its sizes, and what is not as usual", () => {
  expect(`${new Conv2d(1, 8, 5)}`).toBe("Conv2d(1 → 8, 5×5)");
  expect(`${new Conv2d(2, 4, [1, 3], { stride: 2, padding: [0, 1], dilation: 2, groups: 2 })}`)
    .toBe("Conv2d(2 → 4, 1×3, stride 2×2, padding 0×1, dilation 2×2, groups 2)");
});

describe("Conv2d refuses", () => {
  const atLeast1 = "an integer at least 1", narrow = new Parameter("w", zeros([1, 1, 2]));
  test.each([
    ["channels of 0", () => new Conv2d(0, 1, 1), "inChannels", "0", atLeast1],
    ["half a kernel", () => new Conv2d(1, 1, 1.5), "kernel", "1.5", atLeast1],
    ["three lengths", () => new Conv2d(1, 1, [1, 2, 3] as never), "kernel", "an array of 3",
      "an integer, or two: [height, width]"],
    ["a stride of 0", () => new Conv2d(1, 1, 1, { stride: [1, 0] }), "stride", "0", atLeast1],
    ["negative padding", () => new Conv2d(1, 1, 1, { padding: -1 }), "padding", "-1", "an integer at least 0"],
    ["a dilation of 0", () => new Conv2d(1, 1, 1, { dilation: 0 }), "dilation", "0", atLeast1],
    ["groups that do not divide", () => new Conv2d(4, 6, 1, { groups: 4 }), "groups", "4",
      "a number that divides 4 and 6 channels"],
    ["a weight of another shape", () => new Conv2d(1, 1, 2, { weight: narrow }), "weight", "shape [1, 1, 2]",
      "shape [1, 1, 2, 2]"],
  ])("%s", (_, make, what, given, allowed) => {
    expect(errorOf(make)).toMatchObject({ where: `Conv2d ${what}`, given, allowed });
  });

  test("an unknown option, with the nearest", () => {
    expect(errorOf(() => new Conv2d(1, 1, 1, { pad: 1 } as never)).advice).toBe("Did you mean padding?");
  });

  test.each([
    ["rows", tensor([[1, 2]]), "input of shape [2]"],
    ["other channels", zeros([1, 3, 5, 5]), "input of shape [3, 5, 5]"],
    ["images smaller than the window", zeros([1, 2, 5, 2]), "input of shape [2, 5, 2]"],
  ])("%s, naming both", (_, x, given) => {
    expect(errorOf(() => new Conv2d(2, 1, [3, 5], { padding: 1 }).forward(x))).toMatchObject({
      where: "Conv2d(2 → 1, 3×5, padding 1×1)", given,
      allowed: "[2, at least 1, at least 3], without the batch axis",
    });
  });
});
