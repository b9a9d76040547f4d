/** A packed table is unpacked only until it cannot be read any more. */
import { gzipSync } from "node:zlib";
import { readCsv } from "chainrule";
import { unpackCsv } from "../../src/formats/unpack-csv.ts";
import { rejectionOf } from "../tools.ts";

const LONG = 3_000_000, long = "x".repeat(LONG);
const unpack = (text: string, separators: readonly string[]) => unpackCsv(gzipSync(text), "t.csv", 1e8, separators);
const asText = async (bytes: Promise<Uint8Array>) => Buffer.from(await bytes).toString();

test("a long cell is refused in its row's line, quoted or not", async () => {
  for (const cell of [long, `"${long}"`, `"${"a,\r\n".repeat(LONG / 4)}"`, `"${'""'.repeat(LONG / 2)}"`]) {
    const { where, given } = await rejectionOf(unpack(`a,b\r\n"1\n",2\n3,${cell}\n4,5\n`, [","]));
    expect([where, given]).toEqual(["t.csv, line 4", "a cell of more than 1000000 bytes"]);
  }
});

test("a row of more than 1,000,000 cells is refused, and one of as many is not", async () => {
  const row = (cells: number) => `1${",1".repeat(cells - 1)}\n`;
  expect((await rejectionOf(unpack(row(1) + row(1_000_001), [","]))).given).toBe("more than 1000000 cells");
  expect(await asText(unpack(row(1_000_000), [","]))).toBe(row(1_000_000));
});

test.each([
  ["short quoted cells", `"a,b\n""c""",d\n`.repeat(3e5), ","], ["quotes within cells", `a"b,c\n`.repeat(6e5), ","],
  ["quotes behind quotes", `"a" b",c\n`.repeat(4e5), ","], ["blanks before quotes", ` \t"a" ,"b"\r`.repeat(3e5), ","],
  ["a separator of two bytes", "1¦2\u00a03\n".repeat(4e5), "¦"], ["a tab between cells", `1\t"2"\n`.repeat(5e5), "\t"],
])("%s in a long text are unpacked as they are", async (_, text, separator) => {
  expect(await asText(unpack(text, [separator]))).toBe(text);
});

test("if the separator is not known, a cell must be too long under each that may stand there", async () => {
  const text = `1;"${"2\n".repeat(LONG / 2)}`;
  expect((await rejectionOf(unpack(text, [";"]))).given).toBe("a cell of more than 1000000 bytes");
  expect(await asText(unpack(text, [";", ","]))).toBe(text);
});

test("text that is not packed has the same longest cell", async () => {
  const cell = `${"0".repeat(1_000_000)}1`, table = `1,2\n3,${cell}\n`;
  for (const bytes of [Buffer.from(table), gzipSync(table)]) {
    expect((await rejectionOf(readCsv(bytes))).given).toBe("a cell of more than 1000000 bytes");
  }
  expect((await readCsv(Buffer.from(`1,2\n3,${cell.slice(1)}\n`))).data).toEqual(Float64Array.of(1, 2, 3, 1));
});
