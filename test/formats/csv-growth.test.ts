/** What would take a careless reader of CSV more than linear time or memory. */
import { gzipSync } from "node:zlib";
import { fromCsv, readCsv } from "chainrule";
import { MOST_GROWTH } from "../../bench/growth.ts";
import { growthIn } from "../growth.ts";
import { errorOf, rejectionOf } from "../tools.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("fault 79: four times as many take no more than about four times as long", () => {
  const growth = growthIn("test/formats/csv-costs.ts");

  test.each([
    "a number of many digits", "digits that end in a letter", "quoted parts side by side", "quotes within quotes",
    "blanks, then quotes", "line ends alone", "many columns",
  ])("%s", (name) => {
    expect(growth.get(name)?.ratio).toBeLessThan(MOST_GROWTH);
  });
});

test("fault 79: a packed file that is one quoted cell of 20 MB, or nothing but commas, is refused", async () => {
  const cell = Buffer.alloc(2e7, 97);
  cell[0] = 34;
  cell[cell.length - 1] = 34;
  expect((await rejectionOf(readCsv(gzipSync(cell)))).given).toBe("a cell of more than 1000000 bytes");
  expect((await rejectionOf(readCsv(gzipSync(Buffer.alloc(2e7, 44))))).given).toBe("more than 1000000 cells");
});

test.each([
  ["blank lines", "\n"], ["lines of blanks", "   \t \r\n"], ["rows far apart", `1\n${"\n".repeat(100_000)}`],
  ["blanks behind cells", `1${" ".repeat(100_000)}\n`],
])("fault 79: a packed file of hardly anything but %s is refused once a million of them are read", async (_, text) => {
  const packed = gzipSync(text.repeat(Math.ceil(2e7 / text.length)));
  const { given, advice } = await rejectionOf(readCsv(packed, "x", { header: false }));
  expect(given).toBe("more than 1000000 blanks and ends of lines, and hardly anything else");
  expect(advice).toBe("Take the blank lines out.");
});

test("a packed file with two blank lines after each row, or with cells padded to 30 columns, is read", async () => {
  for (const row of ["1\n\n\n", `${"1".padStart(30)}\n`]) {
    expect((await readCsv(gzipSync(row.repeat(50_000)), "x", { header: false })).shape).toEqual([50_000, 1]);
  }
});

test("a wide first line above many narrow ones takes no memory for what is not there", async () => {
  const text = `${",".repeat(1e5)}\n${"1\n".repeat(1e5)}`;
  expect((await rejectionOf(readCsv(bytes(text), "x", { header: true }))).given).toBe("1 cells");
});

test("fault 72: a first row of nan, inf, NA or decimal commas is not taken for names: which it is must be said", async () => {
  for (const row of ["nan,nan", "inf,-inf", "NA,x", ",NA"]) {
    const { given, advice } = await rejectionOf(readCsv(bytes(`${row}\n1,2\n`)));
    expect(given).toContain("which may be names or a row");
    expect(advice).toContain("{ header: false }");
  }
  const commas = readCsv(bytes("1,5;2,5\n3;4\n"), "x", { separator: ";" });
  expect((await rejectionOf(commas)).given).toContain("may be names or a row");
  expect((await readCsv(bytes("nan,nan\n1,2\n"), "x", { header: true })).shape).toEqual([1, 2]);
  expect((await rejectionOf(readCsv(bytes("nan,nan\n1,2\n"), "x", { header: false }))).given).toBe('"nan"');
});

test("fault 72: fromCsv loses no row of a file without names, and refuses what may be either", () => {
  const { data, features } = fromCsv("5.1,3.5,setosa\n4.9,3.0,setosa\n7.0,3.2,versicolor\n", { label: 2 });
  expect([data.size, features]).toEqual([3, ["0", "1"]]);
  expect(errorOf(() => fromCsv("NA,a\n1,b\n", { label: 1 })).given).toContain("may be names or a row");
  expect(fromCsv("NA,a\n1,b\n", { label: 1, header: true }).classes).toEqual(["b"]);
});

test("fault 73: integers beyond 2^53 are refused, and those beside them are not", async () => {
  expect((await rejectionOf(readCsv(bytes("9007199254740993\n")))).allowed).toContain("2^53");
  expect((await readCsv(bytes("9007199254740991\n9007199254740993.0\n1e20\n"))).data)
    .toEqual(Float64Array.of(9007199254740991, 9007199254740992, 1e20));
});

test("numbers are the float64 nearest to what is written, as the engine reads them", async () => {
  const texts = ["0.1", "1e22", "1e23", "9007199254740993.5", "2.2250738585072014e-308", "5e-324", "-0", ".5", "5.", "+1E-7",
    "123456789012345678.9", "0.30000000000000004", "1.7976931348623157e308"];
  const { data } = await readCsv(bytes(texts.join("\n")));
  texts.forEach((text, i) => { expect(Object.is(data[i], Number(text))).toBe(true); });
});
