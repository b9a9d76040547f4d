import { checkOptions } from "../tensor/checks.ts";
import { DataError, OptionError, show } from "../tensor/errors.ts";
import { checkFile } from "./bytes.ts";
import { checkSeparator, csvLines } from "./csv-lines.ts";
import { gunzip, isGzip } from "./gunzip.ts";
import { LoadedArray } from "./loaded.ts";

/** How a table of numbers is read. */
export interface ReadCsvOptions {
  /** Between the cells of a line; default a comma. */
  separator?: string;
  /** Whether the first line names the columns; by default it does where none of its cells is a number. */
  header?: boolean;
}

/** The longest text that is read: engines differ in how long a string may be, and none takes twice this. */
const MOST_BYTES = 268_435_456;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Reads a table of numbers from comma-separated text in UTF-8, packed by gzip or not: as float64, of shape
 * [rows, columns]. Spaces around a number are passed over; cells may be quoted. For tables that hold words
 * there is fromCsv.
 * @param name what to call the file in errors.
 * @throws DataError naming line and column, counted from 1, for what is no finite number, a line with more or
 * fewer cells than the first, and a text without rows; OptionError for unknown options.
 * @example
 * const { shape, data } = await readCsv(await readFile("points.csv"));
 */
export async function readCsv(
  bytes: Uint8Array, name = "CSV file", options: ReadCsvOptions = {},
): Promise<LoadedArray<"float64">> {
  checkFile("readCsv", bytes, name);
  checkOptions("readCsv", options, ["separator", "header"]);
  const separator = checkSeparator("readCsv separator", options.separator ?? ","), { header } = options;
  if (header !== undefined && typeof header !== "boolean") {
    throw new OptionError({ where: "readCsv header", given: show(header), allowed: "true or false" });
  }
  const most = { bytes: MOST_BYTES, words: "the longest text that is read", isMost: true } as const;
  const text = textOf(isGzip(bytes) ? await gunzip(bytes, name, () => most) : bytes, name);
  const numbers = new Numbers();
  let columns = 0, rows = 0;
  for (const line of csvLines(text, separator, name)) {
    const { cells } = line, where = `${name}, line ${line.number}`;
    if (columns === 0) {
      columns = cells.length;
      if (header ?? !cells.some(isNumber)) continue;
    }
    if (cells.length !== columns) {
      throw new DataError({ where, given: `${cells.length} cells`, allowed: `${columns}, as in the first line` });
    }
    cells.forEach((cell, column) => numbers.push(numberOf(cell, `${where}, column ${column + 1}`)));
    rows++;
  }
  if (rows > 0) return new LoadedArray("float64", numbers.all(), [rows, columns]);
  throw new DataError({ where: name, given: "no line of numbers", allowed: "at least one" });
}

function textOf(bytes: Uint8Array, name: string): string {
  if (bytes.length > MOST_BYTES) {
    const given = `a text of ${bytes.length} bytes`, advice = "Save the numbers as .npy, a tenth as large.";
    throw new DataError({ where: name, given, allowed: `at most ${MOST_BYTES}`, advice });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    const given = isWide ? "text in UTF-16" : "bytes that are not UTF-8", advice = "Save the table as UTF-8.";
    throw new DataError({ where: name, given, allowed: "text in UTF-8", advice });
  }
}

function isNumber(cell: string): boolean {
  return NUMBER.test(cell.trim());
}

function numberOf(cell: string, where: string): number {
  const value = isNumber(cell) ? Number(cell) : NaN;
  if (Number.isFinite(value)) return value;
  const given = cell.trim() === "" ? "an empty cell" : show(cell.slice(0, 60));
  throw new DataError({ where, given, allowed: "a finite number", advice: "fromCsv reads tables that hold words." });
}

/** Numbers one by one, until there are no more. */
class Numbers {
  private data = new Float64Array(1024);
  private length = 0;

  push(value: number): void {
    if (this.length === this.data.length) {
      const longer = new Float64Array(2 * this.length);
      longer.set(this.data);
      this.data = longer;
    }
    this.data[this.length++] = value;
  }

  all(): Float64Array {
    return this.data.slice(0, this.length);
  }
}
