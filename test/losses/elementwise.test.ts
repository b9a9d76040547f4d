import {
  Affine, BinaryCrossEntropy, gradientCheck, Huber, MeanSquaredError, Softmax, tensor, zeros, type Loss,
} from "chainrule";
import { double, errorOf, expectClose, numbers, spread, spread32 } from "../tools.ts";

const LOSSES: readonly (readonly [string, (reduction?: "mean" | "sum") => Loss])[] = [
  ["MeanSquaredError", (reduction = "mean") => new MeanSquaredError({ reduction })],
  ["Huber", (reduction = "mean") => new Huber({ reduction, delta: 0.4 })],
  ["BinaryCrossEntropy", (reduction = "mean") => new BinaryCrossEntropy({ reduction })],
];

/** Targets from 0 to 1, which all of them take. */
const targets = (...shape: number[]) => {
  const values = spread(...shape);
  values.data.forEach((value, i) => { values.data[i] = Math.abs(value); });
  return values;
};

describe.each(LOSSES)("%s", (name, make) => {
  test.each(["mean", "sum"] as const)("the gradient is that of the loss (%s)", (reduction) => {
    const options = { loss: make(reduction), labels: targets(5, 2) };
    expect(gradientCheck(new Affine(3, 2, { seed: 1 }), spread(5, 3), options).passed).toBe(true);
  });

  test("at batch 1, too", () => {
    const options = { loss: make(), labels: targets(1, 1) };
    expect(gradientCheck(new Affine(3, 1, { seed: 1 }), spread(1, 3), options).passed).toBe(true);
  });

  test.each([[[3, 1], [3]], [[3], [3, 1]], [[3, 1], [1, 3]], [[3, 2], [1, 2]], [[3, 2], [3, 1]]])(
    "a prediction %j against targets %j is a shape error, never broadcast", (prediction, shape) => {
      expect(errorOf(() => make().forward(zeros(prediction), zeros(shape)))).toMatchObject({
        name: "ShapeError", where: `${name} labels`, given: `a Tensor [${shape.join(", ")}]`,
      });
    },
  );

  test("a plain array is refused, with rows advised", () => {
    expect(errorOf(() => make().forward(zeros([2, 1]), [0, 1]))).toMatchObject({
      name: "DataError", advice: expect.stringContaining("tensor([[") as string,
    });
  });

  test("an empty batch is refused", () => {
    expect(errorOf(() => make().forward(zeros([0, 2]), zeros([0, 2]))).name).toBe("ShapeError");
  });

  test("one backward for each forward", () => {
    const loss = make();
    loss.forward(zeros([2, 1]), zeros([2, 1]));
    loss.backward();
    expect(errorOf(() => loss.backward()).where).toBe(`${name}.backward`);
  });

  test("later changes of the caller's arrays change no gradient", () => {
    const x = spread32(3, 2), t = targets(3, 2), loss = make(), same = make();
    loss.forward(x, t);
    same.forward(x, t);
    const before = numbers(same.backward());
    x.data.fill(7);
    t.data.fill(0);
    expect(numbers(loss.backward())).toEqual(before);
  });

  test("in float32 the loss is a float32 number", () => {
    const loss = make().forward(spread32(3, 2), targets(3, 2));
    expect(loss).toBe(Math.fround(loss));
  });
});

describe("MeanSquaredError by hand", () => {
  test("(0 + 4) / 2 = 2, with the gradient 2·(x - t) / 2", () => {
    const loss = new MeanSquaredError();
    expect(loss.forward(tensor([[1], [2]]), tensor([[1], [4]]))).toBe(2);
    expect(numbers(loss.backward())).toEqual([0, -2]);
  });

  test("a mean is over rows and columns, and weighs its rows", () => {
    const loss = new MeanSquaredError();
    expect(loss.forward(tensor([[1, 1, 1, 5]]), tensor([[0, 0, 0, 0]]))).toBe(7);
    expect(loss.weight).toBe(1);
  });
});

describe("Huber by hand, δ = 1", () => {
  test("½·1² at 1 and 1·(3 - ½) at 3, with slopes held to 1", () => {
    const loss = new Huber({ reduction: "sum" });
    expect(loss.forward(tensor([[0], [0], [0.5]]), tensor([[1], [3], [0]]))).toBe(0.5 + 2.5 + 0.125);
    expect(numbers(loss.backward())).toEqual([-1, -1, 0.5]);
  });

  test("a slope that float32 does not hold is divided before it is rounded", () => {
    const loss = new Huber({ delta: 1e39 });
    loss.forward(tensor([[3e38], [1]]), tensor([[-3e38], [1]]));
    // (3e38 - -3e38) / 2
    expect(numbers(loss.backward())).toEqual([Math.fround(3e38), 0]);
  });

  test.each([0, -1, NaN, Infinity])("a δ of %p is refused", (delta) => {
    expect(errorOf(() => new Huber({ delta })).where).toBe("Huber delta");
  });
});

describe("BinaryCrossEntropy", () => {
  test("costs ln 2 at a logit of 0, whatever the target", () => {
    expectClose([new BinaryCrossEntropy().forward(double([[0, 0, 0]]), double([[0, 1, 0.3]]))], [Math.LN2]);
  });

  test("logits of ±10,000 give exactly 0 and 10,000", () => {
    const loss = new BinaryCrossEntropy({ reduction: "sum" });
    expect(loss.forward(tensor([[10000, -10000]]), tensor([[1, 0]]))).toBe(0);
    expect(loss.forward(tensor([[10000, -10000]]), tensor([[0, 1]]))).toBe(20000);
    expect(numbers(loss.backward())).toEqual([1, -1]);
  });

  test("a cost below the last place of 1 is not lost: at a logit of 40 it is e^-40", () => {
    const loss = new BinaryCrossEntropy().forward(double([[40]]), double([[1]]));
    expect(Math.abs(loss / 4.248354255291589e-18 - 1)).toBeLessThan(1e-14);
  });

  test.each([-0.1, 1.1, NaN])("a target of %p is refused, its row named", (t) => {
    const targets = double([[0, 1], [1, t]]);
    expect(errorOf(() => new BinaryCrossEntropy().forward(zeros([2, 2]), targets))).toMatchObject({
      name: "DataError", where: "BinaryCrossEntropy labels, row 1", given: String(t),
    });
  });

  test("the output of a Softmax is refused", () => {
    const p = new Softmax().forward(zeros([1, 2]));
    expect(errorOf(() => new BinaryCrossEntropy().forward(p, tensor([[0, 1]]))).name).toBe("CallOrderError");
  });
});
