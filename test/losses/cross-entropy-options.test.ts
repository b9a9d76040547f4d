import { Affine, CrossEntropy, gradientCheck, tensor } from "chainrule";
import { double, errorOf, expectClose, numbers, spread } from "../tools.ts";

/** Two rows of equal logits over four classes: each class costs ln 4. */
const even = () => double([[0, 0, 0, 0], [0, 0, 0, 0]]);
/** Logits whose softmax is 1/2, 1/4, 1/4. */
const halves = () => double([[Math.log(2), 0, 0]]);
const LN2 = Math.LN2;

describe("label smoothing", () => {
  test("spreads its share of the target over all classes: (1-s)·ln 2 + s·(ln 2 + 2·ln 4)/3", () => {
    const loss = new CrossEntropy({ labelSmoothing: 0.3 });
    expectClose([loss.forward(halves(), [0])], [0.7 * LN2 + 0.1 * (LN2 + 4 * LN2)]);
  });

  test("of 1 leaves nothing of the label", () => {
    const loss = new CrossEntropy({ labelSmoothing: 1 });
    expect(loss.forward(halves(), [0])).toBe(loss.forward(halves(), [2]));
  });

  test("smooths rows of probabilities, too: [0.5, 0.5, 0] becomes [0.45, 0.45, 0.1]", () => {
    const smoothed = new CrossEntropy({ labelSmoothing: 0.3 }).forward(halves(), double([[0.5, 0.5, 0]]));
    expectClose([smoothed], [new CrossEntropy().forward(halves(), double([[0.45, 0.45, 0.1]]))]);
  });
});

describe("class weights", () => {
  test("a mean divides by the sum of the weights used, so equal costs stay", () => {
    const loss = new CrossEntropy({ classWeights: [5, 1, 1, 3] });
    expectClose([loss.forward(even(), [0, 3])], [2 * LN2]);
  });

  test("a sum does not divide: 5·ln 4 + 3·ln 4", () => {
    const loss = new CrossEntropy({ classWeights: tensor([5, 1, 1, 3]), reduction: "sum" });
    expectClose([loss.forward(even(), [0, 3])], [16 * LN2]);
    expect(loss.weight).toBe(8);
  });

  test("the array is copied", () => {
    const weights = [1, 1, 1, 1], loss = new CrossEntropy({ classWeights: weights, reduction: "sum" });
    weights[0] = 100;
    expectClose([loss.forward(even(), [0, 0])], [4 * LN2]);
  });

  test.each([[[]], [[0, 0]], [[1, -1]], [[1, NaN]], [[1, 1e201]], [[Number.MAX_VALUE, Number.MAX_VALUE]], ["12"], [{ 0: 1 }]])("%j are refused", (classWeights) => {
    const made = () => new CrossEntropy({ classWeights: classWeights as number[] });
    expect(errorOf(made)).toMatchObject({
      name: "OptionError", where: expect.stringMatching(/^CrossEntropy classWeights/) as string,
    });
  });

  test("must be as many as classes", () => {
    expect(errorOf(() => new CrossEntropy({ classWeights: [1, 2] }).forward(even(), [0, 1]))).toMatchObject({
      name: "ShapeError", given: "2 weights", allowed: "4, one for each class of the prediction",
    });
  });

  test("rows of classes that all weigh 0 have no mean", () => {
    const loss = new CrossEntropy({ classWeights: [0, 1, 1, 1] });
    expect(errorOf(() => loss.forward(even(), [0, 0])).given).toBe("rows of classes that all weigh 0");
  });
});

test("labels are checked without an array of all their classes", () => {
  // In float64 it would have 80 GB.
  const labels = Array.from({ length: 1e6 }, (_, i) => i % 1e4), loss = new CrossEntropy();
  loss.check([1e6, 1e4], labels);
  expect(errorOf(() => { loss.check([1e6, 9999], labels); }).where).toBe("CrossEntropy labels, at index 9999");
});

describe("ignoreIndex", () => {
  test("leaves its rows out of the mean and out of the gradient", () => {
    const loss = new CrossEntropy({ ignoreIndex: -1 }), alone = new CrossEntropy();
    const x = double([[1, 2], [3, 5]]);
    expect(loss.forward(x, [-1, 0])).toBe(alone.forward(double([[3, 5]]), [0]));
    expect(numbers(loss.backward())).toEqual([0, 0, ...numbers(alone.backward())]);
    expect(loss.weight).toBe(1);
  });

  test("may be a class", () => {
    const loss = new CrossEntropy({ ignoreIndex: 0 });
    expectClose([loss.forward(even(), [0, 1])], [2 * LN2]);
  });

  test("a wrong label beside it is refused, and told of it", () => {
    const loss = new CrossEntropy({ ignoreIndex: 9 });
    expect(errorOf(() => loss.forward(even(), [9, 4]))).toMatchObject({
      where: "CrossEntropy labels, at index 1", allowed: "a class from 0 to 3, or 9 to ignore the row",
    });
  });

  test("rows of probabilities have no label to ignore", () => {
    const loss = new CrossEntropy({ ignoreIndex: 9 });
    expect(errorOf(() => loss.forward(halves(), double([[1, 0, 0]]))).name).toBe("DataError");
  });

  test.each([NaN, 0.5, "9", null])("%p is refused", (ignoreIndex) => {
    expect(errorOf(() => new CrossEntropy({ ignoreIndex: ignoreIndex as number })).where)
      .toBe("CrossEntropy ignoreIndex");
  });
});

test("with all of them the gradient is that of the loss", () => {
  const loss = new CrossEntropy({ labelSmoothing: 0.2, classWeights: [0.5, 2, 1, 0], ignoreIndex: 3 });
  const labels = [0, 1, 3, 2, 1];
  const report = gradientCheck(new Affine(3, 4, { seed: 1 }), spread(5, 3), { loss, labels });
  expect(report.passed).toBe(true);
});

describe("its formula says what the options change:", () => {
  const P = "P = exp(x) / Σ exp(x)", changed = "t' = weight · ((1 - smoothing) · t + smoothing / classes), ";
  test.each<[string, ConstructorParameters<typeof CrossEntropy>[0], string, string]>([
    ["without options", {}, `${P}, L = mean(-Σ t · ln P)`, "dx = (P - t) / rows"],
    ["a sum", { reduction: "sum" }, `${P}, L = sum(-Σ t · ln P)`, "dx = P - t"],
    ["smoothing", { labelSmoothing: 0.1 }, `${changed}${P}, L = mean(-Σ t' · ln P)`,
      "dx = (P · Σ t' - t') / rows"],
    ["class weights", { classWeights: [1, 2] },
      `${changed}${P}, L = mean(-Σ t' · ln P)`, "dx = (P · Σ t' - t') / divisor"],
    ["ignored rows", { ignoreIndex: 0 }, `${P}, L = mean(-Σ t · ln P)`, "dx = (P - t) / divisor"],
  ])("%s", (_, options, forward, backward) => {
    expect(new CrossEntropy(options).formula).toEqual({ forward, backward });
  });
});
