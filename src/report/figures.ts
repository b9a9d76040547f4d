import { growByFactors } from "../charts/axis.ts";
import { barChart } from "../charts/bar-chart.ts";
import { heatMap } from "../charts/heat-map.ts";
import { lineChart } from "../charts/line-chart.ts";
import type { Series } from "../charts/lines.ts";
import { grouped, plural } from "../charts/numbers.ts";
import { curvesOf, errorRange, type ErrorName } from "./curves.ts";
import { largestOf, type Measure } from "./measure.ts";
import { ownFigures, type Figure } from "./own-figures.ts";
import type { Arm, ExperimentResult, SweepResult } from "./result.ts";
import { seedsBehind, shortfall } from "./shortfall.ts";

/** More curves than these in one chart cannot be told apart; more can if those of a variant share a look. */
const MOST_CURVES = 8, MOST_OF_VARIANTS = 16;
/** More networks than these do not fit beside each other in a table. */
export const MOST_COLUMNS = 4;
/** More bars than these are not read. */
const MOST_BARS = 24;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** All pictures: the experiment's own, and those that fit. */
export function figuresOf(result: ExperimentResult): readonly Figure[] {
  return [...ownFigures(result), ...errorFigures(result)];
}

/** The pictures that fit: curves by epoch; the error over what was swept; a heat map of two options. */
export function errorFigures(result: ExperimentResult): readonly Figure[] {
  const arms = Object.keys(result.summary.arms), { sweeps } = result;
  if (arms.length === 0) return [];
  const numeric = sweeps.length === 1 && sweeps[0].values.every((value) => typeof value === "number");
  const swept = numeric ? [sweepFigure(result, sweeps[0])] : sweeps.length === 2 ? heatFigures(result) : [];
  const curves = swept.length === 0 && (arms.length <= MOST_CURVES || areBundles(result))
    ? (["testError", "trainError"] as const).flatMap((name) => curveFigure(result, name) ?? []) : [];
  const bars = swept.length === 0 && (arms.length > MOST_CURVES || sweeps.length > 0) ? [barFigure(result)] : [];
  return [...swept, ...bars, ...curves];
}

/** Whether curves have the look of their variant: there are many, of few variants. */
function areBundles({ summary, sweeps, variants }: ExperimentResult): boolean {
  const count = Object.keys(summary.arms).length;
  return sweeps.length > 0 && count > MOST_CURVES && count <= MOST_OF_VARIANTS
    && new Set(Object.values(variants)).size > 1;
}

/** Which look an arm has: in a sweep that of its variant, as the figures have it. */
export function lookIndex({ summary: { arms }, sweeps, variants }: ExperimentResult, arm: Arm): number {
  return sweeps.length > 0 ? [...new Set(Object.values(variants))].indexOf(variants[arm])
    : Object.keys(arms).indexOf(arm);
}

const titleOf = (name: ErrorName) => (name === "testError" ? "test error" : "training error");

function over({ summary }: ExperimentResult, shown: string): string {
  const missing = shortfall(summary), rest = missing === "" ? "" : ` ${missing}`;
  return `${summary.seeds > 1 ? `Mean over ${summary.seeds} seeds; ${shown} one standard deviation either side.`
    : "One seed."}${rest}`;
}

/** Behind the title of a picture whose points cannot say it themselves. */
function notAll({ summary }: ExperimentResult): string {
  return shortfall(summary) === "" ? "" : `, some over fewer than ${plural(summary.seeds, "seed")}`;
}

function curveFigure(result: ExperimentResult, name: ErrorName): Figure | undefined {
  const series = curvesOf(result.runs, name).filter(({ points }) => points.length > 0)
    .map((one) => ({ ...one, name: `${one.name}${seedsBehind(result.summary, one.name)}`,
      ...(areBundles(result) && { look: lookIndex(result, one.name) }) }));
  const { sign } = result.measure;
  if (series.length === 0) return undefined;
  const range = errorRange(series, largestOf(result.measure)), { to = Infinity, from = 0 } = range;
  const chart = lineChart({
    title: `${capital(titleOf(name))}${sign === "" ? "" : ` (${sign.trim()})`}`, series, x: { label: "epoch" },
      y: { unit: sign, ...range },
  });
  const isCut = series.some(({ points }) => points.some(({ y }) => y > to));
  const { trainErrorOn } = result.data;
  const part = name === "trainError" && trainErrorOn !== null
    ? ` Measured on ${grouped(trainErrorOn)} of the training rows, always the same.` : "";
  const caption = `${over(result, "the band is")}${part}${from > 0 ? " The axis does not begin at 0." : ""}${
    isCut ? ` The first epochs run off the top; ${
      series.length > MOST_COLUMNS ? "--csv writes" : "the table has"} them.` : ""}`;
  return { name: name === "testError" ? "test-error" : "training-error", chart, caption };
}

