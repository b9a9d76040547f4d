import { html, type Markup } from "../charts/markup.ts";
import { role, tenth } from "../charts/svg.ts";
import { significant } from "../trace/expressions/significant.ts";
import type { Value } from "../trace/recording.ts";
import { textWidth } from "./text.ts";

export const SIZE = 13, LINE = 18;
const GAP = 10;

/** Numbers in rows and columns, as texts. */
export interface NumberTable {
  readonly rows: readonly (readonly string[])[];
  /** Of each column. */
  readonly widths: readonly number[];
  readonly width: number;
  readonly height: number;
}

/** How much of a tensor is shown. */
export interface TableLimits {
  readonly rows: number;
  readonly columns: number;
  /** Significant digits. */
  readonly digits: number;
}

/** What a tensor shows: a row for each entry of the first axis, all others in it; … stands for what is left out. */
function cellsOf({ shape, values }: Value, { rows, columns, digits }: TableLimits): NumberTable["rows"] {
  const high = shape.length < 2 ? 1 : shape[0], wide = high === 0 ? 0 : values.length / high;
  return shownOf(high, rows).map((row) => shownOf(wide, columns).map((column) => {
    if (row === undefined) return "⋮";
    return column === undefined ? "…" : significant(values[row * wide + column], digits);
  }));
}

/** Tables of tensors of one shape, with the same columns. */
export function numberTables(tensors: readonly Value[], limits: TableLimits): readonly NumberTable[] {
  const all = tensors.map((tensor) => cellsOf(tensor, limits)), [first = []] = all[0] ?? [];
  const widths = first.map((_, column) => (
    Math.max(...all.flat().map((row) => textWidth(row[column], SIZE)))));
  const width = widths.reduce((sum, one) => sum + one + GAP, -GAP);
  return all.map((rows) => ({ rows, widths, width: Math.max(0, width), height: rows.length * LINE }));
}

/** The indices that are shown; undefined for the rest. */
function shownOf(count: number, most: number): readonly (number | undefined)[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  return [...Array.from({ length: most - 1 }, (_, i) => i), undefined];
}

/** The table with its columns right-aligned; x and y are its upper left corner. */
export function drawTable({ rows, widths }: NumberTable, x: number, y: number): Markup {
  let right = x - GAP;
  const ends = widths.map((width) => (right += width + GAP));
  return html`${rows.map((row, i) => row.map((text, column) => html`<text ${role("ink")} font-size="${SIZE}" x="${
    tenth(ends[column])}" y="${tenth(y + LINE * (i + 0.5))}" dy=".35em" text-anchor="end">${text}</text>\n`))}`;
}
