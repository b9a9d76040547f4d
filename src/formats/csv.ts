import { checkChoice, checkOptions } from "../tensor/checks.ts";
import { DataError, show } from "../tensor/errors.ts";
import { checkFile } from "./bytes.ts";
import { checkSeparator, CsvCells, refuseUtf16 } from "./csv-cells.ts";
import { detectHeader } from "./csv-header.ts";
import { isInexactInteger, parseDecimal } from "./decimal.ts";
import { LoadedArray } from "./loaded.ts";
import { unpackCsv } from "./unpack-csv.ts";
import { allocate } from "../tensor/tensor.ts";

/** Options of `readCsv`. */
export interface ReadCsvOptions {
  /** The separator of cells; default a comma. */
  separator?: string;
  /**
   * Whether the first line names the columns; "detect", the default, decides by its cells, and throws if it may be
   * either.
   */
  header?: boolean | "detect";
}

/** The longest text that a compressed file may expand to. */
const MOST_BYTES = 268_435_456;

/**
 * Reads a table of numbers from comma-separated text in UTF-8, optionally gzipped: as float64, of shape [rows,
 * columns]. Spaces around a number are ignored; cells may be quoted. For tables with words or missing values use
 * fitTable.
 * @param name the name of the file in errors.
 * @throws DataError naming line and column, counted from 1, for anything but a finite number, for integers beyond
 * 2^53, for a line with more or fewer cells than the first, a first line that may be names or numbers, and a text
 * without rows; OptionError for unknown options.
 * @example
 * const { shape, data } = await readCsv(await readFile("points.csv"));
 */
export async function readCsv(
  given: Uint8Array, name = "CSV file", options: ReadCsvOptions = {},
): Promise<LoadedArray<"float64">> {
  checkFile("readCsv", given, name);
  checkOptions("readCsv", options, ["separator", "header"]);
  const separator = checkSeparator("readCsv separator", options.separator ?? ",");
  const header = checkChoice("readCsv header", options.header ?? "detect", [true, false, "detect"]);
  const bytes = await unpackCsv(given, name, MOST_BYTES, [separator]);
  refuseUtf16(bytes, name);
  return numbersOf(bytes, separator, name, header);
}

function numbersOf(
  bytes: Uint8Array, separator: string, name: string, header: boolean | "detect",
): LoadedArray<"float64"> {
  const cells = new CsvCells(bytes, separator, name), first = cells.nextRow() ? cells.row() : [];
  const firstRow = cells.rowStart, columns = first.length;
  const hasHeader = header === "detect" ? columns > 0 && detectHeader(name, first, undefined, []) : header;
  // Rows are counted before memory is taken for their numbers.
  let rows = hasHeader || columns === 0 ? 0 : 1, start = firstRow;
  while (cells.nextRow()) {
    if (rows++ === 0) start = cells.rowStart;
    const width = cells.skipRow();
    if (width === columns) continue;
    const where = `${name}, line ${cells.lineOf(cells.rowStart)}`;
    throw new DataError({ where, given: `${width} cells`, allowed: `${columns}, as in the first line` });
  }
  if (rows === 0) throw new DataError({ where: name, given: "no line of numbers", allowed: "at least one" });
  const data = allocate(rows * columns, "float64");
  cells.seek(start);
  for (let i = 0; i < data.length; i++) {
    if (!cells.nextCell()) {
      cells.nextRow();
      cells.nextCell();
    }
    const value = parseDecimal(cells.buffer, cells.start, cells.end);
    if (!Number.isFinite(value) || isInexactInteger(value, cells.buffer, cells.start, cells.end)) {
      throw refusal(cells, value, `${name}, line ${cells.lineOf(cells.rowStart)}, column ${(i % columns) + 1}`);
    }
    data[i] = value;
  }
  return new LoadedArray("float64", data, [rows, columns]);
}

function refusal(cells: CsvCells, value: number, where: string): DataError {
  const text = cells.text().trim(), given = text === "" ? "an empty cell" : show(text.slice(0, 60));
  const allowed = Number.isFinite(value) ? "integers up to 2^53, beyond which float64 skips some" : "a finite number";
  const advice = "fitTable reads tables with words, gaps and decimal commas.";
  return new DataError({ where, given, allowed, advice });
}
