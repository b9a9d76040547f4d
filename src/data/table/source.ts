import { hasOwn } from "../../tensor/checks.ts";
import { DataError, OptionError, show } from "../../tensor/errors.ts";

/** A cell of a row: null, undefined, NaN and "" count as missing. */
export type Cell = string | number | boolean | null | undefined;
/** Cells by column name. */
export type RowObject = Readonly<Record<string, Cell>>;
/** Rows of a program: objects, or arrays with cells by index. */
export type Rows = readonly RowObject[] | readonly (readonly Cell[])[];
/** The source of a table: CSV text, its bytes in UTF-8, or rows. */
export type TableSource = string | Uint8Array | Rows;

/** Names and rows as CSV text in UTF-8, so that one parser reads everything that is a table. */
export function bytesOfRows(where: string, rows: Rows, given: readonly string[] | undefined): Uint8Array {
  const all: readonly unknown[] = rows;
  if (all.length === 0) throw new DataError({ where, given: "no rows", allowed: "at least one" });
  const names = given ?? namesOf(where, all);
  const lines = [names.map(quoted).join(",")];
  for (let r = 0; r < all.length; r++) {
    const row = all[r];
    if (isRecord(row)) {
      refuseUnknown(where, r, row, names);
      lines.push(names.map((name) => written(where, r, name, hasOwn(row, name) ? row[name] : "")).join(","));
    } else if (Array.isArray(row) && row.length === names.length) {
      lines.push(names.map((name, j) => written(where, r, name, row[j])).join(","));
    } else {
      const cells = Array.isArray(row) ? `${row.length} cells` : show(row), allowed = `${names.length} cells`;
      throw new DataError({ where: `${where}, row ${r}`, given: cells, allowed });
    }
  }
  return new TextEncoder().encode(`${lines.join("\n")}\n`);
}

/** The columns of objects are those of the first one; columns of arrays are named by index. */
function namesOf(where: string, rows: readonly unknown[]): readonly string[] {
  const [row] = rows;
  if (Array.isArray(row)) return row.map((_, j) => String(j));
  if (isRecord(row)) return Object.keys(row);
  const allowed = "an object or an array of cells";
  throw new DataError({ where: `${where}, row 0`, given: show(row), allowed });
}

function isRecord(row: unknown): row is Record<string, unknown> {
  return typeof row === "object" && row !== null && !Array.isArray(row) && !ArrayBuffer.isView(row);
}

function refuseUnknown(where: string, r: number, row: Record<string, unknown>, names: readonly string[]): void {
  const keys = Object.keys(row);
  if (keys.length === names.length && keys.every((key, j) => key === names[j])) return;
  const known = new Set(names), present = new Set(keys);
  const unknown = keys.filter((key) => !known.has(key)), missing = names.filter((name) => !present.has(name));
  if (unknown.length + missing.length === 0) return;
  const list = (words: readonly string[]) => words.slice(0, 10).map(show).join(", ");
  const given = [
    ...(missing.length > 0 ? [`no column ${list(missing)}`] : []),
    ...(unknown.length > 0 ? [`unknown column ${list(unknown)}`] : []),
  ].join("; ");
  const advice = "A gap is written as null or \"\".";
  throw new DataError({ where: `${where}, row ${r}`, given, allowed: `the columns ${list(names)}`, advice });
}

function written(where: string, r: number, name: string, cell: unknown): string {
  if (cell === null || cell === undefined || Number.isNaN(cell)) return '""';
  if (typeof cell === "string") return quoted(cell);
  if (typeof cell === "boolean") return String(cell);
  if (typeof cell === "number" && Number.isFinite(cell)) return Object.is(cell, -0) ? "-0" : String(cell);
  const allowed = "a finite number, a text, true, false, or null for a gap";
  const advice = cell instanceof Date ? "Make numbers of it: its year, its month, its day." : "";
  throw new DataError({ where: `${where}, row ${r}, column ${name}`, given: show(cell), allowed, advice });
}

function quoted(cell: string): string {
  return `"${cell.includes('"') ? cell.replaceAll('"', '""') : cell}"`;
}

/** Throws unless it is a source of a table. */
export function checkSource(where: string, source: unknown): void {
  if (typeof source === "string" || source instanceof Uint8Array || Array.isArray(source)) return;
  const allowed = "CSV text, its bytes, or an array of rows";
  const advice = source instanceof ArrayBuffer ? "Use new Uint8Array(buffer)." : "";
  throw new OptionError({ where, given: show(source), allowed, advice });
}
