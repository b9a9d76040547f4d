/** Tables from files, and the options for reading them. */
import { existsSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import { SEPARATORS } from "../../data/table/dialect.ts";
import { openTable, type Table, type TableOptions } from "../../data/table/table.ts";
import { readWhole } from "../../formats/files.node.ts";
import { unpackCsv } from "../../formats/unpack-csv.ts";
import { ChainruleError, OptionError } from "../../tensor/errors.ts";
import { choice, list, word, type Values } from "../arguments.node.ts";
import { complain } from "../command.node.ts";

/** The longest text that a compressed file may expand to. */
const MOST_BYTES = 1_073_741_824;

/** Options for any file. */
export const READING = {
  "ignore": list("COLUMN", "pass over a column; may be given again"),
  "separator": word("CHAR", "between the cells; by default found out"),
  "decimal": choice("MARK", "the decimal mark, . or , ; by default found out", [".", ","]),
  "header": choice("yes|no", "whether the first line names the columns; by default found out", ["yes", "no"]),
};

export function readingOf({ separator, decimal, header }: Values<typeof READING>): TableOptions {
  return {
    ...(separator !== undefined && { separator: /^(\\t|tab)$/.test(separator) ? "\t" : separator }),
    ...(decimal !== undefined && { decimal }), ...(header !== undefined && { header: header === "yes" }),
  };
}

/**
 * Reads the table of a CSV file, gzipped or not.
 * @param expected column names from options, and the decimal mark if the text does not show it.
 * @throws DataError if it cannot be read.
 */
export async function openFile(
  path: string, reading: TableOptions, expected: { readonly names: readonly string[]; readonly decimal?: "." | "," },
): Promise<Table> {
  const { separator } = reading, separators = separator === undefined ? SEPARATORS : [separator];
  const bytes = await unpackCsv(readWhole(path), path, MOST_BYTES, separators);
  return openTable(path, bytes, { ...reading, name: path }, expected);
}

/** @throws OptionError for a file that is not there. */
export function checkThere(path: string, allowed: string): void {
  if (!existsSync(path)) throw new OptionError({ where: path, given: "no such file", allowed });
}

/** @throws OptionError if a file would be written over one of these. */
export function refuseOverwriting(where: string, out: string, others: readonly string[]): void {
  const real = (path: string) => (existsSync(path) ? realpathSync(path) : resolve(path));
  if (!others.some((other) => real(other) === real(out))) return;
  const allowed = "a file of its own, as this one is needed";
  throw new OptionError({ where, given: JSON.stringify(out), allowed });
}

/** Renames the library's options to the command's: advice must name something that can be typed. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/columns: \{ ("(?:[^"\\]|\\.)*"): \{ type: "words" \} \}/g, "--words $1"],
  [/columns: \{ ("(?:[^"\\]|\\.)*"): \{ round: true \} \}/g, "--round $1"],
  [/columns: \{ ("(?:[^"\\]|\\.)*"): \{ fill: "dropRows" \} \}/g, "--drop-gaps $1"],
  [/; gaps: \[""\] makes classes of words such as "None"/g, ""],
  [/gaps: \["", …\]/g, "--gap WORD"], [/ignore leaves/g, "--ignore COLUMN leaves"],
  [/task: "(classes|number)"/g, "--task $1"], [/type: "words"/g, "--words COLUMN"],
  [/\{ ignore: \[…\] \}/g, "--ignore COLUMN"], [/Ignore (the column|it)/g, "Ignore $1 (--ignore COLUMN)"],
  [/\{ (separator|decimal): ("(?:[^"\\]|\\.)*") \}/g, "--$1 $2"],
  [/\{ header: true \}/g, "--header yes"], [/\{ header: false \}/g, "--header no"],
  [/, or give names: \[…\]/g, ""],
];

export function asTyped(text: string): string {
  return SPELLINGS.reduce((spelled, [from, to]) => spelled.replace(from, to), text);
}

/**
 * Runs a command that may fail because of its files: the exit code is then 1, with one sentence. Wrong options are
 * reported by the caller.
 */
export async function explained(run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ChainruleError) || error instanceof OptionError) throw error;
    return complain(asTyped(error.message), 1);
  }
}
