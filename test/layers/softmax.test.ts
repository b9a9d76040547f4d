import { Softmax, tensor } from "chainrule";
import { double, expectClose, numbers } from "../tools.ts";

test("each row becomes its share of exp: logits ln 1, ln 2, ln 3 give 1/6, 2/6, 3/6", () => {
  expectClose(new Softmax().forward(double([[0, Math.log(2), Math.log(3)]])), [1 / 6, 2 / 6, 3 / 6], 1e-15);
});

test("rows are apart from each other", () => {
  expectClose(new Softmax().forward(double([[0, 0], [0, Math.log(3)]])), [0.5, 0.5, 0.25, 0.75], 1e-15);
});

test("logits of ±10,000 do not overflow", () => {
  expect(numbers(new Softmax().forward(tensor([[10000, -10000]])))).toEqual([1, 0]);
});

test("dx_j = y_j · (dy_j - Σ y·dy): for y = (1/4, 3/4) and dy = (4, 8), Σ = 7 and dx = (-3/4, 3/4)", () => {
  const layer = new Softmax();
  layer.forward(double([[0, Math.log(3)]]));
  expectClose(layer.backward(double([[4, 8]])), [-0.75, 0.75], 1e-14);
});

test("is over the last axis", () => {
  const y = new Softmax().forward(double([[[0, 0], [0, Math.log(3)]]]));
  expect(y.shape).toEqual([1, 2, 2]);
  expectClose(y, [0.5, 0.5, 0.25, 0.75], 1e-15);
});

test("marks its output as probabilities", () => {
  expect(new Softmax().forward(tensor([[1, 2]])).meaning).toBe("probabilities");
});

test("passes NaN on within its row only", () => {
  expect(numbers(new Softmax().forward(tensor([[NaN, 1], [0, 0]])))).toEqual([NaN, NaN, 0.5, 0.5]);
});

test("softmax over a batch of single numbers is refused: it would mix the rows", () => {
  expect(() => new Softmax().forward(tensor([1, 2, 3]))).toThrow("an axis beside the batch");
});
