import { fromCsv, fromRows, type RowsOptions } from "chainrule";
import { errorOf } from "../tools.ts";

const flowers = [[5.1, 3.5, "setosa"], ["7", " 3.2", "versicolor"], [6.3, 3.3, "setosa"]] as const;

describe("fromRows", () => {
  test("takes numbers and words for numbers, and gives classes an index in order of their letters", () => {
    const { data, classes, features } = fromRows([...flowers].reverse(), { label: 2 });
    expect(classes).toEqual(["setosa", "versicolor"]);
    expect(data.labels).toEqual([0, 1, 0]);
    expect(data.x.toArray()).toEqual([[6.3, 3.3], [7, 3.2], [5.1, 3.5]].map((row) => row.map(Math.fround)));
    expect(features).toEqual(["0", "1"]);
  });

  test("puts classes that are numbers in order of size", () => {
    expect(fromRows([[1, 10], [1, 9], [1, -2]], { label: 1 })).toMatchObject({
      classes: ["-2", "9", "10"], data: { labels: [2, 1, 0] },
    });
  });

  test("takes several targets as a tensor, and ignores what it is told to", () => {
    const names = ["id", "a", "b", "y"];
    const { data, features } = fromRows([["n1", 1, 2, 3], ["n2", 4, 5, 6]], { names, targets: ["y", "a"], ignore: ["id"] });
    expect(features).toEqual(["b"]);
    expect(data.x.toArray()).toEqual([[2], [5]]);
    expect(data.labels).toMatchObject({ shape: [2, 2], data: Float32Array.of(3, 1, 6, 4) });
  });

  const rows = [[1, 2], [3, 4]];
  test.each<[string, (string | number)[][], RowsOptions, object]>([
    ["a row of another length", [[1, 2], [3]], { label: 1 }, { where: "row 1", given: "1 columns" }],
    ["what is no number", [[1, 2], ["x", 4]], { label: 1 }, { where: "row 1, column 0", given: '"x"' }],
    ["an empty cell", [[1, 2], ["", 4]], { label: 1 }, { where: "row 1, column 0", given: '""' }],
    ["a place that is none", rows, { label: 2 }, { given: "2", allowed: "a place from 0 to 1" }],
    ["a name that is none", rows, { names: ["size", "kind"], label: "kinds" }, { advice: 'Did you mean "kind"?' }],
    ["no label", rows, {}, { given: "neither label nor targets" }],
    ["a label and targets", rows, { label: 0, targets: [1] }, { given: "both label and targets" }],
    ["no rows", [], { label: 0 }, { given: "an array of 0" }],
  ])("refuses %s", (_, given, options, wanted) => {
    expect(errorOf(() => fromRows(given, options))).toMatchObject(wanted);
  });
});

describe("fromCsv", () => {
  test("reads names, quotes, empty lines and both ends of lines", () => {
    const text = '\uFEFFa, b ,"the ""kind"""\r\n1,2,"x, y"\r\n\r\n3,"4",z\n';
    const { data, classes, features } = fromCsv(text, { label: 'the "kind"' });
    expect(features).toEqual(["a", "b"]);
    expect(classes).toEqual(["x, y", "z"]);
    expect(data.x.toArray()).toEqual([[1, 2], [3, 4]]);
  });

  test("reads another separator", () => {
    expect(fromCsv("a;y\n1;2\n", { separator: ";", targets: ["y"] }).data.labels).toMatchObject({ shape: [1, 1] });
  });

  test.each([
    ["a quote that is never closed", 'a,b\n1,"2\n', "a quote that is never closed"],
    ["names alone", "a,b\n", "1 lines"],
  ])("refuses %s", (_, text, given) => {
    expect(errorOf(() => fromCsv(text, { label: "b" })).given).toBe(given);
  });
});

describe("labels and integers", () => {
  test("fault 72: classes have one order, in whatever order rows come", () => {
    for (const order of [["2", "10", "1a"], ["1a", "2", "10"], ["10", "1a", "2"]]) {
      expect(fromRows(order.map((kind) => [0, kind]), { label: 1 }).classes).toEqual(["2", "10", "1a"]);
    }
  });

  test.each(["", " ", null, undefined, NaN, "nan", "null"])("fault 73: the label %j is no class: it is missing", (label) => {
    const rows = [[1, "cat"], [2, label as string]];
    expect(errorOf(() => fromRows(rows, { label: 1 }))).toMatchObject({ where: "row 1, column 1", allowed: "a class: a word or a number" });
  });

  test("fault 73: a label column that is there twice is refused", () => {
    expect(errorOf(() => fromCsv("size,kind,kind\n1,0,0\n", { label: "kind" })).given).toBe('"kind", the name of several columns');
  });

  test("fault 73: an integer that float32 cannot hold is refused, a measure is rounded", () => {
    expect(errorOf(() => fromRows([[1700000001, "a"]], { label: 1 }))).toMatchObject({ where: "row 0, column 0", given: "1700000001" });
    expect(fromRows([["1700000001.0", "a"], [16777216, "b"]], { label: 1 }).data.x.toArray()).toEqual([[1700000000], [16777216]]);
  });
});
