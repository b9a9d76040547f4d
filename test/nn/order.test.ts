import { Add, Affine, Concat, Dropout, Layer, Multiply, ReLU, Softmax, tensor, zeros } from "chainrule";
import { double, errorOf, numbers } from "../tools.ts";

const x = tensor([[1, -2]]);
const dy = tensor([[3, 4]]);
const single = () => [
  new Affine(2, 2), new ReLU(), new Softmax(), new Dropout({ keep: 0.8 }),
  new Dropout({ keep: 0.8, scaling: "at-eval" }),
].map((layer) => [String(layer), layer] as const);
const listed = () =>
  [new Add(), new Multiply(), new Concat()].map((layer) => [String(layer), layer] as const);

describe.each(single())("%s", (_, layer) => {
  test("refuses backward before forward", () => {
    expect(errorOf(() => layer.backward(dy))).toMatchObject({
      name: "CallOrderError", where: `${layer.name}.backward`, given: "backward before forward",
    });
  });

  test("refuses backward twice for one forward", () => {
    layer.forward(x);
    layer.backward(dy);
    expect(errorOf(() => layer.backward(dy)).given).toBe("backward twice for one forward");
  });

  test("after two forwards backward belongs to the second, and there is one", () => {
    layer.forward(x);
    layer.forward(tensor([[1, 1], [2, 2]]));
    expect(layer.backward(tensor([[1, 2], [3, 4]])).shape).toEqual([2, 2]);
    expect(errorOf(() => layer.backward(dy)).name).toBe("CallOrderError");
  });

  test("refuses a dy of another shape and takes a right one afterwards", () => {
    layer.forward(x);
    expect(errorOf(() => layer.backward(tensor([[1, 2, 3]])))).toMatchObject({
      name: "ShapeError", given: "dy of shape [1, 3]", allowed: "shape [1, 2]",
    });
    expect(layer.backward(dy).shape).toEqual([1, 2]);
  });

  test("refuses a dy of another dtype, and what is no tensor", () => {
    layer.forward(x);
    expect(errorOf(() => layer.backward(double([[3, 4]])))).toMatchObject({ given: "dy in float64" });
    expect(errorOf(() => layer.backward([[3, 4]] as never))).toMatchObject({ given: "an array of 1 as dy" });
  });

  test("refuses what is no tensor, with advice", () => {
    expect(errorOf(() => layer.forward([[1, 2]] as never))).toMatchObject({
      where: `${layer.name}.forward`,
      given: "an array of 2",
      advice: expect.stringContaining("tensor(") as string,
    });
  });

  test("refuses a batch without rows", () => {
    expect(errorOf(() => layer.forward(zeros([0, 2]))).allowed)
      .toBe("a batch of at least one row");
  });

  test("gives backward after a forward in eval", () => {
    layer.eval().forward(x);
    expect(layer.backward(dy).shape).toEqual([1, 2]);
    layer.train();
  });
});

describe.each(listed())("%s", (_, layer) => {
  test("refuses backward before forward and twice for one", () => {
    expect(errorOf(() => layer.backward(dy)).given).toBe("backward before forward");
    const y = layer.forward([x, x]);
    layer.backward(y);
    expect(errorOf(() => layer.backward(y)).given).toBe("backward twice for one forward");
  });

  test("refuses inputs of two dtypes", () => {
    expect(errorOf(() => layer.forward([x, double([[1, 2]])])).given).toBe("float32 and float64");
  });

  test("refuses inputs with different numbers of rows", () => {
    expect(
      errorOf(() =>
        layer.forward([
          x,
          tensor([[1, 2], [3, 4]]),
        ]),
      ).given,
    ).toBe("shapes [1, 2] and [2, 2]");
  });
});

describe("dtypes", () => {
  test("an input of another dtype than the parameters is refused, naming one", () => {
    expect(errorOf(() => new Affine(2, 2).forward(double([[1, 2]])))).toMatchObject({
      where: "Affine.forward", given: "float64 input", allowed: 'float32, as parameter "weight" has',
    });
  });

  test.each(["float32", "float64"] as const)("%s goes in and comes out", (dtype) => {
    const given = tensor([[1, 2]], dtype);
    const layers = [new ReLU(), new Softmax(), new Dropout({ keep: 0.8 }), new Dropout({ keep: 0.8 }).eval()];
    for (const layer of layers) {
      expect(layer.forward(given).dtype).toBe(dtype);
      expect(layer.backward(given).dtype).toBe(dtype);
    }
  });
});

test("a layer whose constructor has not run says so", () => {
  const unborn = Object.create(ReLU.prototype) as ReLU;
  expect(errorOf(() => unborn.mode)).toMatchObject({
    name: "CallOrderError",
    advice: "Call super() first in your constructor.",
  });
});

test("one input is refused where a layer has two in a list, and two where it has one", () => {
  expect(errorOf(() => (new ReLU() as Layer<unknown, never>).forward([x, x] as never))).toMatchObject({
    where: "ReLU", given: "2 inputs", allowed: "one input",
  });
});

describe("a forward that is refused leaves the layer as it was", () => {
  test("the next mask is the same", () => {
    const first = new Dropout({ keep: 0.3, seed: 5 }), second = new Dropout({ keep: 0.3, seed: 5 });
    errorOf(() => first.useMask(tensor([[1]])).forward(x));
    const wide = tensor([Array<number>(100).fill(1)]);
    expect(numbers(first.useMask(undefined).forward(wide))).toEqual(numbers(second.forward(wide)));
  });

  test("backward still belongs to the forward before", () => {
    const layer = new Affine(2, 1, { init: tensor([[2], [3]]) });
    layer.forward(x);
    errorOf(() => layer.forward(tensor([[1, 2, 3]])));
    layer.backward(tensor([[1]]));
    expect(numbers(layer.weight.grad)).toEqual([1, -2]);
  });
});

describe("needsInputGradient", () => {
  test("false leaves the gradients of the parameters as they are", () => {
    const layer = new Affine(2, 2);
    layer.needsInputGradient = false;
    layer.forward(x);
    layer.backward(dy);
    expect(numbers(layer.weight.grad)).toEqual([3, 4, -6, -8]);
  });

  test("false gives a dx without rows rather than numbers that are wrong", () => {
    const layer = new Affine(2, 2);
    layer.needsInputGradient = false;
    layer.forward(x);
    expect(layer.backward(dy).shape).toEqual([0, 2]);
  });
});
