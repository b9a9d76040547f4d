import { ReLU, tensor } from "chainrule";
import { numbers } from "../tools.ts";

test("y = max(0, x)", () => {
  expect(new ReLU().forward(tensor([[-1, 0, 2.5]])).toArray()).toEqual([[0, 0, 2.5]]);
});

test("dx = dy where x > 0, else 0; also 0 at x = 0", () => {
  const layer = new ReLU();
  layer.forward(tensor([[-1, 0, 2.5]]));
  expect(layer.backward(tensor([[5, 6, 7]])).toArray()).toEqual([[0, 0, 7]]);
});

test("NaN passes, so that it is seen", () => {
  expect(numbers(new ReLU().forward(tensor([[NaN, -Infinity, Infinity]])))).toEqual([NaN, 0, Infinity]);
});

test("-0 becomes +0", () => {
  expect(Object.is(new ReLU().forward(tensor([[-0]])).data[0], 0)).toBe(true);
});

test("takes any shape", () => {
  expect(new ReLU().forward(tensor([[[-1], [2]]])).toArray()).toEqual([[[0], [2]]]);
});