/** The ends of an axis that cuts no mean: no error bar makes an error larger than it can be, nor less than none. */
function endsFor(values: readonly { readonly mean: number; readonly sd: number | null }[],
  measure: Measure): { from?: number; to?: number } {
  const least = Math.min(...values.map(({ mean, sd }) => mean - (sd ?? 0)));
  const most = Math.max(...values.map(({ mean, sd }) => mean + (sd ?? 0)));
  const isNegative = values.some(({ mean }) => mean < 0);
  return { ...(least < 0 && !isNegative && { from: 0 }), ...(most > largestOf(measure) && { to: largestOf(measure) }) };
}

function sweepFigure(result: ExperimentResult, sweep: SweepResult): Figure {
  const { summary, variants, measure: { sign } } = result,
    values = sweep.values.filter((value) => typeof value === "number");
  const series: Series[] = [];
  for (const variant of new Set(Object.values(variants))) {
    const arms = Object.keys(summary.arms).filter((arm) => variants[arm] === variant);
    series.push({ name: variant, points: arms.flatMap((arm) => {
      const { mean, sd } = summary.arms[arm].testError, at = sweep.of[arm];
      if (typeof at === "number") return [{ x: at, y: mean, sd }];
      // A variant that fixes the option is a level to compare with.
      return [Math.min(...values), Math.max(...values)].map((x) => ({ x, y: mean, sd: null }));
    }) });
  }
  const x = { label: sweep.flag, log: growByFactors(values) };
  const title = `Test error${sign === "" ? "" : ` (${sign.trim()})`} over ${sweep.flag}${notAll(result)}`;
  const ends = endsFor(Object.values(summary.arms).map(({ testError }) => testError), result.measure);
  const chart = lineChart({ title, series, x, y: { unit: sign, ...ends }, spread: "bars" });
  return { name: "sweep", chart, caption: over(result, "the bars are") };
}

function heatFigures(result: ExperimentResult): readonly Figure[] {
  const { summary, variants, sweeps: [across, down], measure } = result;
  return [...new Set(Object.values(variants))].flatMap((variant) => {
    const arms = Object.keys(summary.arms).filter((arm) => variants[arm] === variant && across.of[arm] !== null
      && down.of[arm] !== null);
    if (arms.length === 0) return [];
    const cells = down.values.map((y) => across.values.map((x) => {
      const arm = arms.find((one) => across.of[one] === x && down.of[one] === y);
      return arm === undefined ? null : summary.arms[arm].testError.mean;
    }));
    const chart = heatMap({
      title: `Test error: ${variant}${notAll(result)}`, x: { label: across.flag, values: across.values },
        y: { label: down.flag, values: down.values },
      cells, unit: measure.sign, decimals: measure.decimals,
    });
    return [{ name: `heat-map-${variant}`, chart, caption: over(result, "the table has").replace("either side",
      "of each") }];
  });
}

function barFigure(result: ExperimentResult): Figure {
  const { summary: { arms }, measure } = result, names = Object.keys(arms);
  const shown = [...names].sort((a, b) => arms[a].testError.mean - arms[b].testError.mean).slice(0, MOST_BARS);
  const bars = shown.map((name) => ({ name: `${name}${seedsBehind(result.summary, name)}`,
    value: arms[name].testError.mean, sd: arms[name].testError.sd }));
  const chart = barChart({ title: "Test error, lowest first", bars, unit: measure.sign, decimals: measure.decimals,
    ...endsFor(shown.map((name) => arms[name].testError), measure) });
  const rest = names.length - shown.length;
  return { name: "errors", chart,
    caption: `${over(result, "the lines are")}${rest > 0 ? ` ${rest} more are in the table.` : ""}` };
}
