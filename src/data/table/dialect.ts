import { CsvCells } from "../../formats/csv-cells.ts";
import { DataError, show, unlessRefused } from "../../tensor/errors.ts";

/** What often stands between cells. */
export const SEPARATORS = [",", ";", "\t", "|"] as const;
/** The cells of the first rows, as text. */
export function firstRows(bytes: Uint8Array, separator: string, where: string, count: number): string[][] {
  const cells = new CsvCells(bytes, separator, where), rows: string[][] = [];
  while (rows.length < count && cells.nextRow()) rows.push(cells.row());
  return rows;
}

/**
 * What stands between the cells: what splits the first two lines into as many cells each, and several; or under which
 * all the names expected are there. @throws DataError if several would do.
 */
export function detectSeparator(bytes: Uint8Array, where: string, expected: readonly string[]): string {
  const fitting = SEPARATORS.filter((separator) => {
    const rows = unlessRefused(() => widths(bytes, separator, where, 2)) ?? [];
    return rows.length > 0 && rows[0] > 1 && rows.every((width) => width === rows[0]);
  });
  const named = expected.length === 0 ? [] : fitting.filter((separator) => {
    const [names] = firstRows(bytes, separator, where, 1);
    return expected.every((name) => names.includes(name));
  });
  const found = named.length > 0 ? named : fitting;
  if (found.length < 2) return found[0] ?? ",";
  const given = `lines that ${found.map(show).join(" and ")} would cut into as many cells each`;
  const advice = `Say which: { separator: ${show(found[1])} }.`;
  throw new DataError({ where, given, allowed: "one separator", advice });
}

function widths(bytes: Uint8Array, separator: string, where: string, count: number): number[] {
  const cells = new CsvCells(bytes, separator, where), rows: number[] = [];
  while (rows.length < count && cells.nextRow()) rows.push(cells.skipRow());
  return rows;
}

/**
 * What separates integer and fraction: a comma if cells hold numbers with one, and none with a point. Separators other
 * than a semicolon come with points as a rule.
 * @throws DataError if each such number might as well be thousands, as 1,234.
 */
export function detectDecimal(
  bytes: Uint8Array, separator: string, where: string, usual: "." | "," | undefined,
): "." | "," {
  if (separator === ",") return ".";
  const cells = new CsvCells(bytes, separator, where), thousands = new Map<string, string>();
  let hasCommas = false;
  while (cells.nextRow()) {
    while (cells.nextCell()) {
      const { buffer, start, end } = cells;
      if (end - start < 2 || end - start > 40) continue;
      const kind = markIn(buffer, start, end);
      if (kind === ".") return ".";
      if (kind === ",") hasCommas = true;
      else if (kind !== undefined && !thousands.has(kind)) thousands.set(kind, cells.text());
    }
  }
  if (hasCommas) return ",";
  for (const [kind, other] of [[",", "."], [".", ","]] as const) {
    const example = thousands.get(`thousands ${kind}`);
    if (example === undefined || kind === usual) continue;
    if (kind === "." && separator !== ";" && usual !== ",") continue;
    const given = `numbers as ${show(example)}, whose ${kind === "," ? "comma" : "point"} may stand for thousands`;
    const advice = `If it is decimal, say { decimal: "${kind}" }; if not, { decimal: "${other}" }.`;
    throw new DataError({ where, given, allowed: "one meaning of a comma or point", advice });
  }
  return usual ?? ".";
}

/** The mark in digits with one mark; "thousands" if at most three digits stand before it, and three after it. */
function markIn(
  bytes: Uint8Array, start: number, end: number,
): "." | "," | "thousands ." | "thousands ," | undefined {
  let mark = -1;
  for (let at = bytes[start] === 43 || bytes[start] === 45 ? start + 1 : start; at < end; at++) {
    const byte = bytes[at];
    if (byte >= 48 && byte <= 57) continue;
    if (mark >= 0 || (byte !== 44 && byte !== 46)) return undefined;
    mark = at;
  }
  if (mark < 0) return undefined;
  const digits = mark - start - (bytes[start] < 48 ? 1 : 0), kind = bytes[mark] === 46 ? "." : ",";
  const isThousands = end - mark === 4 && digits >= 1 && digits <= 3 && bytes[mark - digits] !== 48;
  return isThousands ? `thousands ${kind}` : kind;
}
