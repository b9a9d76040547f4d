import { checkInteger, checkOptions } from "../tensor/checks.ts";
import { OptionError, show } from "../tensor/errors.ts";
import { axisFor, linear, tickLabels } from "./axis.ts";
import { chartOf, checkTitle, checkValues, type Chart } from "./chart.ts";
import { foldWords } from "./fold.ts";
import { html } from "./markup.ts";
import { fitted, label, line, role, seriesFill, svgDocument, tenth, widthOf } from "./svg.ts";
import { largest, smallest } from "../math/extremes.ts";

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

/** Unless said otherwise. */
export const BINS = 40;
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
  const bins = checkInteger(`${where} bins`, options.bins ?? BINS, { min: 1, max: 1000 });
  const low = smallest(values), high = largest(values);
  const from = options.from ?? low, to = options.to ?? (high > from ? high : from + 1);
  if (values.length === 0 || !(from < to)) {
    const given = values.length === 0 ? "no values" : `from ${show(from)} to ${show(to)}`;
    throw new OptionError({ where, given, allowed: "at least one value, and from below to" });
  }
  const counts = countsOf(values, from, to, bins);
  const words = `${values.length} values from ${low} to ${high}; the fullest of ${bins} bins holds ${
    Math.max(...counts)}.`;
  return countsChart({ title, from, to, panels: [{ name: "", counts }], label: options.label ?? "", unit: "", words });
}

/** How many values lie in each of some bins of equal width; what lies beyond the ends counts in the bin at that end. */
export function countsOf(values: readonly number[], from: number, to: number, bins: number): readonly number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    counts[Math.max(0, Math.min(bins - 1, Math.floor(((value - from) / (to - from)) * bins)))]++;
  }
  return counts;
}

/** Histograms of the same bins, one below the other and all on the same axes. */
interface Counted {
  readonly title: string;
  readonly from: number;
  readonly to: number;
  readonly panels: readonly { readonly name: string; readonly counts: readonly number[] }[];
  readonly label: string;
  /** Behind the numbers along y; none for counts. */
  readonly unit: string;
  readonly words: string;
}

/** Of a panel's name, with the space above it. */
const NAME = 26;

/** Named panels stand below their names; one alone goes without. */
export function countsChart({ title, from, to, panels, label: along, unit, words }: Counted): Chart {
  const most = Math.max(...panels.flatMap(({ counts }) => counts)), head = panels.length > 1 ? NAME : 0;
  const svg = (width: number, given?: number) => {
    const height = given ?? Math.round(panels.length > 1 ? 80 + panels.length * (NAME + width * 0.2) : width * 0.4);
    const up = axisFor(0, most, panels.length > 1 ? 2 : 4, unit === "" ? 1 : 0);
    const upLabels = tickLabels(up).map((text) => `${text}${unit}`);
    const left = 14 + Math.max(...upLabels.map((text) => widthOf(text))), right = width - 12;
    const tall = (height - 80) / panels.length, inner = axisFor(from, to, 6);
    const across = linear(from, to, inner.ticks.filter((tick) => tick >= from && tick <= to));
    const drawn = panels.map(({ name, counts }, i) => {
      const top = 36 + i * tall + head, bottom = 36 + (i + 1) * tall, pitch = (right - left) / counts.length;
      const y = (count: number) => tenth(bottom - (bottom - top) * up.at(count)), look = head > 0 ? i : 1;
      const bars = counts.map((count, bin) => html`<rect ${seriesFill(look)} x="${tenth(left + bin * pitch)}" y="${
        y(count)}" width="${tenth(Math.max(0.5, pitch - 1))}" height="${tenth(bottom - y(count))}"/>\n`);
      const rules = upLabels.map((text, tick) => [
        line(`M${tenth(left)} ${y(up.ticks[tick])}H${right}`, "rule"),
        label(left - 8, y(up.ticks[tick]), text, "end")]);
      const heading = head > 0 ? label(left, top - 12, fitted(name, right - left, true), "start", "ink") : "";
      return html`${rules.flat()}${bars}${line(`M${tenth(left)} ${tenth(bottom)}H${right}`, "axis")}${heading}`;
    });
    const bottom = height - 44, ticks = tickLabels(across).map((text, i) => (
      label(left + (right - left) * across.at(across.ticks[i]), bottom + 15, text, "middle")));
    return svgDocument(width, height, title, words, html`<text ${
      role("ink")} x="0" y="16" font-weight="600">${title}</text>
${drawn}${ticks}${label((left + right) / 2, bottom + 35, along, "middle")}`);
  };
  return chartOf(title, svg, (columns, paint) => {
    const rows = panels.map(({ name, counts }) => {
      const parts = Math.min(counts.length, columns), grouped = new Array<number>(parts).fill(0);
      counts.forEach((count, i) => { grouped[Math.floor((i * parts) / counts.length)] += count; });
      return { name, grouped };
    });
    const fullest = Math.max(...rows.flatMap(({ grouped }) => grouped));
    const ends = [from, to].map((end) => String(Number(end.toPrecision(3)))), parts = rows[0].grouped.length;
    const bars = rows.flatMap(({ name, grouped }, i) => [
      ...(head > 0 ? foldWords([name], columns, paint) : []),
      paint.series(head > 0 ? i : 1, grouped.map((count) => HEIGHTS[Math.ceil((8 * count) / fullest)]).join(""))]);
    const axis = `${ends[0]}${ends[1].padStart(Math.max(ends[1].length + 1, parts - ends[0].length))}`;
    return [...foldWords([title], columns, paint), ...bars, paint.faint(axis.slice(0, columns))];
  });
}
