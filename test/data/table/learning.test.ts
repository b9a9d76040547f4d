/** What fitTable finds out, and what it refuses. Expected numbers are worked out by hand. */
import { fitTable, readTable, type FitTableOptions } from "chainrule";
import { errorOf } from "../../tools.ts";

const column = (cells: readonly unknown[], name = "c") =>
  cells.map((cell, i) => ({ [name]: cell as string, other: i % 3, y: i % 2 === 0 ? "yes" : "no" }));
const learned = (cells: readonly unknown[], options: Partial<FitTableOptions> = {}) =>
  fitTable(column(cells), { label: "y", ...options }).columns[0];
const refusal = (cells: readonly unknown[], options: Partial<FitTableOptions> = {}) =>
  errorOf(() => learned(cells, options));

describe("gaps", () => {
  const rows = [{ c: 1 }, { c: null }, { c: 2 }, { c: 2 }, { c: 7 }].map((row, i) => ({ ...row, y: i % 2 === 0 ? "a" : "b" }));
  const value = (fill: "mean" | "median" | "mostFrequent" | { constant: number }) => {
    const schema = fitTable(rows, { label: "y", columns: { c: { fill, scale: "none" } } });
    return schema.dataset(rows).x.toArray();
  };

  test("are filled by the mean, the median, the most frequent or a constant", () => {
    expect(value("mean")).toEqual([[1], [3], [2], [2], [7]]);
    expect(value("median")).toEqual([[1], [2], [2], [2], [7]]);
    expect(value("mostFrequent")).toEqual([[1], [2], [2], [2], [7]]);
    expect(value({ constant: -5 })).toEqual([[1], [-5], [2], [2], [7]]);
  });

  test("the median of four numbers is the middle of the two inner ones", () => {
    expect(learned([1, 9, null, 3, 20])).toMatchObject({ fill: { by: "median", value: 6 } });
  });

  test("are marked in a column of their own if asked", () => {
    const schema = fitTable(rows, { label: "y", columns: { c: { markGaps: true, scale: "none" } } });
    expect(schema.features).toEqual(["c", "c is a gap"]);
    expect(schema.dataset(rows).x.toArray()).toEqual([[1, 0], [2, 1], [2, 0], [2, 0], [7, 0]]);
  });

  test("rows with gaps are left out if asked, counted, and unknown to all statistics", () => {
    const schema = fitTable(rows, { label: "y", columns: { c: { fill: "dropRows" } } });
    expect(schema).toMatchObject({ rows: 4, dropped: 1 });
    expect(schema.summary()).toContain("4 rows, 1 more left out for a gap");
    expect(schema.columns[0]).toMatchObject({ mean: 3 });
    expect(schema.dataset(rows).size).toBe(4);
    expect(errorOf(() => schema.inputs([{ c: null }])).allowed).toContain("not part of the training");
  });

  test("the words that pandas takes for a gap are gaps, and others if said", () => {
    expect(learned(["NA", 1, "NaN", 2, "null", "", null, undefined, NaN])).toMatchObject({ type: "number", gaps: 7, mean: 1.5 });
    expect(learned(["-999", 1, "?", 2], { gaps: ["", "-999", "?"] })).toMatchObject({ gaps: 2, mean: 1.5 });
  });

  test("of words are no category, or one that is said", () => {
    const words = ["a", "", "b", "a", "b", "a"];
    const x = (options: Partial<FitTableOptions>) =>
      fitTable(column(words), { label: "y", ignore: ["other"], ...options }).dataset(column(words)).x.toArray();
    expect(x({})).toEqual([[1, 0], [0, 0], [0, 1], [1, 0], [0, 1], [1, 0]]);
    expect(x({ columns: { c: { fill: "mostFrequent" } } })).toEqual([[1, 0], [1, 0], [0, 1], [1, 0], [0, 1], [1, 0]]);
    expect(x({ columns: { c: { fill: { constant: "b" } } } })).toEqual([[1, 0], [0, 1], [0, 1], [1, 0], [0, 1], [1, 0]]);
    expect(x({ columns: { c: { encoding: "index" } } })).toEqual([[0], [2], [1], [0], [1], [0]]);
  });

  test("that nothing fills are refused with their rows", () => {
    const schema = fitTable(rows, { label: "y", columns: { c: { fill: "error" } } });
    expect(errorOf(() => schema.dataset(rows))).toMatchObject({ where: "table, row 1, column c", given: '""' });
  });
});

