import { checkInteger, checkOptions } from "../tensor/checks.ts";
import { OptionError, show } from "../tensor/errors.ts";
import { axisFor, linear, tickLabels } from "./axis.ts";
import { chartOf, checkTitle, checkValues, type Chart } from "./chart.ts";
import { foldWords } from "./fold.ts";
import { html } from "./markup.ts";
import { label, line, role, seriesFill, svgDocument, tenth, widthOf } from "./svg.ts";

/** Options of `histogram`. */
export interface HistogramOptions {
  readonly title: string;
  readonly values: ArrayLike<number>;
  /** The ends; default the least and the largest value. What lies beyond counts in the last bin on its side. */
  readonly from?: number;
  readonly to?: number;
  /** Default 40. */
  readonly bins?: number;
  readonly label?: string;
}

const HEIGHTS = " ▁▂▃▄▅▆▇█";

/**
 * How many values lie in each of some bins of equal width.
 * @throws OptionError for unknown options, no values, or numbers that are not finite.
 * @example
 * histogram({ title: "Weights", values: [0.1, 0.2, 0.2, 0.4], bins: 4 }).text();
 */
export function histogram(options: HistogramOptions): Chart {
  const where = "histogram";
  checkOptions(where, options, ["title", "values", "from", "to", "bins", "label"]);
  const title = checkTitle(where, options.title), values = checkValues(`${where} values`, options.values);
  const bins = checkInteger(`${where} bins`, options.bins ?? 40, { min: 1, max: 1000 });
  const smallest = values.reduce((least, value) => Math.min(least, value), Infinity);
  const largest = values.reduce((most, value) => Math.max(most, value), -Infinity);
  const from = options.from ?? smallest, to = options.to ?? (largest > from ? largest : from + 1);
  if (values.length === 0 || !(from < to)) {
    const given = values.length === 0 ? "no values" : `from ${show(from)} to ${show(to)}`;
    throw new OptionError({ where, given, allowed: "at least one value, and from below to" });
  }
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    counts[Math.max(0, Math.min(bins - 1, Math.floor(((value - from) / (to - from)) * bins)))]++;
  }
  const most = Math.max(...counts);
  const svg = (width: number, height = Math.round(width * 0.4)) => {
    const counted = axisFor(0, most, 4, 1), left = 14 + Math.max(...tickLabels(counted).map((text) => widthOf(text)));
    const right = width - 12, bottom = height - 44, top = 36, pitch = (right - left) / bins;
    const inner = axisFor(from, to, 6),
      along = linear(from, to, inner.ticks.filter((tick) => tick >= from && tick <= to));
    const y = (count: number) => tenth(bottom - (bottom - top) * counted.at(count));
    const bars = counts.map((count, i) => html`<rect ${seriesFill(1)} x="${tenth(left + i * pitch)}" y="${
      y(count)}" width="${
      tenth(Math.max(0.5, pitch - 1))}" height="${tenth(bottom - y(count))}"/>\n`);
    const up = tickLabels(counted).map((text, i) => [
      line(`M${tenth(left)} ${y(counted.ticks[i])}H${right}`, "rule"), label(left - 8, y(counted.ticks[i]), text,
        "end")]);
    const across = tickLabels(along).map((text, i) => (
      label(left + (right - left) * along.at(along.ticks[i]), bottom + 15, text, "middle")));
    const words = `${values.length} values from ${smallest} to ${largest}; the fullest of ${bins} bins holds ${most}.`;
    return svgDocument(width, height, title, words, html`<text ${
      role("ink")} x="0" y="16" font-weight="600">${title}</text>
${up.flat()}${bars}${across}${line(`M${tenth(left)} ${bottom}H${right}`, "axis")}${
      label((left + right) / 2, bottom + 35, options.label ?? "", "middle")}`);
  };
  return chartOf(title, svg, (columns, paint) => {
    const parts = Math.min(bins, columns), grouped = new Array<number>(parts).fill(0);
    counts.forEach((count, i) => { grouped[Math.floor((i * parts) / bins)] += count; });
    const fullest = Math.max(...grouped), ends = [from, to].map((end) => String(Number(end.toPrecision(3))));
    const row = grouped.map((count) => HEIGHTS[Math.ceil((8 * count) / fullest)]).join("");
    const axis = `${ends[0]}${ends[1].padStart(Math.max(ends[1].length + 1, parts - ends[0].length))}`;
    return [...foldWords([title], columns, paint), paint.series(1, row), paint.faint(axis.slice(0, columns))];
  });
}
