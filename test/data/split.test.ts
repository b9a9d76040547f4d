import { Dataset, split, stratifiedSplit, Standardization, tensor, Tensor, type Nested } from "chainrule";
import { errorOf, expectClose, numbers } from "../tools.ts";

/** Row n holds the number n, so that rows can be told apart. */
const rows = (labels: number[]) => new Dataset(labels.map((_, n) => [n]), labels);
const members = (data: Dataset) => numbers(data.x);
const labels = (...counts: number[]) => counts.flatMap((count, label) => Array.from({ length: count }, () => label));

describe.each([["split", split], ["stratifiedSplit", stratifiedSplit]])("%s", (name, divide) => {
  const data = rows(labels(30, 20));

  test("puts every row into one of the two, with its own label", () => {
    const { train, validation } = divide(data, { validation: 0.2, seed: 3 });
    expect([...members(train), ...members(validation)].sort((a, b) => a - b)).toEqual(members(data));
    for (const part of [train, validation]) {
      expect(part.labels).toEqual(members(part).map((n) => (n < 30 ? 0 : 1)));
    }
    expect(validation.size).toBe(10);
  });

  test("draws by the seed", () => {
    const drawn = (seed: number) => members(divide(data, { validation: 0.2, seed }).validation);
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
  });

  test.each([0, 1, 5, undefined])("refuses %p as the share", (validation) => {
    expect(errorOf(() => divide(data, { validation } as never)).where).toBe(`${name} validation`);
  });

  test("refuses one row", () => {
    expect(errorOf(() => divide(rows([0]), { validation: 0.3 })).allowed).toBe("enough rows for two sets");
  });
});

test("split leaves a row in each set, however small or large the share", () => {
  for (const validation of [0.001, 0.999]) {
    const parts = split(rows(labels(3)), { validation });
    expect(Math.min(parts.train.size, parts.validation.size)).toBe(1);
  }
});

test("stratifiedSplit takes the same share of each class, and leaves a class of one row in train", () => {
  const { train, validation } = stratifiedSplit(rows(labels(40, 10, 1)), { validation: 0.3 });
  const count = (data: Dataset) => [0, 1, 2].map((label) => (data.labels as number[]).filter((one) => one === label).length);
  expect(count(validation)).toEqual([12, 3, 0]);
  expect(count(train)).toEqual([28, 7, 1]);
});

test("stratifiedSplit refuses targets", () => {
  const data = new Dataset([[1], [2]], tensor([[1], [2]]));
  expect(errorOf(() => stratifiedSplit(data, { validation: 0.3 })).given).toBe("labels that are a Tensor");
});

describe("Standardization", () => {
  const of = (x: Nested) => new Dataset(x, (x as readonly Nested[]).map(() => 0));

  test("of 1 and 3 is -1 and 1, and of 5 by the same measure 3", () => {
    const scale = new Standardization(of([[1, 10], [3, 30]]));
    expect(scale.apply(of([[1, 10], [3, 30]])).x.toArray()).toEqual([[-1, -1], [1, 1]]);
    expect(scale.apply(of([[5, 20]])).x.toArray()).toEqual([[3, 0]]);
    expect([...scale.mean, ...scale.standardDeviation]).toEqual([2, 20, 1, 10]);
  });

  test("gives mean 0 and standard deviation 1", () => {
    const x = Array.from({ length: 101 }, (_, n) => [((n * 37) % 101) / 7 + 1000]);
    const y = numbers(new Standardization(of(x)).apply(of(x)).x);
    const mean = y.reduce((sum, value) => sum + value, 0) / 101;
    expectClose([mean, y.reduce((sum, value) => sum + value * value, 0) / 101], [0, 1], 1e-4);
  });

  test("a feature that never changed is 0 in all data, never NaN", () => {
    // 0.1 has no exact sum: a variance computed from it need not be 0.
    const scale = new Standardization(of(Array.from({ length: 7 }, (_, n) => [0.1, n])));
    expect(numbers(scale.applyTo(tensor([[0.1, 3], [5, 3]])))).toEqual([0, 0, 0, 0]);
  });

  test.each([1.5e308, 1e154, 1, 1e-154, 1e-170, 1e-300, 1e-322])(
    "numbers from -%p to that become -1 to 1, though their squares may not fit", (size) => {
      const x = new Tensor(Float64Array.of(-size, size, size, -size), [4, 1]);
      const scale = new Standardization(new Dataset(x, [0, 0, 0, 0]));
      expect([...scale.mean, ...scale.standardDeviation]).toEqual([0, size]);
      expect(numbers(scale.applyTo(x))).toEqual([-1, 1, 1, -1]);
    },
  );

  test("the mean of numbers whose sum overflows is between them", () => {
    const x = new Tensor(Float64Array.of(1e308, 1.5e308), [2, 1]), scale = new Standardization(new Dataset(x, [0, 0]));
    expect(scale.mean[0]).toBe(1.25e308);
    expect(numbers(scale.applyTo(x))).toEqual([-1, 1]);
  });

  test("changes nothing in place, and keeps the shape of images", () => {
    const images = of([[[1, 2], [3, 4]], [[5, 6], [7, 8]]]), before = numbers(images.x);
    expect(new Standardization(images).apply(images).x.shape).toEqual([2, 2, 2]);
    expect(numbers(images.x)).toEqual(before);
  });

  test("refuses rows of another shape", () => {
    const scale = new Standardization(of([[1, 2], [3, 4]]));
    expect(errorOf(() => scale.apply(of([[1]])))).toMatchObject({ given: "rows of shape [1]", allowed: "[2]" });
  });
});

describe("a Standardization as JSON", () => {
  const train = new Dataset([[1, 10, 5], [3, 30, 5]], [0, 1]), scale = new Standardization(train);
  const again = (change: object = {}) =>
    new Standardization({ ...JSON.parse(JSON.stringify(scale)) as ReturnType<Standardization["toJSON"]>, ...change });

  test("comes back with the same bits", () => {
    const rows = tensor([[2.5, -7, 5]]);
    expect(again().applyTo(rows)).toEqual(scale.applyTo(rows));
    expect([again().mean, again().standardDeviation]).toEqual([Float64Array.of(2, 20, 5), Float64Array.of(1, 10, 0)]);
  });

  test.each([
    { mean: [1] }, { mean: [1, null, 2] }, { standardDeviation: [1, 1, -1] }, { rowShape: [2] }, { rowShape: "3" }, { unit: [0, 1, 1] }, { more: 1 },
  ])("is refused with %j", (change) => {
    expect(() => again(change)).toThrow(/^Standardization/);
  });
});
