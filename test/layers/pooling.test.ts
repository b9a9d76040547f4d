import { AvgPool2d, GlobalAvgPool2d, MaxPool2d, tensor, zeros } from "chainrule";
import { double, errorOf, expectClose, numbers } from "../tools.ts";

const image = double([[[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]]);

describe("MaxPool2d", () => {
  test("y is the largest number under the window, which moves by its own size", () => {
    expect(new MaxPool2d([1, 2]).forward(double([[[[1, 4, 3, 2, 9]]]])).toArray()).toEqual([[[[4, 3]]]]);
  });

  test("dx goes to the largest, and adds up where windows overlap", () => {
    const layer = new MaxPool2d(2, { stride: 1 });
    layer.forward(double([[[[0, 0, 0], [0, 5, 0], [0, 0, 0]]]]));
    const dx = layer.backward(double([[[[1, 2], [3, 4]]]]));
    expect(dx.toArray()).toEqual([[[[0, 0, 0], [0, 10, 0], [0, 0, 0]]]]);
  });

  test("of equal numbers the first, row by row, gets it all", () => {
    const layer = new MaxPool2d(2);
    layer.forward(double([[[[3, 7], [7, 7]]]]));
    expect(layer.backward(double([[[[1]]]])).toArray()).toEqual([[[[0, 1], [0, 0]]]]);
  });

  test("NaN is always the largest", () => {
    const layer = new MaxPool2d(2);
    expect(numbers(layer.forward(tensor([[[[9, NaN], [Infinity, 1]]]])))).toEqual([NaN]);
    expect(numbers(layer.backward(tensor([[[[1]]]])))).toEqual([0, 1, 0, 0]);
  });

  test("padding is never the largest, not even of negative numbers", () => {
    const y = new MaxPool2d(2, { padding: 1 }).forward(double([[[[-1, -2], [-3, -4]]]]));
    expect(y.toArray()).toEqual([[[[-1, -2], [-3, -4]]]]);
  });

  test("-Infinity alone goes to the first", () => {
    const layer = new MaxPool2d(2), none = [-Infinity, -Infinity];
    expect(numbers(layer.forward(tensor([[[none, none]]])))).toEqual([-Infinity]);
    expect(numbers(layer.backward(tensor([[[[1]]]])))).toEqual([1, 0, 0, 0]);
  });

  test("ceilMode lets the window hang over the far edge, which is left out else", () => {
    expect(new MaxPool2d(2).forward(image).toArray()).toEqual([[[[5]]]]);
    expect(new MaxPool2d(2, { ceilMode: true }).forward(image).toArray()).toEqual([[[[5, 6], [8, 9]]]]);
  });

  test("no window starts beyond the image, not even with ceilMode", () => {
    // One wide, padding 1, stride 2: ⌈(1 + 2 - 2) / 2⌉ + 1 = 2 places, of which the second starts at 1.
    expect(new MaxPool2d(2, { padding: 1, stride: 2, ceilMode: true }).outputShape([1, 1, 1])).toEqual([1, 1, 1]);
  });

  test("shows its window, and what is not as usual", () => {
    expect(`${new MaxPool2d(2)}, ${new MaxPool2d([3, 2], { stride: 1, padding: 1, ceilMode: true })}`)
      .toBe("MaxPool2d(2×2), MaxPool2d(3×2, stride 1×1, padding 1×1, ceil)");
  });
});

describe("AvgPool2d", () => {
  test("y is the mean under the window, and dx its dy shared out", () => {
    const layer = new AvgPool2d([1, 2]);
    expect(layer.forward(double([[[[1, 4, 3, 2]]]])).toArray()).toEqual([[[[2.5, 2.5]]]]);
    expect(layer.backward(double([[[[2, 6]]]])).toArray()).toEqual([[[[1, 1, 3, 3]]]]);
  });

  test("the padding counts, unless countPadding is false", () => {
    // Three columns are seen, two of them padding.
    const x = double([[[[6], [6]]]]), options = { padding: [0, 1] as const, stride: 1 };
    expectClose(new AvgPool2d([1, 3], options).forward(x), [2, 2]);
    expectClose(new AvgPool2d([1, 3], { ...options, countPadding: false }).forward(x), [6, 6]);
  });

  test("what lies beyond the padding never counts", () => {
    const layer = new AvgPool2d([1, 2], { ceilMode: true });
    expect(layer.forward(double([[[[1, 3, 8]]]])).toArray()).toEqual([[[[2, 8]]]]);
    expect(layer.backward(double([[[[2, 5]]]])).toArray()).toEqual([[[[1, 1, 5]]]]);
  });

  test("refuses a countPadding of 0", () => {
    expect(errorOf(() => new AvgPool2d(2, { countPadding: 0 as never }))).toMatchObject({
      where: "AvgPool2d countPadding", given: "0", allowed: "true or false",
    });
  });
});

describe("GlobalAvgPool2d", () => {
  test("y is the mean of each channel of each image, ready for an affine layer", () => {
    const layer = new GlobalAvgPool2d();
    const y = layer.forward(double([[[[1, 3]], [[5, 7]]], [[[0, 0]], [[2, 4]]]]));
    expect(y.toArray()).toEqual([[2, 6], [0, 3]]);
    const dx = layer.backward(double([[2, 4], [6, 8]]));
    expect(dx.toArray()).toEqual([[[[1, 1]], [[2, 2]]], [[[3, 3]], [[4, 4]]]]);
  });

  test("refuses rows", () => {
    expect(errorOf(() => new GlobalAvgPool2d().forward(tensor([[1, 2]])))).toMatchObject({
      where: "GlobalAvgPool2d", given: "input of shape [2]",
      allowed: "[channels, height, width], without the batch axis",
    });
  });
});

describe.each([["MaxPool2d", MaxPool2d], ["AvgPool2d", AvgPool2d]] as const)("%s refuses", (name, Pool) => {
  test.each([
    ["a kernel of 0", () => new Pool(0), "kernel", "0", "an integer at least 1"],
    ["a stride of 0", () => new Pool(2, { stride: 0 }), "stride", "0", "an integer at least 1"],
    ["padding of more than half the window", () => new Pool([4, 3], { padding: 2 }), "padding", "2×2",
      "at most half the window, 4×3: others would see the frame alone"],
    ["a ceilMode of 1", () => new Pool(2, { ceilMode: 1 as never }), "ceilMode", "1", "true or false"],
  ])("%s", (_, make, option, given, allowed) => {
    expect(errorOf(make)).toMatchObject({ where: `${name} ${option}`, given, allowed });
  });

  test("an unknown option, with the nearest", () => {
    expect(errorOf(() => new Pool(2, { ceil: true } as never)).advice).toBe("Did you mean ceilMode?");
  });

  test("images smaller than the window, naming both", () => {
    expect(errorOf(() => new Pool(3).forward(zeros([1, 1, 2, 5])))).toMatchObject({
      where: `${name}(3×3)`, given: "input of shape [1, 2, 5]",
      allowed: "[channels, at least 3, at least 3], without the batch axis",
    });
  });
});
