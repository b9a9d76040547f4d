import { checkOptions } from "../tensor/checks.ts";
import { OptionError } from "../tensor/errors.ts";
import { chartOf, checkList, checkTitle, type Chart } from "./chart.ts";
import { foldWords } from "./fold.ts";
import { html } from "./markup.ts";
import { fixed } from "./numbers.ts";
import { label, MIDDLE, role, svgDocument, tenth, widthOf } from "./svg.ts";
import { largest, smallest } from "../math/extremes.ts";

/** Options of `heatMap`. */
export interface HeatMapOptions {
  readonly title: string;
  readonly x: { readonly label: string; readonly values: readonly (number | string)[] };
  readonly y: { readonly label: string; readonly values: readonly (number | string)[] };
  /** A row for each y, with a value for each x; null where there is none. */
  readonly cells: readonly (readonly (number | null)[])[];
  readonly unit?: string;
  /** Default 2. */
  readonly decimals?: number;
}

/** From little to much, in one hue that grows darker, so that it is read in grey and by the colour-blind. */
const COLOURS = ["#f0f6fb", "#d3e6f4", "#a9d0ea", "#74b3dc", "#3f92c9", "#1670b0", "#0a4f86", "#06325a"];
const SHADES = " ░▒▓█";

/**
 * A table of values, each on a ground that is the darker the larger it is.
 * @throws OptionError for unknown options, or cells that are not a rectangle of x by y.
 * @example
 * const x = { label: "keep", values: [0.5, 1] }, y = { label: "lr", values: [0.1] };
 * heatMap({ title: "Error", x, y, cells: [[3, 4]] }).svg();
 */
export function heatMap(options: HeatMapOptions): Chart {
  const where = "heatMap";
  checkOptions(where, options, ["title", "x", "y", "cells", "unit", "decimals"]);
  const { x, y, cells, unit = "", decimals = 2 } = options, title = checkTitle(where, options.title);
  checkList(`${where} x values`, x.values, "values");
  checkList(`${where} y values`, y.values, "values");
  checkList(`${where} cells`, cells, "rows");
  if (cells.length !== y.values.length || cells.some((row) => row.length !== x.values.length)) {
    const given = `${cells.length} rows of ${[...new Set(cells.map((row) => row.length))].join(" and ")} cells`;
    throw new OptionError({ where: `${where} cells`, given, allowed: `${y.values.length} rows of ${x.values.length}` });
  }
  const values = cells.flat().filter((value) => value !== null && Number.isFinite(value)) as number[];
  const low = smallest(values), high = largest(values);
  const share = (value: number) => (high > low ? (value - low) / (high - low) : 0);
  const told = (value: number | null) => (value === null || !Number.isFinite(value) ? "–"
    : `${fixed(value, decimals)}${unit}`);
  const svg = (width: number, given?: number) => {
    const height = given ?? 96 + 34 * cells.length;
    const left = 14 + largest([widthOf(y.label), ...y.values.map((value) => widthOf(String(value)))]);
    const cellWidth = (width - left - 2) / x.values.length, cellHeight = (height - 96) / cells.length, top = 56;
    const rows = cells.map((row, i) => row.map((value, j) => {
      const isNumber = value !== null && Number.isFinite(value), level = isNumber ? Math.round(share(value) * 7) : 0;
      const colour = isNumber ? COLOURS[level] : "#9a9a9a", ink = level >= 4 ? "#ffffff" : "#1c1e21";
      const at = left + j * cellWidth, y0 = top + i * cellHeight;
      const text = widthOf(told(value)) < cellWidth ? html`<text fill="${ink}" x="${tenth(at + cellWidth / 2)}" y="${
        tenth(y0 + cellHeight / 2 + MIDDLE)}" text-anchor="middle">${told(value)}</text>` : "";
      return html`<rect fill="${colour}" x="${tenth(at)}" y="${tenth(y0)}" width="${tenth(cellWidth - 1)}" height="${
        tenth(cellHeight - 1)}"/>${text}\n`;
    }));
    const across = x.values.map((value, j) => label(left + (j + 0.5) * cellWidth, height - 28, String(value),
      "middle"));
    const down = y.values.map((value, i) => label(left - 8, top + (i + 0.5) * cellHeight, String(value), "end"));
    const words = cells.map((row, i) => `${y.label} ${y.values[i]}: ${row.map(told).join(", ")}.`).join(" ");
    return svgDocument(width, height, title, words, html`<text ${
      role("ink")} x="0" y="16" font-weight="600">${title}</text>
${label(left - 8, 42, y.label, "end")}${rows}${across}${down}${
      label(left + (width - left) / 2, height - 9, x.label, "middle")}`);
  };
  return chartOf(title, svg, (columns, paint) => {
    const table = cells.map((row) => row.map((value) => (
      value === null || !Number.isFinite(value) ? told(value)
        : `${SHADES[Math.round(share(value) * 4)]} ${told(value)}`)));
    const head = largest([...y.values.map((value) => String(value).length), Math.min(y.label.length, 12)]);
    const width = largest([...table.flat(), ...x.values].map((value) => String(value).length));
    // What does not fit beside each other is set below, block by block.
    const most = Math.max(1, Math.floor((columns - head) / (width + 2))), blocks: string[] = [];
    for (let start = 0; start < x.values.length; start += most) {
      const part = <T>(list: readonly T[]) => list.slice(start, start + most);
      const row = (name: string, list: readonly string[]) => (
        `${name.slice(0, head).padStart(head)}${list.map((text) => `  ${text.padStart(width)}`).join("")}`);
      blocks.push(paint.faint(row(y.label, part(x.values).map(String))));
      table.forEach((list, i) => blocks.push(row(String(y.values[i]), part(list))));
    }
    return [...foldWords([title, `across: ${x.label}`, `down: ${y.label}`], columns, paint), ...blocks];
  });
}
