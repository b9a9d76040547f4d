import { Affine, MaxNorm, SGD, tensor } from "chainrule";
import { double, errorOf, expectClose, numbers } from "../tools.ts";

const applied = (limit: number, values: number[][]) => {
  const value = double(values);
  new MaxNorm(limit).apply(value);
  return value;
};

test("a column that is longer is scaled back to the limit: (3, 4) with 2.5 is (1.5, 2)", () => {
  expectClose(applied(2.5, [[3], [4]]), [1.5, 2], 1e-15);
});

test("columns that are shorter, or as long, stay as they are", () => {
  expect(numbers(applied(5, [[3, 0.1], [4, 0]]))).toEqual([3, 0.1, 4, 0]);
});

test("it is the columns of [in, out], not the rows: each unit's incoming weights", () => {
  expectClose(applied(1, [[3, 0.3], [4, 0.4]]), [0.6, 0.3, 0.8, 0.4], 1e-15);
});

test("a column of zeros stays zero", () => {
  expect(numbers(applied(1, [[0], [0]]))).toEqual([0, 0]);
});

test("after a step in training every unit is within the limit, the bias free", () => {
  const layer = new Affine(2, 1, { init: tensor([[0], [0]]), constraint: new MaxNorm(1) });
  layer.weight.grad.data.set([-30, -40]);
  layer.bias?.grad.data.set([-7]);
  new SGD({ learningRate: 1 }).step(layer.parameters);
  expectClose(layer.weight.value, [0.6, 0.8], 1e-7);
  expect(layer.bias?.value.toArray()).toEqual([7]);
});

test.each([0, -1, NaN, Infinity, "3", undefined])("the limit %p is refused", (limit) => {
  expect(errorOf(() => new MaxNorm(limit as number))).toMatchObject({
    name: "OptionError",
    where: "MaxNorm limit",
  });
});
