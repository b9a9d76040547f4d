import { checkSeparator, CsvCells } from "../formats/csv-cells.ts";
import { detectHeader } from "../formats/csv-header.ts";
import { checkChoice, checkOptions } from "../tensor/checks.ts";
import { DataError, OptionError, show } from "../tensor/errors.ts";
import { COLUMN_OPTIONS, fromRows, type RowsOptions, type TableData } from "./rows.ts";

/** Options of `fromCsv`. */
export interface CsvOptions extends Omit<RowsOptions, "names"> {
  /** The separator of cells; default a comma. */
  separator?: string;
  /**
   * Whether the first line names the columns. "detect", the default, decides by its cells, and throws if it may be
   * either. It names them if columns are given by name.
   */
  header?: boolean | "detect";
}

/**
 * Reads a data set from comma-separated text. Cells may be quoted, with "" for a quote. For words as features,
 * missing values, or a second file with the same columns, use fitTable.
 * @throws DataError as fromRows does, for an unclosed quote, and for a first line that may be names or a row;
 * OptionError for a separator that is not one character, and for anything but text.
 * @example
 * const first = fromCsv("length,width,kind\n5.1,3.5,setosa\n7,3.2,versicolor\n", { label: "kind" });
 * const { classes, features } = first;
 * const second = fromCsv("kind,width,length\nversicolor,3.1,6.9\n", { label: "kind", classes, features });
 */
export function fromCsv(text: string, options: CsvOptions): TableData {
  if (typeof text !== "string") {
    throw new OptionError({ where: "fromCsv text", given: show(text), allowed: "a string" });
  }
  checkOptions("fromCsv", options ?? null, [...COLUMN_OPTIONS, "separator", "header"]);
  const { separator = ",", header = "detect", ...columns } = options ?? {};
  checkChoice("fromCsv header", header, [true, false, "detect"]);
  const cells = new CsvCells(
    new TextEncoder().encode(text), checkSeparator("fromCsv separator", separator), "fromCsv",
  );
  const lines: string[][] = [];
  while (cells.nextRow()) lines.push(cells.row());
  const hasHeader = header === "detect" ? lines.length > 0 && isHeader(lines, columns) : header;
  if (lines.length < (hasHeader ? 2 : 1)) {
    const allowed = hasHeader ? "a line of names, then at least one row" : "at least one";
    const given = `${lines.length} lines`;
    throw new DataError({ where: "fromCsv", given, allowed });
  }
  return hasHeader ? fromRows(lines.slice(1), { ...columns, names: lines[0] }) : fromRows(lines, columns);
}

/** A column that is given by name needs a line of names. */
function isHeader([first, second]: string[][], { label, targets, ignore, features = [] }: RowsOptions): boolean {
  const given: readonly unknown[] = [label, targets, ignore].flat();
  // Features of a table without names are called by their places.
  const names = Array.isArray(features) ? features.filter((column) => typeof column === "string") : [];
  return given.some((column) => typeof column === "string") || detectHeader("fromCsv", first, second, names);
}
