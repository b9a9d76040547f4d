import {
  Affine, fitTable, predictRows, readTable, Sequential, Softmax, TableSchema, tensor, modelFromBytes, modelToBytes,
  type Json,
} from "chainrule";
import { errorOf } from "../../tools.ts";

const flowers = "length;width;kind\n1,5;2;a\n2,5;4;b\n3,5;6;c\n";
const schema = fitTable(flowers, { label: "kind" });

describe("another table", () => {
  test("fault 72: a test file that lacks a class has the classes of the first", () => {
    expect(schema.dataset("length;width;kind\n2,5;4;b\n3,5;6;c\n").labels).toEqual([1, 2]);
  });

  test("a class that was not learned is refused with its line, as are words that were not", () => {
    expect(errorOf(() => schema.dataset("length;width;kind\n2,5;4;d\n"))).toMatchObject({
      where: "table, line 2, column kind", given: '"d"', allowed: 'one of "a", "b", "c"',
    });
    const words = "Sex,y\nf,1\nm,0\n", strict = fitTable(words, { label: "y" });
    expect(errorOf(() => strict.inputs("Sex\nx\n")).given).toBe('"x"');
    const loose = fitTable(words, { label: "y", columns: { Sex: { unseen: "none" } } });
    expect(loose.inputs("Sex\nx\nm\n").toArray()).toEqual([[0, 0], [0, 1]]);
    const indices = fitTable(words, { label: "y", columns: { Sex: { unseen: "none", encoding: "index" } } });
    expect(indices.inputs("Sex\nx\nm\n").toArray()).toEqual([[2], [1]]);
  });

  test("missing and unknown columns are named, with the nearest", () => {
    const error = errorOf(() => schema.inputs("lenght,width\n1,2\n"));
    expect(error.given).toBe('no column "length"; unknown column "lenght"');
    expect(error.advice).toBe('Is "lenght" meant to be "length"?');
    expect(errorOf(() => schema.inputs("length,width,note\n1,2,x\n")).given).toBe('unknown column "note"');
    expect(schema.inputs("length,width,note\n2.5,4,x\n", { ignore: ["note"] }).toArray()).toEqual([[0, 0]]);
  });

  test("all cells that cannot be used are counted, over all columns, and the first ten shown", () => {
    const lines = [...Array(12).keys()].map((i) => `x${i},1\n1,y${i}\n`).join("");
    const { given } = errorOf(() => schema.inputs(`length,width\n${lines}`));
    expect(given).toMatch(/^24 cells that cannot be used: line 2, column length: "x0"; line 3, column width: "y0"; /);
    expect(given.endsWith("; and 14 more")).toBe(true);
  });

  test("quoted cells, ends of lines of all kinds, bytes and rows of a program are one and the same", () => {
    const x = schema.inputs("length,width\n1.5,6\n").toArray();
    const same = [
      '"width","length"\r\n"6"," 1.5 "\r\n', "\ufefflength\twidth\r1.5\t6", "length;width\n1,5;6\n",
      [{ width: "6", length: 1.5 }], [{ length: "1.5", width: 6 }], new TextEncoder().encode("length|width\n1.5|6"),
    ];
    for (const source of same) expect(schema.inputs(source).toArray()).toEqual(x);
    expect(schema.inputs([[1.5, 6]], { names: ["length", "width"] }).toArray()).toEqual(x);
  });
});

