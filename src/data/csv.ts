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
 * is not one character.
 * @example
 * const { data, classes } = fromCsv("length,width,kind\n5.1,3.5,setosa\n7,3.2,versicolor\n", { label: "kind"
 * });
 */
export function fromCsv(text: string, options: CsvOptions): TableData {
  checkOptions("fromCsv", options, ["separator", "label", "targets", "ignore"]);
  const { separator = ",", ...columns } = options;
  if (typeof separator !== "string" || separator.length !== 1) {
    throw new OptionError({ where: "fromCsv separator", given: show(separator), allowed: "one character" });
  }
  const [names, ...rows] = cellsOf(text, separator);
  return fromRows(rows, { ...columns, names: names.map((name) => name.trim()) });
}

/** The cells of each line that is not empty. */
function cellsOf(text: string, separator: string): string[][] {
  const lines: string[][] = [];
  let line: string[] = [], cell = "", quoted = false;
  const endLine = () => {
    line.push(cell);
    if (line.length > 1 || cell.trim() !== "") lines.push(line);
    line = [];
    cell = "";
  };
  // A file may begin with a mark of its byte order, and its lines may end in two characters.
  const plain = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  for (let i = 0; i < plain.length; i++) {
    const character = plain[i];
    if (character === '"' && quoted && plain[i + 1] === '"') cell += plain[i++];
    else if (character === '"' && (quoted || cell.trim() === "")) quoted = !quoted;
    else if (quoted) cell += character;
    else if (character === separator) {
      line.push(cell);
      cell = "";
    } else if (character === "\n") endLine();
    else cell += character;
  }
  if (quoted) {
    const given = "a quote that is never closed", allowed = "quotes in pairs";
    throw new DataError({ where: "fromCsv", given, allowed });
  }
  endLine();
  if (lines.length < 2) {
    const given = `${lines.length} lines`, allowed = "a line of names, then at least one row";
    throw new DataError({ where: "fromCsv", given, allowed });
  }
  return lines;
}
