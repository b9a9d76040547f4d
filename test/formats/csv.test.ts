import { gzipSync } from "node:zlib";
import { readCsv, type ReadCsvOptions } from "chainrule";
import { rejectionOf } from "../tools.ts";

const read = (text: string, options?: ReadCsvOptions) => readCsv(Buffer.from(text), "points.csv", options);
const refusalOf = async (text: string | Uint8Array) => {
  const error = await rejectionOf(readCsv(Buffer.from(text), "points.csv"));
  expect(error.name).toBe("DataError");
  return error;
};

describe("readCsv", () => {
  test("gives a table of float64, the line of names left out", async () => {
    const data = Float64Array.of(1, 2.5, -300, 0.1);
    expect(await read("x,y\n1,2.5\n-3e2,.1\n")).toEqual({ shape: [2, 2], dtype: "float64", data });
  });

  test("a first line of numbers is a row, unless it is said to be names", async () => {
    expect((await read("2001,2002\n1,2\n")).shape).toEqual([2, 2]);
    expect((await read("2001,2002\n1,2\n", { header: true })).shape).toEqual([1, 2]);
  });

  test("fault 66: CRLF, a byte order mark, quotes, spaces and empty lines change nothing", async () => {
    const plain = await read("a,b\n1,2\n3,4\n");
    const others = [
      "\ufeffa,b\r\n1,2\r\n3,4", "a,b\r1,2\r3,4\r", '"a","b"\n"1", 2 \n\n3,"4"\n', "a,b\n\t1,+2.\n03,4e0\n\n\n",
    ];
    for (const text of others) {
      expect(await read(text)).toEqual(plain);
    }
  });

  test("takes another separator, and text packed by gzip", async () => {
    expect((await read("1;2\n", { separator: ";" })).shape).toEqual([1, 2]);
    expect((await readCsv(gzipSync("1,2\n3,4\n"))).data).toEqual(Float64Array.of(1, 2, 3, 4));
  });

  test("reads more numbers than it first has room for", async () => {
    const { data } = await read(Array.from({ length: 5000 }, (_, i) => `${i}`).join("\n"));
    expect(data).toEqual(Float64Array.from({ length: 5000 }, (_, i) => i));
  });

  test.each<[string, string, string, string]>([
    ["an empty cell", "a,b\n1,2\n3,\n", "points.csv, line 3, column 2", "an empty cell"],
    ["a word", "1,2\n3,four\n", "points.csv, line 2, column 2", '"four"'],
    ["NaN", "1,NaN\n", "points.csv, line 1, column 2", '"NaN"'],
    ["a number beyond all numbers", "1e400,1\n", "points.csv, line 1, column 1", '"1e400"'],
    ["a number in another notation", "1,0x10\n", "points.csv, line 1, column 2", '"0x10"'],
    ["a line with a cell too many", "a,b\n1,2\n\n3,4,5\n", "points.csv, line 4", "3 cells"],
    ["a line with a cell too few", "1,2\n3\n", "points.csv, line 2", "1 cells"],
    ["a place behind a quoted end of line", 'a,"b\nb"\n1,x\n', "points.csv, line 3, column 2", '"x"'],
    ["a quote that is never closed", 'a,b\n1,"2\n3,4\n', "points.csv, line 2", "a quote that is never closed"],
    ["no lines at all", "", "points.csv", "no line of numbers"],
    ["names alone", "a,b\n", "points.csv", "no line of numbers"],
  ])("refuses %s, with its line and column", async (_, text, where, given) => {
    expect(await refusalOf(text)).toMatchObject({ where, given });
  });

  test("refuses text that is not UTF-8, and tells UTF-16", async () => {
    expect((await refusalOf(Buffer.from("1,\xe9\n", "latin1"))).given).toBe("bytes that are not UTF-8");
    expect((await refusalOf(Buffer.from("\ufeff1,2\n", "utf16le"))).given).toBe("text in UTF-16");
  });

  test.each([
    [{ seperator: ";" }, /Did you mean separator/], [{ separator: "" }, /readCsv separator: .*got ""/],
    [{ separator: '"' }, /no quote/], [{ header: 1 }, /readCsv header: .*got 1/],
  ])("refuses the options %j", async (options, message) => {
    const error = await rejectionOf(readCsv(new Uint8Array(0), "x", options as ReadCsvOptions));
    expect(error.name).toBe("OptionError");
    expect(error.message).toMatch(message);
  });
});