describe("predictions", () => {
  const network = new Sequential([new Affine(2, 3, { init: tensor([[0, 1, 0], [0, 0, 1]]) })], { seed: 1 });
  // Logits 0, length and width, which are scaled by mean 2.5 and 4, and by √(2/3) and √(8/3).
  const [length, width] = [1 / Math.sqrt(2 / 3), 2 / Math.sqrt(8 / 3)];

  test("are classes by their names, with the probability of each, with a Softmax at the end or without", () => {
    const powers = [1, Math.exp(length), Math.exp(-width)], sum = powers.reduce((a, b) => a + b);
    const withSoftmax = new Sequential([network.layers[0].constructor === Affine ? new Affine(2, 3, {
      init: tensor([[0, 1, 0], [0, 0, 1]]),
    }) : network, new Softmax()], { seed: 1 });
    for (const one of [network, withSoftmax]) {
      const [answer] = schema.predict(one, [{ length: 3.5, width: 2 }]);
      if (!("class" in answer)) throw new Error("no class");
      expect(answer.class).toBe("b");
      Object.values(answer.probabilities).forEach((p, i) => { expect(p).toBeCloseTo(powers[i] / sum, 6); });
      expect(Object.keys(answer.probabilities)).toEqual(["a", "b", "c"]);
    }
  });

  test("evaluate tells the share of rows judged rightly beside the most frequent class", () => {
    const judged = schema.evaluate(network, "length;width;kind\n3,5;2;b\n3,5;2;a\n1,5;6;c\n1,5;2;a\n");
    expect(judged).toEqual({ task: "classes", rows: 4, accuracy: 0.75, constantGuess: { accuracy: 0.5 } });
  });

  test("errors of a number are in its own unit, beside guessing the mean", () => {
    const prices = fitTable("size,price\n1,100\n2,200\n3,300\n", { label: "price", task: "number" });
    const line = new Sequential([new Affine(1, 1, { init: tensor([[1]]) })], { seed: 1 });
    const judged = prices.evaluate(line, "size,price\n1,110\n3,330\n");
    expect(judged).toMatchObject({ task: "number", rows: 2 });
    if (judged.task !== "number") throw new Error("no number");
    expect(judged.meanError).toBeCloseTo(20, 3);
    expect(judged.rootMeanSquaredError).toBeCloseTo(Math.sqrt((100 + 900) / 2), 3);
    expect(judged.constantGuess.meanError).toBeCloseTo(110, 3);
  });

  test("a network of other inputs or outputs is refused, when saved, too", () => {
    const other = new Sequential([new Affine(2, 2)]);
    expect(errorOf(() => schema.predict(other, flowers)).given).toBe("outputs of shape [2]");
    expect(errorOf(() => modelToBytes(other, { schema })).given).toBe("outputs of shape [2]");
    expect(errorOf(() => modelToBytes(new Sequential([new Affine(3, 3)]), { schema })).name).toBe("ShapeError");
    expect(errorOf(() => modelToBytes(network, { schema: {} as never })).allowed).toBe("a TableSchema, as of fitTable");
  });

  test("a NaN among the outputs is no class", () => {
    const broken = new Sequential([new Affine(2, 3, { init: tensor([[NaN, 1, 0], [0, 0, 1]]) })], { seed: 1 });
    expect(errorOf(() => schema.predict(broken, [{ length: 3.5, width: 2 }])).name).toBe("NumericError");
  });
});

describe("fromJSON", () => {
  const fields = schema.toJSON() as Record<string, Json>;
  const [column] = fields.columns as Record<string, Json>[];

  test.each<[string, unknown, string]>([
    ["no object", [], "table schema"], ["another version", { ...fields, version: 2 }, "table schema"],
    ["an unknown field", { ...fields, more: 1 }, "table schema"],
    ["no columns", { ...fields, columns: [] }, "table schema, columns"],
    ["a name twice", { ...fields, columns: [column, column] }, "table schema, columns"],
    ["a mean that is null, as JSON writes NaN", { ...fields, columns: [{ ...column, mean: null }] }, "table schema, columns.0.mean"],
    ["a deviation below 0", { ...fields, columns: [{ ...column, deviation: -1 }] }, "table schema, columns.0.deviation"],
    ["an unknown type", { ...fields, columns: [{ ...column, type: "date" }] }, "table schema, columns.0.type"],
    ["classes out of order", { ...fields, label: { ...(fields.label as object), classes: ["b", "a", "c"] } }, "table schema, label.classes.1"],
    ["counts that are too few", { ...fields, label: { ...(fields.label as object), counts: [1] } }, "table schema, label.counts"],
    ["a fill without a value", { ...fields, columns: [{ ...column, fill: { by: "mean" } }] }, "table schema, columns.0.fill.value"],
  ])("refuses %s", (_, description, where) => {
    expect(errorOf(() => TableSchema.fromJSON(description)).where).toBe(where);
  });

  test("a model file whose schema contradicts itself says so when it is used", () => {
    const network = new Sequential([new Affine(2, 3)], { seed: 1 });
    const wrong = { toJSON: () => ({ ...fields, version: 9 }), checkFits: () => undefined };
    const loaded = modelFromBytes(modelToBytes(network, { schema: wrong }));
    expect(errorOf(() => predictRows(loaded, flowers)).where).toBe("table schema");
  });
});

