import { DataError, OptionError, show } from "../tensor/errors.ts";

/** A line with anything on it, and where it begins in the file, counted from 1 as editors do. */
export interface CsvLine {
  readonly number: number;
  readonly cells: readonly string[];
}

/** Refuses what cannot stand between two cells. */
export function checkSeparator(where: string, separator: unknown): string {
  if (typeof separator === "string" && separator.length === 1 && !'"\n\r'.includes(separator)) return separator;
  const allowed = "one character, no quote and no end of a line";
  throw new OptionError({ where, given: show(separator), allowed });
}

/**
 * The cells of each line that is not empty (RFC 4180): they may be quoted, with "" for a quote, and then hold
 * separators and ends of lines. A mark of the byte order, and lines that end in two characters, are known.
 * @throws DataError for a quote that is never closed.
 */
export function* csvLines(text: string, separator: string, where: string): Generator<CsvLine> {
  const plain = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  for (let at = 0, number = 1; at < plain.length; number++) {
    const lineEnd = plain.indexOf("\n", at), end = lineEnd < 0 ? plain.length : lineEnd;
    const line = plain.slice(at, end);
    const isPlain = !line.includes('"');
    const found = isPlain ? { cells: line.split(separator), end } : quotedCells(plain, at, separator);
    if (found === undefined) {
      const given = "a quote that is never closed", allowed = "quotes in pairs";
      throw new DataError({ where: `${where}, line ${number}`, given, allowed });
    }
    const { cells } = found;
    if (cells.length > 1 || cells[0].trim() !== "") yield { number, cells };
    if (!isPlain) number += plain.slice(at, found.end).split("\n").length - 1;
    at = found.end + 1;
  }
}

/** The cells from here to the end of the line that no quote hides; undefined where a quote hides all the rest. */
function quotedCells(text: string, start: number, separator: string): { cells: string[]; end: number } | undefined {
  const cells: string[] = [];
  let cell = "", quoted = false, at = start;
  for (; at < text.length; at++) {
    const character = text[at];
    if (character === '"' && quoted && text[at + 1] === '"') cell += text[at++];
    else if (character === '"' && (quoted || cell.trim() === "")) quoted = !quoted;
    else if (quoted) cell += character;
    else if (character === "\n") break;
    else if (character === separator) {
      cells.push(cell);
      cell = "";
    } else cell += character;
  }
  return quoted ? undefined : { cells: [...cells, cell], end: at };
}
