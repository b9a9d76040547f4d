import { Add, Concat, Multiply, tensor, type Tensor } from "chainrule";
import { errorOf } from "../tools.ts";

const a = tensor([[1, 2], [3, 4]]);
const b = tensor([[5, 6], [7, 8]]);
const c = tensor([[1, 0], [2, -1]]);
const arrays = (list: readonly Tensor[]) => list.map((part) => part.toArray());

describe("Add", () => {
  test("sums its inputs", () => {
    expect(new Add().forward([a, b, c]).toArray()).toEqual([[7, 8], [12, 11]]);
  });

  test("gives dy to each", () => {
    const layer = new Add();
    layer.forward([a, b, c]);
    expect(arrays(layer.backward(b))).toEqual([b.toArray(), b.toArray(), b.toArray()]);
  });

  test("of one input is that input, and backward gives a list of one", () => {
    const layer = new Add();
    expect(layer.forward([a]).toArray()).toEqual(a.toArray());
    expect(arrays(layer.backward(b))).toEqual([b.toArray()]);
  });

  test("names the shapes it cannot add", () => {
    expect(errorOf(() => new Add().forward([a, tensor([[1], [2]])]))).toMatchObject({
      name: "ShapeError", where: "Add", given: "inputs of shapes [2] and [1]",
    });
  });
});

describe("Multiply", () => {
  test("multiplies its inputs, each number by each", () => {
    expect(new Multiply().forward([a, b, c]).toArray()).toEqual([[5, 0], [42, -32]]);
  });

  test("gives each dy times the product of the others, also where an input is 0", () => {
    const layer = new Multiply();
    layer.forward([a, b, c]);
    const dy = tensor([[1, 2], [1, 1]]);
    expect(arrays(layer.backward(dy))).toEqual([[[5, 0], [14, -8]], [[1, 0], [6, -4]], [[5, 24], [21, 32]]]);
  });

  test("the same tensor twice is a square, whose two gradients are dy · x each", () => {
    const layer = new Multiply();
    expect(layer.forward([a, a]).toArray()).toEqual([[1, 4], [9, 16]]);
    expect(arrays(layer.backward(b))).toEqual([[[5, 12], [21, 32]], [[5, 12], [21, 32]]]);
  });

  test("names the shapes it cannot multiply", () => {
    expect(errorOf(() => new Multiply().forward([a, tensor([[1], [2]])])).given).toContain("[2] and [1]");
  });
});

describe("Concat", () => {
  const narrow = tensor([[9], [10]]);

  test("puts its inputs side by side along the last axis", () => {
    expect(new Concat().forward([a, narrow, b]).toArray()).toEqual([[1, 2, 9, 5, 6], [3, 4, 10, 7, 8]]);
  });

  test("gives each input its own columns of dy", () => {
    const layer = new Concat();
    layer.forward([a, narrow]);
    expect(arrays(layer.backward(tensor([[1, 2, 3], [4, 5, 6]])))).toEqual([[[1, 2], [4, 5]], [[3], [6]]]);
  });

  test("keeps the axes in front", () => {
    expect(new Concat().outputShape([4, 2], [4, 3])).toEqual([4, 5]);
  });

  test("keeps float64", () => {
    expect(new Concat().forward([tensor([[1]], "float64"), tensor([[2]], "float64")]).dtype).toBe("float64");
  });

  test("refuses inputs that differ in another axis than the last", () => {
    expect(errorOf(() => new Concat().outputShape([4, 2], [3, 2])).given).toBe(
      "inputs of shapes [4, 2] and [3, 2]",
    );
  });

  test("refuses inputs of a single axis, which is the batch", () => {
    expect(errorOf(() => new Concat().forward([tensor([1]), tensor([2])])).where).toBe("Concat");
  });
});

test.each([new Add(), new Multiply(), new Concat()])(
  "%s refuses no inputs, and what is no Tensor",
  (layer) => {
    expect(errorOf(() => layer.forward([])).given).toBe("no inputs");
    expect(errorOf(() => layer.forward([a, [[1, 2]] as never])).given).toBe("an array of 1");
  },
);