describe("readTable", () => {
  test.each([
    ["a first line that may be names or a row", "nan,x\n1,2\n", /may be names or a row/],
    ["words above words", "a,b\nc,d\n", /may be names or a row/],
    ["two separators that both fit", "1,5;2,5\n3,5;4,5\n", /would cut into as many cells each/],
    ["commas that may stand for thousands", "a;b\n1,234;x\n", /comma may stand for thousands/],
    ["points that may stand for thousands", "a;b\n1.234;x\n12.500;x\n", /point may stand for thousands/],
    ["lines of different lengths", "a,b\n1,2\n3\n", /line 3: .*got 1 cells/],
    ["a name twice", "a,a\n1,2\n", /the column "a" twice/],
    ["names alone", "a,b\n", /no rows/], ["nothing", "", /an empty text/],
    ["a quote that is never closed", 'a,b\n"1,2\n', /line 2: .*got a quote that is never closed/],
  ])("refuses %s", (_, text, message) => {
    expect(errorOf(() => readTable(text)).message).toMatch(message);
  });

  test.each([
    [[{ a: 1 }, { b: 1 }], /row 1: .*got no column "a"; unknown column "b"/], [[{ a: new Date(0) }], /row 0, column a: .*got a Date/],
    [[{ a: Infinity }], /row 0, column a: .*got Infinity/], [[[1, 2], [1]], /row 1: .*got 1 cells/], [[], /no rows/], [7, /got 7/],
    [[3], /row 0: expected .*, got 3\./],
  ])("refuses the rows %j", (rows, message) => {
    expect(errorOf(() => readTable(rows as never)).message).toMatch(message);
  });

  test("a text without names has columns by their places, and loses no row", () => {
    const table = readTable("5.1,3.5,setosa\n4.9,3.0,setosa\n7.0,3.2,versicolor\n");
    expect(table.size).toBe(3);
    expect(fitTable(table, { label: 2 })).toMatchObject({ features: ["0", "1"], classes: ["setosa", "versicolor"] });
  });

  test("split by a column gives each word the same share", () => {
    const rows = [...Array(40).keys()].map((i) => ({ x: i, y: i % 4 === 0 ? "rare" : "usual" }));
    const { train, validation } = readTable(rows).split({ validation: 0.2, seed: 1, by: "y" });
    expect(validation.column("y").filter((word) => word === "rare")).toHaveLength(2);
    expect([train.size, validation.size]).toEqual([32, 8]);
    expect([...train.column("x"), ...validation.column("x")].map(Number).sort((a, b) => a - b)).toEqual([...Array(40).keys()]);
  });
});

test("points may be decimal: between semicolons if one cell shows it, between tabs always, and if it is said", () => {
  const mean = (text: string, decimal?: "." | ",") =>
    fitTable(text, { label: "y", task: "classes", ...(decimal && { decimal }) }).columns[0];
  expect(mean("c;y\n1.25;a\n1.750;b\n")).toMatchObject({ mean: 1.5 });
  expect(mean("c\ty\n1.250\ta\n1.750\tb\n")).toMatchObject({ mean: 1.5 });
  expect(mean("c;y\n1.250;a\n1.750;b\n", ".")).toMatchObject({ mean: 1.5 });
});

test("a schema of decimal commas does not take 1.250 of another file for a decimal point", () => {
  const commas = fitTable("c;y\n1,5;a\n2,5;b\n", { label: "y" });
  for (const text of ["c;y\n1.250;a\n", "c\ty\n1.250\ta\n"]) {
    expect(errorOf(() => commas.dataset(text)).given).toContain("point may stand for thousands");
  }
  expect(commas.inputs("c\n1.5\n", { header: true }).shape).toEqual([1, 1]);
});

test("integers beyond 2^53 are refused in rows to predict, too", () => {
  const numbers = fitTable([{ c: 1, y: 1.5 }, { c: 9, y: 2.5 }], { label: "y", task: "number" });
  const big = "9007199254740993";
  expect(errorOf(() => numbers.inputs([{ c: big }]))).toMatchObject({ given: `"${big}"`, where: "table, row 0, column c" });
  expect(errorOf(() => numbers.dataset([{ c: 1, y: big }])).allowed).toContain("2^53");
});
