import { CrossEntropy, NegativeLogLikelihood, tensor, zeros, type Loss, type Tensor } from "chainrule";
import { errorOf } from "../tools.ts";

const LOSSES = [
  ["CrossEntropy", (options?: object) => new CrossEntropy(options)],
  ["NegativeLogLikelihood", (options?: object) => new NegativeLogLikelihood(options)],
] as [string, (options?: object) => Loss][];

describe.each(LOSSES)("%s", (name, make) => {
  const p = tensor([[0.2, 0.3, 0.5], [0.1, 0.1, 0.8]]);
  const refused = (labels: unknown, prediction: Tensor = p) =>
    errorOf(() => make().forward(prediction, labels as number[]));

  test.each([3, -1, 1.5, NaN, -100, Infinity])("refuses the class %d with its index", (label) => {
    expect(refused([0, label])).toMatchObject({
      name: "DataError",
      where: `${name} labels, at index 1`,
      given: String(label),
      allowed: "a class from 0 to 2",
    });
  });

  test.each(["1", null, undefined, true])("refuses the class %p", (label) => {
    expect(refused([label, 0]).where).toBe(`${name} labels, at index 0`);
  });

  test("refuses one-hot rows as arrays, and says how they are given", () => {
    expect(refused([[1, 0, 0], [0, 1, 0]])).toMatchObject({
      given: "an array of 3", advice: expect.stringContaining("as a Tensor") as string,
    });
  });

  test("refuses class indices as a tensor, and says how they are given", () => {
    expect(refused(tensor([0, 1]))).toMatchObject({
      given: "a Tensor [2]", advice: expect.stringContaining("as an array") as string,
    });
  });

  test("refuses another number of labels than rows", () => {
    expect(refused([0])).toMatchObject({ given: "1 labels", allowed: "2, one for each row" });
    expect(refused(tensor([[1, 0, 0]])).given).toBe("a Tensor [1, 3]");
  });

  test("refuses no labels at all, and typed arrays", () => {
    expect(refused(undefined).given).toBe("undefined");
    expect(refused(Uint8Array.of(0, 1)).given).toBe("a Uint8Array");
  });

  test.each([
    ["that sum to 1.01", [0.5, 0.5, 0.01]], ["that sum to 0.98", [0.5, 0.48, 0]], ["below 0", [1.5, -0.5, 0]],
    ["that are NaN", [NaN, 0.5, 0.5]],
  ])("refuses probabilities %s, with the row", (_, row) => {
    expect(refused(tensor([[0, 0, 1], row]))).toMatchObject({
      name: "DataError",
      where: `${name} labels, row 1`,
    });
  });

  test("takes probabilities whose sum is 1 within 1e-3", () => {
    expect(make().forward(p, tensor([[0.5, 0.4995, 0], [0, 0, 1]]))).toBeGreaterThan(0);
  });

  test.each([[[3]], [[0, 3]], [[1, 2, 3]]])("refuses a prediction of shape %j", (...shape) => {
    expect(refused([0], zeros(shape.flat()))).toMatchObject({ name: "ShapeError", where: name });
  });

  test("check refuses as forward does, before there is a prediction", () => {
    const loss = make();
    expect(errorOf(() => loss.check?.([2, 3], [0, 3])).where).toBe(`${name} labels, at index 1`);
    expect(() => loss.check?.([2, 3], [0, 2])).not.toThrow();
  });

  test("refuses backward before forward, and twice for one", () => {
    const loss = make();
    expect(errorOf(() => loss.backward())).toMatchObject({ name: "CallOrderError", where: `${name}.backward` });
    loss.forward(p, [0, 1]);
    loss.backward();
    expect(errorOf(() => loss.backward()).name).toBe("CallOrderError");
  });

  test("refuses a reduction it does not know, and an unknown option", () => {
    expect(errorOf(() => make({ reduction: "none" }))).toMatchObject({
      where: `${name} reduction`, given: '"none"', allowed: '"mean" or "sum"',
    });
    expect(errorOf(() => make({ reduce: "mean" } as never)).given).toBe('an unknown option "reduce"');
  });
});
