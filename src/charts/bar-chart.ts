import { checkOptions } from "../tensor/checks.ts";
import { OptionError, show } from "../tensor/errors.ts";
import { axisFor, tickLabels } from "./axis.ts";
import { chartOf, checkList, checkTitle, checkValues, type Chart } from "./chart.ts";
import { html, NOTHING } from "./markup.ts";
import { foldWords } from "./fold.ts";
import { fixed, shortened } from "./numbers.ts";
import { fitted, label, line, role, seriesFill, svgDocument, tenth, widthOf } from "./svg.ts";
import { largest, smallest } from "../math/extremes.ts";

/** One bar with its name. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  /** How far the error bar reaches either side. */
  readonly sd?: number | null;
}

/** Options of `barChart`. */
export interface BarChartOptions {
  readonly title: string;
  readonly bars: readonly Bar[];
  /** Behind each value, as " %". */
  readonly unit?: string;
  /** Of the values beside the bars; default 2. */
  readonly decimals?: number;
  /** The ends of the axis; default, what holds all bars and zero. Error bars are cut there. */
  readonly from?: number;
  readonly to?: number;
}

const PITCH = 30;

/**
 * Horizontal bars from zero, with their names to the left and their values at their ends.
 * @throws OptionError for unknown options, no bars, or numbers that are not finite.
 * @example
 * const bars = [{ name: "SGD", value: 3.2 }, { name: "Adam", value: 2.9 }];
 * barChart({ title: "Test error", unit: " %", bars }).text();
 */
export function barChart(options: BarChartOptions): Chart {
  const where = "barChart";
  checkOptions(where, options, ["title", "bars", "unit", "decimals", "from", "to"]);
  const { unit = "", decimals = 2 } = options, title = checkTitle(where, options.title);
  const bars = checkList(`${where} bars`, options.bars, "bars");
  checkValues(`${where} bars`, bars.map(({ value }) => value));
  const told = ({ value, sd = null }: Bar) => (
    `${fixed(value, decimals)}${sd === null ? "" : ` ± ${fixed(sd, decimals)}`}${unit}`);
  const low = options.from ?? smallest([0, ...bars.map(({ value, sd }) => value - (sd ?? 0))]);
  const high = options.to ?? largest([0, ...bars.map(({ value, sd }) => value + (sd ?? 0))]);
  if (!(low < high || low === high && low === 0)) {
    const given = `from ${show(low)} to ${show(high)}`;
    throw new OptionError({ where, given, allowed: "finite ends in order" });
  }
  const svg = (width: number, height = 76 + PITCH * bars.length) => {
    const left = Math.min(0.4 * width, 12 + largest(bars.map(({ name }) => widthOf(name, true))));
    const right = width - 10 - largest(bars.map((bar) => widthOf(told(bar))));
    const axis = axisFor(low, high, 5), x = (value: number) => tenth(left + (right - left) * axis.at(value));
    const bottom = height - 36, pitch = (bottom - 36) / bars.length;
    const ticks = tickLabels(axis).map((text, i) => [
      line(`M${x(axis.ticks[i])} 32V${bottom}`, "rule"), label(x(axis.ticks[i]), bottom + 14, text, "middle")]);
    const rows = bars.map((bar, i) => {
      const y = tenth(36 + pitch * (i + 0.5)), from = Math.min(x(0), x(bar.value)), sd = bar.sd ?? 0;
      const within = (value: number) => x(Math.max(axis.from, Math.min(axis.to, value)));
      const end = within(bar.value + sd);
      const spread = sd === 0 ? NOTHING : line(`M${within(bar.value - sd)} ${y}H${end}`, "axis");
      return html`<rect ${seriesFill(i)} x="${from}" y="${tenth(y - pitch / 3)}" width="${
        tenth(Math.abs(x(bar.value) - x(0)))}" height="${tenth((pitch * 2) / 3)}"/>
${spread}${label(left - 8, y, fitted(bar.name, left - 8, true), "end", "ink")}${
        label(Math.max(x(0), end) + 6, y, told(bar))}`;
    });
    const words = bars.map((bar) => `${bar.name}: ${told(bar)}.`).join(" ");
    return svgDocument(width, height, title, words, html`<text ${
      role("ink")} x="0" y="16" font-weight="600">${title}</text>
${ticks.flat()}${rows}${line(`M${x(0)} 32V${bottom}`, "axis")}`);
  };
  return chartOf(title, svg, (columns, paint) => {
    const values = bars.map(told), valueWidth = largest(values.map((value) => value.length));
    const nameWidth = Math.min(Math.floor(columns / 2) - 2, largest(bars.map(({ name }) => name.length)));
    const width = Math.min(60, columns - nameWidth - valueWidth - 4),
      most = largest(bars.map(({ value }) => Math.abs(value))) || 1;
    return [...foldWords([title], columns, paint), ...bars.map(({ name, value }, i) => {
      const bar = width < 3 ? "" : `${"█".repeat(Math.round((width * Math.abs(value)) / most)).padEnd(width)}  `;
      const known = shortened(name, nameWidth).padEnd(nameWidth);
      return `${known}  ${paint.series(i, bar)}${values[i].padStart(valueWidth)}`;
    })];
  });
}
