import { checkInteger, checkOptions } from "../tensor/checks.ts";
import { OptionError, show } from "../tensor/errors.ts";
import { axisFor, linear, logAxisFor, type Axis } from "./axis.ts";
import { chartOf, checkList, checkTitle, checkValues, type Chart } from "./chart.ts";
import type { Lines, Series } from "./lines.ts";
import { drawLines } from "./line-svg.ts";
import { lineText } from "./line-text.ts";
import { largest, smallest } from "../math/extremes.ts";

/** Options of one axis of a `lineChart`. */
export interface AxisOptions {
  readonly label?: string;
  /** The same length for the same factor; default false. All values must be above 0. */
  readonly log?: boolean;
  /** The ends; default, what holds all points. What lies outside is left out. */
  readonly from?: number;
  readonly to?: number;
}

/** Options of `lineChart`. */
export interface LineChartOptions {
  readonly title: string;
  readonly series: readonly Series[];
  readonly x?: AxisOptions;
  readonly y?: AxisOptions & {
    /** Behind each value, as " %". */
    readonly unit?: string;
  };
  /** What shows `sd`: a band along the line (default), or a bar at each point. */
  readonly spread?: "band" | "bars";
}

/**
 * Lines through points, each with a name at its end, a dash and a mark of its own.
 * @throws OptionError for unknown options, no point at all, or numbers that are not finite.
 * @example
 * const loss = [{ x: 1, y: 0.9 }, { x: 2, y: 0.4 }];
 * lineChart({ title: "Loss", series: [{ name: "SGD", points: loss }] }).svg();
 */
export function lineChart(options: LineChartOptions): Chart {
  const where = "lineChart";
  checkOptions(where, options, ["title", "series", "x", "y", "spread"]);
  const { x = {}, y = {}, spread = "band" } = options, title = checkTitle(where, options.title);
  checkOptions(`${where} x`, x, ["label", "log", "from", "to"]);
  checkOptions(`${where} y`, y, ["label", "log", "from", "to", "unit"]);
  const series = checkList(`${where} series`, options.series, "series").map(({ name, points, look }, i) => {
    checkTitle(`${where} series`, name);
    if (look !== undefined) checkInteger(`${where} "${name}" look`, look, { min: 0 });
    checkValues(`${where} "${name}" x`, points.map((point) => point.x));
    checkValues(`${where} "${name}" y`, points.map((point) => point.y));
    return { name, points: [...points].sort((a, b) => a.x - b.x), look: look ?? i };
  });
  const points = series.flatMap((one) => one.points);
  if (points.length === 0) throw new OptionError({ where, given: "series without points",
    allowed: "at least one point" });
  const lows = points.map((point) => point.y - (point.sd ?? 0)),
    highs = points.map((point) => point.y + (point.sd ?? 0));
  const xs = points.map((point) => point.x), ys = points.map((point) => point.y);
  const lines: Lines = {
    title, series, spread, isLog: y.log === true, xLabel: x.label ?? "", unit: y.unit ?? "",
    xAxis: axisOf(`${where} x`, x, xs, xs, true),
    yAxis: axisOf(`${where} y`, y, y.log === true ? ys : lows, y.log === true ? ys : highs, false),
  };
  return chartOf(title, (width, height) => drawLines(lines, width, height), (columns, paint) => (
    lineText(lines, columns, paint)));
}

/** The axis of some values, which need not reach a tick where the ends are given, or along x. */
function axisOf(
  where: string, options: AxisOptions, lows: readonly number[], highs: readonly number[], isExact: boolean,
): (steps: number) => Axis {
  const low = options.from ?? smallest(lows), high = options.to ?? largest(highs);
  if (!Number.isFinite(low) || !Number.isFinite(high) || low > high) {
    throw new OptionError({ where, given: `from ${show(low)} to ${show(high)}`, allowed: "finite ends in order" });
  }
  if (options.log === true) {
    if (low <= 0) throw new OptionError({ where: `${where} log`, given: show(low), allowed: "values above 0" });
    return (steps) => logAxisFor(low, high, steps);
  }
  // Zero is the better start of an axis, unless most of the height would be spent on getting there.
  const start = options.from === undefined && !isExact && low < high * 0.4 && smallest(lows) >= 0 ? 0 : low;
  return (steps) => {
    const axis = axisFor(start, high, steps);
    if (!isExact || low === high) return axis;
    return linear(low, high, axis.ticks.filter((tick) => tick >= low && tick <= high));
  };
}
