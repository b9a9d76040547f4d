import { Embedding, Flatten, Identity, Parameter, Reshape, tensor } from "chainrule";
import { double, errorOf, numbers } from "../tools.ts";

describe("Flatten", () => {
  test("puts each row's numbers on one axis, and dx back into their shape", () => {
    const layer = new Flatten(), x = tensor([[[1, 2], [3, 4]], [[5, 6], [7, 8]]]);
    expect(layer.forward(x).toArray()).toEqual([[1, 2, 3, 4], [5, 6, 7, 8]]);
    expect(layer.backward(tensor([[1, 2, 3, 4], [5, 6, 7, 8]])).toArray()).toEqual(x.toArray());
  });

  test("makes one column of rows without an axis", () => {
    expect(new Flatten().forward(tensor([1, 2])).toArray()).toEqual([[1], [2]]);
  });
});

describe("Reshape", () => {
  test("gives the same numbers another shape, and dx the old one", () => {
    const layer = new Reshape([1, 2, 2]);
    expect(layer.forward(tensor([[1, 2, 3, 4]])).toArray()).toEqual([[[[1, 2], [3, 4]]]]);
    expect(layer.backward(tensor([[[[1, 2], [3, 4]]]])).toArray()).toEqual([[1, 2, 3, 4]]);
    expect(`${layer}`).toBe("Reshape([1, 2, 2])");
  });

  test("refuses rows of another size, with both", () => {
    expect(errorOf(() => new Reshape([2, 2]).forward(tensor([[1, 2, 3]])))).toMatchObject({
      where: "Reshape([2, 2])", given: "input of shape [3], 3 numbers", allowed: "4 numbers, without the batch axis",
    });
  });

  test.each([[[-1]], [[2, 0]], ["4"]])("refuses the shape %p", (shape) => {
    expect(errorOf(() => new Reshape(shape as never)).where).toBe("Reshape shape");
  });
});

test("Identity gives back what it is given, in arrays of its own", () => {
  const x = tensor([[1, 2]]), layer = new Identity(), y = layer.forward(x);
  expect(y.toArray()).toEqual([[1, 2]]);
  expect(y.data).not.toBe(x.data);
  expect(layer.backward(tensor([[3, 4]])).toArray()).toEqual([[3, 4]]);
});

describe("Embedding", () => {
  const table = double([[1, 2], [3, 4], [5, 6]]);
  const make = () => new Embedding(3, 2, { init: table });

  test("y is the rows that x names", () => {
    expect(make().forward(double([2, 0])).toArray()).toEqual([[5, 6], [1, 2]]);
    expect(make().forward(double([[2, 0]])).toArray()).toEqual([[[5, 6], [1, 2]]]);
  });

  test("dw gets dy, summed where a row was taken twice; others get nothing", () => {
    const layer = make();
    layer.forward(double([2, 0, 2]));
    layer.backward(double([[1, 10], [2, 20], [4, 40]]));
    expect(layer.weight.grad.toArray()).toEqual([[2, 20], [0, 0], [5, 50]]);
  });

  test("row numbers have no gradient: dx is zeros, or no rows where nobody reads it", () => {
    const layer = make(), dy = double([[1, 1], [1, 1]]);
    layer.forward(double([1, 2]));
    expect(numbers(layer.backward(dy))).toEqual([0, 0]);
    layer.needsInputGradient = false;
    layer.forward(double([1, 2]));
    expect(layer.backward(dy).shape).toEqual([0]);
  });

  test("the weights start normal with standard deviation 1, within 5 sigma", () => {
    const values = numbers(new Embedding(100, 50, { seed: 1 }).weight.value);
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / values.length));
  });

  test("a shared table is the same Parameter", () => {
    const weight = new Parameter("table", table);
    expect(new Embedding(3, 2, { weight }).weight).toBe(weight);
  });

  test.each([-1, 3, 0.5, NaN, Infinity])("%p is no row number", (row) => {
    expect(errorOf(() => make().forward(double([0, row])))).toMatchObject({
      where: "Embedding(3 → 2)", given: `${row} as number 1 of x`, allowed: "integers from 0 to 2",
    });
  });

  test.each([
    ["words of 0", () => new Embedding(0, 1), "Embedding words"],
    ["half a feature", () => new Embedding(1, 0.5), "Embedding features"],
    ["a table of another shape", () => new Embedding(2, 2, { init: table }), "Embedding weight"],
  ])("refuses %s", (_, run, where) => {
    expect(errorOf(run).where).toBe(where);
  });
});