describe("types", () => {
  test("a word among numbers is refused with its row; all are counted, and the first ten shown", () => {
    expect(refusal([1, 2, "three", 4])).toMatchObject({ where: "table, row 2, column c", given: '"three"' });
    const { given } = refusal([...Array(30).keys()].map((i) => (i % 2 === 0 ? i : `x${i}`)));
    expect(given).toMatch(/^15 cells that cannot be used: row 1, column c: "x1"; row 3, .*row 19, column c: "x19"; and 5 more$/);
  });

  test("numbers among more words are words", () => {
    expect(learned(["1a", "2", "10", "1a"].concat(["b", "b"]))).toMatchObject({ type: "words", categories: ["2", "10", "1a", "b"] });
  });

  test("dates, names, constants and what has no name are left out, and the summary says why", () => {
    const rows = [...Array(30).keys()].map((i) => `2024-01-${i + 1},Name ${i},7,x,${i},${i},${i % 2}`);
    const text = `day,who,seven,same,,n,y\n${rows.join("\n")}\n`, schema = fitTable(text, { label: "y" });
    expect(schema.features).toEqual(["n"]);
    for (const reason of ["dates or times", "30 different words in 30 rows", "one value", "one word", "it has no name"]) {
      expect(schema.summary()).toContain(reason);
    }
  });

  test.each([
    "$5", "1,234", "10%", "5 000", "1.234,5", "1'234.50", "€ 12", "12 €", "US$5", "CHF 12.50", "12 USD", "(1,234.50)",
    "−5", "1\u00a0234", "1\u202f234", "1.234.567", "12 %", "-$5", "$-5",
  ])("%s is no word, but a number in a notation that is refused", (cell) => {
    expect(refusal([cell, cell, cell]).allowed).toBe("numbers as 1234.5");
  });

  test("a few plain numbers or words among them change nothing", () => {
    for (const other of [5, "unknown"]) {
      expect(refusal(["1,234", "2,345", "3,456", other])).toMatchObject({ allowed: "numbers as 1234.5" });
    }
    expect(learned(["1a", "2b", "3rd floor", "1a"]).type).toBe("words");
  });

  test("quoted decimal commas between commas are refused with the option that reads them", () => {
    const text = 'c,y\n"1,5",a\n"2,5",b\n';
    expect(errorOf(() => fitTable(text, { label: "y" })).advice).toContain('{ decimal: "," }');
    expect(fitTable(text, { label: "y", decimal: "," }).columns[0]).toMatchObject({ mean: 2 });
  });

  test.each([
    "2024-03-01", "1/3/24", "01.03.2024", "1 Mar 2024", "March 1, 2024", "Mar 2024", "12:30", "12:30 PM",
    "2024-03-01T12:30:00Z", "2024-03-01 12:30:05.123+01:00", "1-Mar-24",
  ])("%s is a date or a time, and left out", (cell) => {
    expect(learned([cell, cell, cell])).toMatchObject({ type: "leftOut", reason: expect.stringContaining("dates") as string });
  });

  test("labels in such a notation are classes if asked, and else refused", () => {
    const rows = ["10%", "20%", "10%", "20%"].map((y, x) => ({ x, y }));
    expect(errorOf(() => fitTable(rows, { label: "y" })).advice).toContain('task: "classes"');
    expect(fitTable(rows, { label: "y", task: "classes" }).classes).toEqual(["10%", "20%"]);
  });

  test("one number in two spellings is no two categories", () => {
    const options = { columns: { c: { type: "words" } } } as const;
    expect(refusal(["1", "1.0", "2"], options).given).toBe('"1" and "1.0", which are one number');
  });
});

