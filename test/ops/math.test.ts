import {
  add, addColumnSums, addMatmul, addRow, matmul, multiply, scale, tensor, transposed, type Tensor,
} from "chainrule";
import { relu } from "../../src/ops/elementwise.ts";
import { maxNorm } from "../../src/ops/norms.ts";
import { softmax } from "../../src/ops/softmax.ts";
import { double, errorOf, expectClose, numbers } from "../tools.ts";

const a = tensor([[1, 2, 3], [4, 5, 6]]);
const b = tensor([[1, 0], [0, 1], [2, -1]]);

describe("matmul", () => {
  test("a · b by hand", () => {
    expect(matmul(a, b).toArray()).toEqual([[7, -1], [16, -1]]);
  });

  test("aᵀ · a, and a · aᵀ", () => {
    expect(matmul(transposed(a), a).toArray()).toEqual([[17, 22, 27], [22, 29, 36], [27, 36, 45]]);
    expect(matmul(a, transposed(a)).toArray()).toEqual([[14, 32], [32, 77]]);
  });

  test("both transposed: bᵀ · aᵀ = (a · b)ᵀ", () => {
    expect(matmul(transposed(b), transposed(a)).toArray()).toEqual([[7, 16], [-1, -1]]);
  });

  test("keeps the axes in front of the last", () => {
    expect(matmul(tensor([[[1, 2, 3]], [[4, 5, 6]]]), b).toArray()).toEqual([[[7, -1]], [[16, -1]]]);
  });

  test("into what is there already adds", () => {
    const out = tensor([[10, 20], [30, 40]]);
    addMatmul(out, a, b);
    expect(out.toArray()).toEqual([[17, 19], [46, 39]]);
  });

  test("of a row of zeros is +0, of zeros and infinity NaN", () => {
    expect(numbers(matmul(tensor([[0, -0]]), tensor([[-1], [5]])))).toEqual([0]);
    expect(numbers(matmul(tensor([[0]]), tensor([[Infinity]])))).toEqual([NaN]);
  });

  test("in float32 rounds each product and each sum", () => {
    // 1 + 2⁻²⁴ is halfway and rounds to 1, each time anew: in one go the sum would be 1 + 2⁻²³.
    const tiny = 2 ** -24;
    expect(numbers(matmul(tensor([[1, tiny, tiny]]), tensor([[1], [1], [1]])))).toEqual([1]);
    expect(numbers(matmul(double([[1, tiny, tiny]]), double([[1], [1], [1]])))).toEqual([1 + 2 ** -23]);
  });

  test("of shapes that do not fit names both", () => {
    expect(errorOf(() => matmul(a, a))).toMatchObject({
      name: "ShapeError",
      where: "matmul",
      given: "[2, 3] · [2, 3]",
    });
  });
});

describe("each by each", () => {
  const x = tensor([[1, -2]]), y = tensor([[3, 4]]);

  test.each([
    ["add", () => add(x, y), [4, 2]],
    ["multiply", () => multiply(x, y), [3, -8]],
    ["scale", () => scale(x, 3), [3, -6]],
    ["relu", () => relu(x), [1, 0]],
  ] as [string, () => Tensor, number[]][])("%s by hand, in an array of its own", (_, run, wanted) => {
    expect(numbers(run())).toEqual(wanted);
    expect([numbers(x), numbers(y)]).toEqual([[1, -2], [3, 4]]);
  });

  test("add and multiply refuse shapes that differ", () => {
    expect(errorOf(() => add(x, tensor([[1], [2]]))).where).toBe("add");
    expect(errorOf(() => multiply(x, tensor([1, 2]))).where).toBe("multiply");
  });

  test("scale rounds its factor once, in float32", () => {
    const { fround } = Math;
    expect(numbers(scale(tensor([[3]]), 0.1))).toEqual([fround(3 * fround(0.1))]);
  });
});

test("addRow adds a row to each row", () => {
  const y = tensor([[1, 2], [3, 4]]);
  addRow(y, tensor([10, 20]));
  expect(y.toArray()).toEqual([[11, 22], [13, 24]]);
});

test("addColumnSums adds the sum over the rows to what is there", () => {
  const db = tensor([100, 200]);
  addColumnSums(db, tensor([[1, 2], [3, 4]]));
  expect(numbers(db)).toEqual([104, 206]);
});

test("softmax of equal logits is even, however large", () => {
  expectClose(softmax(double([[1e300, 1e300, 1e300, 1e300]])), [0.25, 0.25, 0.25, 0.25], 0);
});

test("maxNorm scales in place", () => {
  const value = double([[3], [4]]);
  maxNorm(value, 1);
  expectClose(value, [0.6, 0.8], 1e-15);
});
