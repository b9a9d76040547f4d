import {
  Affine, Conv2d, Flatten, GraphError, networkFromJson, networkToJson, ReLU, Reshape, residual, Sequential, tensor,
  zeros,
} from "chainrule";
import { double, errorOf } from "../tools.ts";

test("y = x + f(x), and dx = dy + what f sends back", () => {
  const block = residual(new Affine(2, 2, { init: double([[1, 2], [3, 4]]), bias: double([0, 0]) }));
  expect(block.forward(double([[1, 10]])).toArray()).toEqual([[1 + 31, 10 + 42]]);
  expect(block.backward(double([[1, 1]])).toArray()).toEqual([[1 + 3, 1 + 7]]);
});

test("layers that give another shape than they take are refused at once, both ways named", () => {
  expect(errorOf(() => residual(new Affine(3, 4)))).toMatchObject({
    where: 'residual, at "y" (Add)', given: '[3] from the input and [4] from "f" (residual)',
    allowed: "inputs of one shape, for Add",
  });
});

test("layers that take images of any size are checked when the size is known", () => {
  expect(errorOf(() => residual(new Conv2d(1, 1, 3)).forward(zeros([1, 1, 5, 4]))).given)
    .toBe('[1, 5, 4] from the input and [1, 3, 2] from "f" (residual)');
  expect(residual(new Conv2d(1, 1, 3, { padding: 1 })).forward(zeros([1, 1, 5, 4])).shape).toEqual([1, 1, 5, 4]);
});

test("no layers are refused", () => {
  expect(errorOf(() => residual())).toBeInstanceOf(GraphError);
});

test("a block stands in a chain, and draws its weights from the chain's seed", () => {
  const draw = () => new Sequential([new Affine(2, 3), residual(new Affine(3, 3), new ReLU())], { seed: 5 });
  expect(draw().forward(tensor([[1, 2]])).toArray()).toEqual(draw().forward(tensor([[1, 2]])).toArray());
});

test("a block takes what its layers take: Affine(4, 4) also rows of three vectors", () => {
  expect(residual(new Affine(4, 4)).forward(zeros([1, 3, 4])).shape).toEqual([1, 3, 4]);
  expect(residual(new Affine(4, 4)).inputShape).toEqual([4]);
  expect(residual(new Affine(4, 4), new Flatten(), new Affine(12, 12), new Reshape([3, 4])).forward(zeros([1, 3, 4])).shape)
    .toEqual([1, 3, 4]);
  expect(errorOf(() => residual(new Affine(4, 4)).forward(zeros([1, 3, 5]))).given).toBe("[3, 5] from the input");
});

test("a block that a file holds takes the same", () => {
  const block = networkFromJson(networkToJson(new Sequential([residual(new Affine(4, 4))])));
  expect(block.inputShape).toEqual([4]);
  expect(block.outputShape([3, 4])).toEqual([3, 4]);
});
