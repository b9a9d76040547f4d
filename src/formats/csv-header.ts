import { DataError, show } from "../tensor/errors.ts";
import { isNumberText } from "./decimal.ts";

/** Words that stand for a number that is missing, or for none that is finite. */
const NO_NUMBER = /^(?:#?n\/?a|nan|null|none|<na>|[+-]?inf(?:inity)?)$/i;
/** Digits with what may stand among them in some notation: decimal commas, thousands, percent. */
const NUMERIC = /^[+-]?\d[\d.,' ]*(?:[eE][+-]?\d+)?%?$/;

/** Whether a cell is a number, might stand for one, or is a word as names are. */
function kindOf(cell: string): "number" | "unsure" | "empty" | "word" {
  if (cell === "") return "empty";
  if (isNumberText(cell)) return "number";
  return cell.length <= 40 && (NUMERIC.test(cell) || NO_NUMBER.test(cell)) ? "unsure" : "word";
}

/**
 * Whether a first line names the columns: its cells are words, and those of the second line, if given, are not all
 * words. A line with a number is a row.
 * @param names column names from the caller: a first line that contains them all names the columns.
 * @throws DataError if it may be either.
 */
export function detectHeader(
  where: string, first: readonly string[], second: readonly string[] | undefined, names: readonly string[],
): boolean {
  if (names.length > 0) {
    const present = new Set(first);
    if (names.every((name) => present.has(name))) return true;
  }
  const kinds = first.map(kindOf);
  if (kinds.includes("number")) return false;
  const isUnsure = kinds.includes("unsure") || !kinds.includes("word");
  if (!isUnsure && !(second?.every((cell) => kindOf(cell) === "word") ?? false)) return true;
  const cells = first.slice(0, 10).map((cell) => show(cell.slice(0, 40))).join(", ");
  const given = `a first line of ${cells}, which may be names or a row`;
  const advice = "Say { header: true } if it names the columns, { header: false } if it is a row.";
  throw new DataError({ where, given, allowed: "a first line that is clearly one of them", advice });
}
