import {
  Add, Affine, AvgPool2d, BatchNorm, Concat, Conv2d, Dropout, ELU, Embedding, Flatten, GELU, GlobalAvgPool2d, gradientCheck,
  Identity, LayerNorm, LeakyReLU, LogSoftmax, MaxPool2d, Multiply, ReLU, Reshape, residual, Sigmoid, SiLU, Softmax, Softplus,
  Tanh, Tensor, type AnyLayer, type Shape,
} from "chainrule";
import { spread } from "../tools.ts";

const hanging = { stride: 2, padding: 1, ceilMode: true };
const unusual = { stride: [1, 2], padding: [1, 2], dilation: 2, groups: 2, seed: 1 } as const;

/** A layer and the shape of a row it takes; how many such inputs, where it takes a list. */
const table: readonly (readonly [name: string, make: () => AnyLayer, shape: Shape, inputs?: number])[] = [
  ["Add", () => new Add(), [3], 2],
  ["Affine", () => new Affine(3, 5, { seed: 1 }), [3]],
  ["AvgPool2d", () => new AvgPool2d(2), [2, 5, 3]],
  ["AvgPool2d over the edge", () => new AvgPool2d(3, { ...hanging, countPadding: false }), [1, 4, 5]],
  ["BatchNorm of vectors", () => new BatchNorm(3), [3]],
  ["BatchNorm of images", () => new BatchNorm(2), [2, 3, 1]],
  ["BatchNorm without parameters", () => new BatchNorm(2, { affine: false }), [2, 1, 3]],
  ["Concat", () => new Concat(), [3], 3],
  ["Conv2d", () => new Conv2d(2, 3, 3, { seed: 1 }), [2, 5, 4]],
  ["Conv2d with all options", () => new Conv2d(4, 2, [2, 3], unusual), [4, 4, 5]],
  ["Conv2d of one number", () => new Conv2d(1, 1, 1, { seed: 1, bias: false }), [1, 1, 1]],
  ["Dropout", () => new Dropout({ keep: 0.8, seed: 1 }), [7]],
  ["Dropout, scaled at eval", () => new Dropout({ keep: 0.8, seed: 1, scaling: "at-eval" }), [7]],
  ["ELU", () => new ELU({ alpha: 2 }), [7]],
  ["Embedding", () => new Embedding(4, 3, { seed: 1 }), [5]],
  ["Flatten", () => new Flatten(), [2, 3]],
  ["GELU", () => new GELU(), [7]],
  ["GELU by tanh", () => new GELU({ approximate: "tanh" }), [7]],
  ["GlobalAvgPool2d", () => new GlobalAvgPool2d(), [2, 3, 1]],
  ["Identity", () => new Identity(), [3]],
  ["LayerNorm", () => new LayerNorm(5), [5]],
  ["LayerNorm of two axes", () => new LayerNorm([2, 3]), [3, 2, 3]],
  ["LeakyReLU", () => new LeakyReLU({ slope: 0.2 }), [7]],
  ["LogSoftmax", () => new LogSoftmax(), [5]],
  ["MaxPool2d", () => new MaxPool2d(2), [2, 5, 3]],
  ["MaxPool2d over the edge", () => new MaxPool2d(3, hanging), [1, 4, 5]],
  ["Multiply", () => new Multiply(), [3], 2],
  ["ReLU", () => new ReLU(), [7]],
  ["Reshape", () => new Reshape([2, 3]), [6]],
  ["residual", () => residual(new Affine(3, 3, { seed: 1 }), new Tanh()), [3]],
  ["Sigmoid", () => new Sigmoid(), [7]],
  ["SiLU", () => new SiLU(), [7]],
  ["Softmax", () => new Softmax(), [5]],
  ["Softplus", () => new Softplus(), [7]],
  ["Tanh", () => new Tanh(), [7]],
];

const rowsOfTable = table.map(([name, make, shape, inputs]) => ({ name, make, shape, inputs }));

/** Numbers spread over -2 .. 2, other ones for each input; for a layer that takes row numbers, some of those. */
function inputFor({ vocabularySize: vocabularySize }: AnyLayer, rows: number, shape: Shape, input: number): Tensor {
  const x = spread(rows, ...shape);
  x.data.forEach((value, i) => {
    x.data[i] = vocabularySize === undefined ? (2 * value) / (1 + input) : (i * i + i) % vocabularySize;
  });
  return x;
}

describe.each([["train", 5], ["train", 1], ["eval", 5], ["eval", 1]] as const)("in %s with %d rows", (mode, rows) => {
  test.each(rowsOfTable)("the gradients of $name are the numeric ones", ({ name, make, shape, inputs }) => {
    const layer = make();
    if (mode === "eval") layer.eval();
    const x = Array.from({ length: inputs ?? 1 }, (_, input) => inputFor(layer, rows, shape, input));
    const check = () => gradientCheck(layer, inputs === undefined ? x[0] : x);
    // One number a channel has no variance.
    if (name === "BatchNorm of vectors" && mode === "train" && rows === 1) expect(check).toThrow(/BatchNorm/);
    else expect(check()).toMatchObject({ passed: true });
  });
});
