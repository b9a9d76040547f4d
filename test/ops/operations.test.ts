/** The operations for layers of one's own, beside the numbers of mpmath and PyTorch (test/fixtures/operations.py). */
import { readFileSync } from "node:fs";
import {
  batchMatmul, concat, copyOf, divide, exp, log, matmul, mean, pow, repeat, rows, sigmoid, slice, softmax,
  softmaxBackward, sqrt, subtract, sum, tanh, Tensor, tensor, transposed, useBackend, zeros, type Nested,
} from "chainrule";
import { double, errorOf, expectClose, numbers, spread32 } from "../tools.ts";

interface Row {
  readonly name: string;
  readonly x: number[];
  readonly y: number[];
  readonly y32: number[];
  readonly exponent?: number;
}

type Name = "x" | "z" | "difference" | "quotient" | "a" | "b" | "product" | "dproduct" | "da" | "db"
  | "logits" | "probabilities" | "dy" | "dlogits";

const golden = JSON.parse(readFileSync(new URL("../fixtures/operations.json", import.meta.url), "utf8")) as {
  elementary: Row[];
  tensors: Record<Name, Nested> & Record<"sums" | "means", Nested[]>;
};
const { tensors } = golden;
const of = (name: Name) => double(tensors[name]);

/** Each number within so many units in the last place of a float64. */
function expectUlps(actual: readonly number[], wanted: readonly number[], ulps: number): void {
  expect(actual).toHaveLength(wanted.length);
  const far = wanted.filter((value, i) => !(Math.abs(actual[i] - value) <= ulps * Math.abs(value) * 2 ** -52));
  expect(far).toEqual([]);
}

/** Within rounding of PyTorch's float64, which sums in an order of its own. */
function expectSame(actual: Tensor, wanted: Tensor): void {
  expect(actual.shape).toEqual(wanted.shape);
  expectClose(actual, numbers(wanted), 1e-14);
}

type OfTensor = (x: Tensor) => Tensor;
type OfNumber = (x: number) => number;

describe.each(golden.elementary)("$name (to the power $exponent)", ({ name, x, y, y32, exponent = 0 }) => {
  const functions = { exp, log, tanh, sigmoid, sqrt };
  const given = functions[name as keyof typeof functions];
  const ofTensor: OfTensor = given ?? ((base: Tensor) => pow(base, exponent));
  const ofNumber: OfNumber = given ?? ((base: number) => pow(base, exponent));

  test("in float32 is the true value, rounded once", () => {
    expect(numbers(ofTensor(tensor(x)))).toEqual(y32);
  });

  test("in float64 is within 3 units in the last place of it", () => {
    expectUlps(numbers(ofTensor(double(x))), y, 3);
  });

  test("of one number is what a float64 tensor holds", () => {
    expect(x.map(ofNumber)).toEqual(numbers(ofTensor(double(x))));
  });

  test("leaves x as it is and keeps its shape", () => {
    const column = tensor(x.map((value) => [value]));
    expect(ofTensor(column).shape).toEqual([x.length, 1]);
    expect(numbers(column)).toEqual(x);
  });
});

test("the ends of their domains are those of Math", () => {
  expect([exp(-Infinity), exp(1000), log(0), tanh(Infinity), sigmoid(-1000), pow(0, 0), pow(-8, 1)])
    .toEqual([0, Infinity, -Infinity, 1, 0, 1, -8]);
  expect([log(-1), sqrt(-1), exp(NaN), pow(-8, 0.5)]).toEqual([NaN, NaN, NaN, NaN]);
});

