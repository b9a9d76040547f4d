import { checkSeparator, csvLines } from "../formats/csv-lines.ts";
import { checkOptions } from "../tensor/checks.ts";
import { DataError, OptionError, show } from "../tensor/errors.ts";
import { fromRows, type RowsOptions, type TableData } from "./rows.ts";

/** How a CSV text is read. */
export interface CsvOptions extends Omit<RowsOptions, "names"> {
  /** Between the cells of a line; default a comma. */
  separator?: string;
}

/**
 * A data set of comma-separated text whose first line names the columns. Cells may be quoted, with "" for a
 * quote.
 * @throws DataError as fromRows does, and for a quote that is never closed; OptionError for a separator that
 * is not one character, and for what is no text.
 * @example
 * const { data, classes } = fromCsv("length,width,kind\n5.1,3.5,setosa\n7,3.2,versicolor\n", { label: "kind"
 * });
 */
export function fromCsv(text: string, options: CsvOptions): TableData {
  if (typeof text !== "string") {
    throw new OptionError({ where: "fromCsv text", given: show(text), allowed: "a string" });
  }
  checkOptions("fromCsv", options ?? null, ["separator", "label", "targets", "ignore"]);
  const { separator = ",", ...columns } = options ?? {};
  const lines = [...csvLines(text, checkSeparator("fromCsv separator", separator), "fromCsv")];
  if (lines.length < 2) {
    const given = `${lines.length} lines`, allowed = "a line of names, then at least one row";
    throw new DataError({ where: "fromCsv", given, allowed });
  }
  const [names, ...rows] = lines.map(({ cells }) => cells);
  return fromRows(rows, { ...columns, names: names.map((name) => name.trim()) });
}
