import { Dataset, tensor, zeros } from "chainrule";
import { batches } from "../../src/data/dataset.ts";
import { errorOf, numbers } from "../tools.ts";

const rows = [[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]];

describe("Dataset", () => {
  test("has as many rows as x", () => {
    expect(new Dataset(rows, [0, 1, 0, 1, 0]).size).toBe(5);
  });

  test("keeps a tensor as it is", () => {
    const x = tensor(rows);
    expect(new Dataset(x, [0, 1, 0, 1, 0]).x).toBe(x);
  });

  test("keeps its labels when the caller's array changes", () => {
    const labels = [0, 1];
    const data = new Dataset([[1], [2]], labels);
    labels[0] = 9;
    expect(data.labels).toEqual([0, 1]);
  });

  test("gives chosen rows with their labels, in the order asked for", () => {
    const { x, labels } = new Dataset(rows, [0, 1, 2, 3, 4]).rows([3, 0, 3]);
    expect(x.toArray()).toEqual([[7, 8], [1, 2], [7, 8]]);
    expect(labels).toEqual([3, 0, 3]);
  });

  test("gives chosen rows of a tensor of targets, and of images", () => {
    const data = new Dataset(tensor([[[1], [2]], [[3], [4]]]), tensor([[1, 0], [0, 1]]));
    const { x, labels } = data.rows([1]);
    expect(x.toArray()).toEqual([[[3], [4]]]);
    expect(labels).toMatchObject({ shape: [1, 2], data: Float32Array.of(0, 1) });
  });
});

test("rows writes over a tensor of the right shape and dtype, and leaves any other alone", () => {
  const data = new Dataset(rows, [0, 1, 2, 3, 4]), out = zeros([2, 2]);
  const others = [zeros([1, 2]), zeros([2, 2], "float64"), zeros([4])];
  const { x, labels } = data.rows([4, 0], out);
  expect(x).toBe(out);
  expect([numbers(x), labels]).toEqual([[9, 10, 1, 2], [4, 0]]);
  for (const other of others) {
    expect(numbers(data.rows([4, 0], other).x)).toEqual([9, 10, 1, 2]);
    expect(numbers(other).every((value) => value === 0)).toBe(true);
  }
});

describe("Dataset refuses", () => {
  const refused = (x: unknown, labels: unknown = [0, 1]) =>
    errorOf(() => new Dataset(x as number[][], labels as number[]));

  test("no rows, and rows without numbers", () => {
    expect(refused([], [])).toMatchObject({ name: "DataError", allowed: "[rows, …] with at least one row" });
    expect(refused(zeros([2, 0])).given).toBe("shape [2, 0]");
  });

  test("numbers that are not in rows", () => {
    expect(refused([1, 2]).given).toBe("shape [2]");
  });

  test.each([
    ["of another width", [[1, 2], [3]], "[1] (row 1)", "an array of 1"],
    ["with a hole", [[1, 2], new Array(2)], "[1, 0] (row 1)", "undefined"],
    ["with a string", [[1, 2], [3, "4"]], "[1, 1] (row 1)", '"4"'],
    ["with null", [[1, null], [3, 4]], "[0, 1] (row 0)", "null"],
    ["that is none", [[1, 2], 3], "[1] (row 1)", "3"],
  ])("a row %s, with its number", (_, x, where, given) => {
    expect(refused(x)).toMatchObject({ name: "DataError", where: `tensor, at ${where}`, given });
  });

  test("a missing row", () => {
    const sparse = [[1, 2], [3, 4], [5, 6]];
    delete sparse[1];
    expect(refused(sparse, [0, 1, 0]).where).toBe("tensor, at [1] (row 1)");
  });

  test.each([NaN, Infinity, -Infinity])("%d in x, with row and place", (value) => {
    expect(
      refused([[1, 2], [3, value]]),
    ).toMatchObject({ where: "Dataset x, row 1, number 1", given: String(value) });
  });

  test("NaN in targets, with row and place", () => {
    expect(refused([[1], [2]], tensor([[0, 1], [NaN, 1]])).where).toBe("Dataset labels, row 1, number 0");
  });

  test("labels that differ in number from the rows", () => {
    expect(refused([[1], [2]], [0])).toMatchObject({
      given: "2 rows and 1 labels",
      allowed: "as many labels as rows",
    });
    expect(refused([[1], [2]], tensor(3)).given).toBe("2 rows and no labels");
  });

  test.each([-1, 1.5, NaN, "1", null])("the label %p, with its index", (label) => {
    expect(refused([[1], [2]], [0, label]).where).toBe("Dataset labels, at index 1");
  });

  test("one-hot rows as arrays, and says how they are given", () => {
    expect(
      refused(
        [[1], [2]],
        [[0, 1], [1, 0]],
      ).advice,
    ).toBe("Rows of targets are given as a Tensor: tensor([[…]]).");
  });

  test("no labels", () => {
    expect(errorOf(() => new Dataset([[1]], undefined as never)).where).toBe("Dataset labels");
  });
});

describe("batches", () => {
  const data = new Dataset(rows, [0, 1, 2, 3, 4]);
  const all = (size: number, order = [4, 3, 2, 1, 0]) => [...batches(data, order, size)];

  test("go through the rows in the order given, labels alongside, the last one shorter", () => {
    expect(all(2).map(({ x }) => x.toArray())).toEqual([[[9, 10], [7, 8]], [[5, 6], [3, 4]], [[1, 2]]]);
    expect(all(2).map(({ labels }) => labels)).toEqual([[4, 3], [2, 1], [0]]);
  });

  test("larger than the set are the set", () => {
    expect(all(100).map(({ x }) => x.shape)).toEqual([[5, 2]]);
  });

  test("are copies: changing one changes no data", () => {
    const [{ x }] = all(5, [0, 1, 2, 3, 4]);
    x.data.fill(0);
    expect(numbers(data.x)).toEqual(rows.flat());
  });
});

test("labels are read once: what was checked is what is kept, also of an array with getters", () => {
  let reads = 0;
  const labels = [0, 1];
  Object.defineProperty(labels, 0, { get: () => (reads++ === 0 ? 0 : -1) });
  expect(new Dataset([[1], [2]], labels).labels).toEqual([0, 1]);
});