describe("subtract and divide", () => {
  test("are PyTorch's", () => {
    expectSame(subtract(of("x"), of("z")), of("difference"));
    // A quotient may be large: compared relative to it.
    expectUlps(numbers(divide(of("x"), of("z"))), numbers(of("quotient")), 1);
  });

  test("round once in float32", () => {
    expect(numbers(divide(tensor([1, 2]), tensor([3, 7])))).toEqual([Math.fround(1 / 3), Math.fround(2 / 7)]);
    expect(numbers(subtract(tensor([1]), tensor([0.1])))).toEqual([Math.fround(1 - Math.fround(0.1))]);
  });

  test("by zero gives infinities and NaN", () => {
    expect(numbers(divide(tensor([1, -1, 0]), tensor([0, 0, 0])))).toEqual([Infinity, -Infinity, NaN]);
  });

  test.each([["subtract", subtract], ["divide", divide]])("%s broadcasts nothing and mixes no dtypes", (where, run) => {
    expect(errorOf(() => run(tensor([[1, 2]]), tensor([1, 2])))).toMatchObject({ name: "ShapeError", where });
    expect(errorOf(() => run(tensor([1]), double([1])))).toMatchObject({ given: "float32 and float64" });
  });
});

describe("sum and mean over an axis", () => {
  test.each([0, 1, 2])("%i are PyTorch's", (axis) => {
    expectSame(sum(of("x"), axis), double(tensors.sums[axis]));
    expectSame(mean(of("x"), axis), double(tensors.means[axis]));
  });

  test("-1 is the last", () => {
    expect(sum(of("x"), -1).toArray()).toEqual(sum(of("x"), 2).toArray());
  });

  test("add up in float64 and round once", () => {
    // In float32 each 2⁻²⁴ would be lost beside 1.
    const x = tensor([1, 2 ** -24, 2 ** -24]);
    expect(sum(x, 0).toArray()).toBe(1 + 2 ** -23);
    expect(mean(x, 0).toArray()).toBe(Math.fround((1 + 2 ** -23) / 3));
  });

  test("an axis that x does not have is refused", () => {
    expect(errorOf(() => sum(of("x"), 3))).toMatchObject({ where: "sum axis", given: "3" });
    expect(errorOf(() => mean(tensor(1), 0)).where).toBe("mean axis");
  });

  test("of nothing are 0, and an error", () => {
    expect(sum(zeros([2, 0]), 1).toArray()).toEqual([0, 0]);
    expect(errorOf(() => mean(zeros([2, 0]), 1))).toMatchObject({ given: "axis 1 of shape [2, 0]" });
  });
});

describe("repeat", () => {
  test("lays a number for each row beside each number of the row", () => {
    expect(repeat(tensor([1, 2]), 1, 3).toArray()).toEqual([[1, 1, 1], [2, 2, 2]]);
  });

  test("lays a whole row beside each row", () => {
    expect(repeat(tensor([1, 2]), 0, 2).toArray()).toEqual([[1, 2], [1, 2]]);
  });

  test("along an axis in the middle is undone by the mean over it", () => {
    const x = spread32(2, 4);
    expect(mean(repeat(x, 1, 3), 1).toArray()).toEqual(x.toArray());
  });

  test("is the gradient of sum: Σ dy · sum(x) = Σ repeat(dy) · x", () => {
    const x = of("x"), dy = of("z");
    const summed = numbers(sum(x, 1)), some = slice(dy, 1, 0, 1);
    const flat = new Tensor(some.data, [2, 4]);
    const left = summed.reduce((all, value, i) => all + value * flat.data[i], 0);
    const right = numbers(repeat(flat, 1, 3)).reduce((all, value, i) => all + value * x.data[i], 0);
    expect(left).toBeCloseTo(right, 12);
  });
});

