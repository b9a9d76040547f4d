import { CrossEntropy, Softmax, tensor } from "chainrule";
import { double, errorOf, expectClose, numbers } from "../tools.ts";

const { log } = Math;

describe("CrossEntropy by hand", () => {
  // Logits ln 1, ln 2, ln 3 have the probabilities 1/6, 2/6, 3/6.
  const logits = double([[0, log(2), log(3)], [0, 0, 0]]);

  test("is the mean of -log p at the true class", () => {
    expectClose([new CrossEntropy().forward(logits, [2, 1])], [(log(2) + log(3)) / 2], 1e-15);
  });

  test("sums with reduction sum", () => {
    expectClose([new CrossEntropy({ reduction: "sum" }).forward(logits, [2, 1])], [log(2) + log(3)], 1e-15);
  });

  test("its gradient is (p - t) / rows", () => {
    const loss = new CrossEntropy();
    loss.forward(logits, [2, 1]);
    expectClose(loss.backward(), [1 / 12, 2 / 12, -3 / 12, 1 / 6, -2 / 6, 1 / 6], 1e-15);
  });

  test("its gradient with reduction sum is p - t", () => {
    const loss = new CrossEntropy({ reduction: "sum" });
    loss.forward(logits, [2, 1]);
    expectClose(loss.backward(), [1 / 6, 2 / 6, -3 / 6, 1 / 3, -2 / 3, 1 / 3], 1e-15);
  });

  test("weighs the classes by the probabilities it is given", () => {
    const targets = double([[0.5, 0.5, 0], [0, 0, 1]]);
    // -½ ln 1/6 - ½ ln 2/6 = ½ ln 18
    expectClose([new CrossEntropy().forward(logits, targets)], [(0.5 * log(18) + log(3)) / 2], 1e-15);
  });

  test("a class index is the same as a row with 1 there", () => {
    const loss = (labels: Parameters<CrossEntropy["forward"]>[1]) =>
      new CrossEntropy().forward(logits, labels);
    expect(loss([2, 1])).toBe(loss(double([[0, 0, 1], [0, 1, 0]])));
  });
});

describe("CrossEntropy of extreme logits", () => {
  test.each(["float32", "float64"] as const)(
    "of ±10,000 is exactly 0 at the larger and 20,000 at the smaller (%s)",
    (dtype) => {
      const loss = (label: number) => new CrossEntropy().forward(tensor([[10000, -10000]], dtype), [label]);
      expect([loss(0), loss(1)]).toEqual([0, 20000]);
    },
  );

  test("of ±10,000 has the gradients 0 and ±1", () => {
    const loss = new CrossEntropy();
    loss.forward(tensor([[10000, -10000]]), [1]);
    expect(numbers(loss.backward())).toEqual([1, -1]);
  });

  test("a class that is ruled out by -Infinity costs nothing elsewhere", () => {
    expect(new CrossEntropy().forward(tensor([[0, -Infinity]]), [0])).toBe(0);
  });

  test("NaN shows as NaN", () => {
    expect(new CrossEntropy().forward(tensor([[NaN, 0]]), [0])).toBeNaN();
  });
});

test("in float32 the loss is a float32 number", () => {
  const loss = new CrossEntropy().forward(tensor([[0, 0, 0]]), [0]);
  expect(loss).toBe(Math.fround(log(3)));
});

test("the output of a Softmax is refused, naming the logits and NegativeLogLikelihood", () => {
  const p = new Softmax().forward(tensor([[1, 2]]));
  expect(errorOf(() => new CrossEntropy().forward(p, [0]))).toMatchObject({
    name: "CallOrderError", where: "CrossEntropy", given: "the output of a Softmax",
    allowed: expect.stringContaining("logits") as string,
    advice: expect.stringContaining("NegativeLogLikelihood") as string,
  });
});