describe("integers", () => {
  const seconds = [1700000001, 1700000061, 1700000121];

  test("that float32 cannot hold stay apart: they are scaled in float64 before they are rounded", () => {
    const schema = fitTable(column(seconds), { label: "y", ignore: ["other"] });
    // Mean 1700000061, standard deviation 60 √(2/3).
    const step = Math.fround(Math.sqrt(1.5));
    expect(schema.dataset(column(seconds)).x.toArray()).toEqual([[-step], [0], [step]]);
  });

  test("that would become equal are refused, unless that is allowed", () => {
    const spread = [0, 1700000001, 1700000002];
    expect(refusal(spread).given).toBe("1700000001 and 1700000002, which become equal in float32");
    expect(learned(spread, { columns: { c: { round: true } } }).type).toBe("number");
    expect(refusal([16777216, 16777217], { columns: { c: { scale: "none" } } }).given).toContain("become equal");
  });

  test("beyond 2^53 are refused, or kept as words", () => {
    const ids = ["9007199254740993", "9007199254740992"];
    expect(refusal(ids)).toMatchObject({ given: expect.stringContaining('"9007199254740993"') as string });
    expect(learned(ids, { columns: { c: { type: "words" } } })).toMatchObject({ categories: ["9007199254740992", "9007199254740993"].sort() });
  });
});

describe("labels", () => {
  const rows = (labels: readonly unknown[]) => labels.map((y, i) => ({ x: i, y: y as string }));
  const label = (labels: readonly unknown[], options: object = {}) => fitTable(rows(labels), { label: "y", ...options }).label;

  test("words are classes, and so are two different numbers", () => {
    expect(label(["b", "a", "b"])).toMatchObject({ classes: ["a", "b"], counts: [1, 2] });
    expect(label([0, 1, 1])).toMatchObject({ classes: ["0", "1"] });
  });

  test("a few integers may be classes or a number: which must be said", () => {
    expect(errorOf(() => label([1, 2, 3])).advice).toContain('task: "classes" or task: "number"');
    expect(label([1, 2, 3], { task: "classes" })).toMatchObject({ classes: ["1", "2", "3"] });
    expect(label([1, 2, 3], { task: "number" })).toMatchObject({ mean: 2 });
    expect(label([1.5, 2, 3])).toMatchObject({ type: "number" });
  });

  test.each(["", null, NaN, "NA"])("fault 73: the label %j is missing: refused with its row, or the row is left out", (missing) => {
    expect(errorOf(() => label(["a", missing, "b"]))).toMatchObject({ where: "table, row 1, column y" });
    const schema = fitTable(rows(["a", missing, "b"]), { label: "y", columns: { y: { fill: "dropRows" } } });
    expect(schema.dataset(rows(["a", missing, "b"])).labels).toEqual([0, 1]);
  });

  test("different words in most rows are no classes; one class is none", () => {
    expect(errorOf(() => label([...Array(30).keys()].map((i) => `w${i}`))).given).toBe("30 different classes in 30 rows");
    expect(errorOf(() => label(["a", "a"])).given).toBe('the one class "a"');
    expect(errorOf(() => label([3, 3], { task: "number" })).given).toBe("3 in all rows");
  });
});

test("what is learned of the training part knows nothing of the rows held back", () => {
  const text = `size,kind,y\n${[...Array(40).keys()].map((i) => `${i},${["a", "b"][i % 2]},${i % 2}`).join("\n")}\n`;
  const { train, validation } = readTable(text).split({ validation: 0.25, seed: 1 });
  const other = readTable(text.replaceAll(/^(\d+),/gm, (row, size: string) => {
    return train.column("size").includes(size) ? row : `${1000 + Number(size)},`;
  }));
  const changed = other.split({ validation: 0.25, seed: 1 });
  expect(changed.validation.column("size")).toEqual(validation.column("size").map((size) => String(1000 + Number(size))));
  expect(fitTable(changed.train, { label: "y" }).toJSON()).toEqual(fitTable(train, { label: "y" }).toJSON());
});

test.each<[FitTableOptions, string]>([
  [{ label: "y", lable: 1 } as never, 'an unknown option "lable"'], [{} as never, "none"],
  [{ label: "yy" }, 'no column "yy"'], [{ label: 7 }, "no column 7"], [{ label: "y", ignore: ["ages"] }, 'no column "ages"'],
  [{ label: "y", columns: { cc: {} } }, 'no column "cc"'], [{ label: "y", columns: { c: { fil: 1 } as never } }, 'an unknown option "fil"'],
  [{ label: "y", columns: { c: { fill: "avg" as never } } }, '"avg"'], [{ label: "y", task: "class" as never }, '"class"'],
  [{ label: "y", columns: { c: { fill: { constant: "x" } } } }, 'the constant "x"'], [{ label: "y", ignore: ["y"] }, 'the label "y" among ignore'],
])("fitTable refuses the options %j", (options, given) => {
  expect(errorOf(() => fitTable(column([1, 2, 3]), options)).given).toBe(given);
});