describe("slice, rows and concat", () => {
  const x = tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]]);

  test("slice takes columns, or rows", () => {
    expect(slice(x, 1, 1, 3).toArray()).toEqual([[2, 3], [5, 6], [8, 9]]);
    expect(slice(x, 0, 1, 2).toArray()).toEqual([[4, 5, 6]]);
    expect(slice(x, -1, 0, 0).shape).toEqual([3, 0]);
  });

  test("slice is a copy: writing into it leaves x alone", () => {
    const part = slice(x, 0, 0, 3);
    part.data.fill(0);
    expect(x.data[0]).toBe(1);
  });

  test("rows is a view: writing into it writes into x", () => {
    const own = copyOf(x), view = rows(own, 1, 3);
    expect(view.toArray()).toEqual([[4, 5, 6], [7, 8, 9]]);
    view.data[0] = -4;
    expect(own.data[3]).toBe(-4);
  });

  test("concat joins what slice took apart, along any axis", () => {
    const whole = of("x");
    for (const axis of [0, 1, 2]) {
      const length = whole.shape[axis];
      expect(concat([slice(whole, axis, 0, 1), slice(whole, axis, 1, length)], axis).toArray()).toEqual(whole.toArray());
    }
  });

  test("parts beyond the end, and ones that do not fit, are refused", () => {
    expect(errorOf(() => slice(x, 1, 1, 4))).toMatchObject({ where: "slice to", given: "4" });
    expect(errorOf(() => rows(x, 2, 1)).where).toBe("rows to");
    expect(errorOf(() => concat([x, tensor([[1]])], 1))).toMatchObject({
      name: "ShapeError", given: "[3, 3] float32 and [1, 1] float32",
    });
    expect(errorOf(() => concat([], 0)).given).toBe("an array of 0");
  });
});

describe("softmax and its backward", () => {
  test("are PyTorch's", () => {
    const y = softmax(of("logits"));
    expectSame(y, of("probabilities"));
    expectSame(softmaxBackward(of("dy"), y), of("dlogits"));
  });

  test("in float32 are within a rounding of it", () => {
    const y = softmax(tensor(tensors.logits));
    expectClose(y, numbers(of("probabilities")), 2 ** -24);
    expectClose(softmaxBackward(tensor(tensors.dy), y), numbers(of("dlogits")), 2 ** -22);
  });

  test("softmaxBackward refuses a dy that is not of y's shape", () => {
    expect(errorOf(() => softmaxBackward(tensor([[1]]), tensor([[0.5, 0.5]]))).where).toBe("softmaxBackward");
  });
});

describe("batchMatmul", () => {
  test("and its gradients are PyTorch's bmm", () => {
    const a = of("a"), b = of("b"), dy = of("dproduct");
    expectSame(batchMatmul(a, b), of("product"));
    expectSame(batchMatmul(dy, transposed(b)), of("da"));
    expectSame(batchMatmul(transposed(a), dy), of("db"));
  });

  test("of each pair has the bits of matmul", () => {
    const a = spread32(3, 17, 33), b = spread32(3, 33, 9);
    for (let i = 0; i < 3; i++) {
      const one = (x: Tensor) => new Tensor(rows(x, i, i + 1).data, x.shape.slice(1));
      expect(numbers(one(batchMatmul(a, b)))).toEqual(numbers(matmul(one(a), one(b))));
    }
  });

  test("keeps several axes in front, as batch and heads", () => {
    expect(batchMatmul(spread32(2, 4, 3, 5), transposed(spread32(2, 4, 6, 5))).shape).toEqual([2, 4, 3, 6]);
  });

  test("of stacks that do not fit names both", () => {
    expect(errorOf(() => batchMatmul(spread32(2, 3, 4), spread32(3, 4, 5)))).toMatchObject({
      name: "ShapeError", given: "[2, 3, 4] float32 · [3, 4, 5] float32",
    });
    expect(errorOf(() => batchMatmul(spread32(2, 3, 4), spread32(4, 5))).advice).toContain("matmul multiplies");
  });
});

test("the plain loops and the kernels give the same bits", () => {
  const x = spread32(5, 8, 30), z = spread32(5, 30, 7);
  const all = () => [exp(x), softmax(x), batchMatmul(x, z), sum(x, 1), divide(x, x)].map(numbers);
  const byKernels = all();
  useBackend("reference");
  const byLoops = all();
  useBackend("simd");
  expect(byLoops).toEqual(byKernels);
});
