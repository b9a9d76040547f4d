/** The experiment's own figures: drawn, and put into numbers over all seeds. */
import type { Chart } from "../charts/chart.ts";
import { BINS, countsChart } from "../charts/histogram.ts";
import { lineChart } from "../charts/line-chart.ts";
import { decimalsFor, evenly, fixed, grouped, meanAndSd, signed } from "../charts/numbers.ts";
import { statisticOf, type Statistic } from "../charts/statistic.ts";
import { tiles } from "../charts/tiles.ts";
import { levelsOf, type FigureDefinition } from "../experiment/figures.ts";
import type { OptionSpecs } from "../experiment/options.ts";
import type { Network } from "../network/network.ts";
import { paired } from "./comparison.ts";
import type { Comparison, ExperimentResult, Run } from "./result.ts";
import { shortfall } from "./shortfall.ts";
import { largest, smallest } from "../math/extremes.ts";

export type Table = readonly (readonly string[])[];

/** A picture of a result, and what its file is called. */
export interface Figure {
  readonly name: string;
  readonly chart: Chart;
  readonly caption: string;
  /** Its numbers, the heads of the columns first. */
  readonly table?: Table;
}

type Definition = FigureDefinition<OptionSpecs, Network>;

/** Mean over seeds, and how it differs from the first series, paired by seed; x is null for what is one number. */
interface SeriesPoint extends Statistic, Partial<Pick<Comparison, "difference" | "interval">> {
  readonly x: number | null;
}

/** One series of a figure of lines, or the means of one variant in a histogram. */
export interface SeriesSummary {
  readonly name: string;
  readonly points: readonly SeriesPoint[];
}

/** More series than these cannot be told apart, and more rows than these are not read. */
const MOST = 8, MOST_ROWS = 12, MOST_TILES = 4;

function countsIn(run: Run, name: string): readonly number[] {
  const data = run.figures?.[name];
  return data !== undefined && "counts" in data ? data.counts : [];
}

const armsWith = ({ arms, runs }: ExperimentResult, name: string) => (
  arms.map((arm) => ({ arm, runs: runs.filter((run) => run.arm === arm && run.figures?.[name] !== undefined) }))
    .filter((one) => one.runs.length > 0));

/** By series, x and seed, the values of a figure. */
function valuesOf(result: ExperimentResult, name: string) {
  const arms = armsWith(result, name), series = new Map<string, Map<number | null, Map<number, number>>>();
  const add = (of: string, x: number | null, seed: number, value: number) => {
    const points = series.get(of) ?? new Map<number | null, Map<number, number>>();
    const values = points.get(x) ?? new Map<number, number>();
    series.set(of, points.set(x, values.set(seed, value)));
  };
  for (const { arm, runs } of arms) {
    for (const run of runs) {
      const data = run.figures?.[name];
      if (data === undefined) continue;
      if ("mean" in data) add(arm, null, run.seed, data.mean);
      const lines = Object.entries("lines" in data ? data.lines : {});
      for (const [line, points] of lines) {
        const of = arms.length === 1 ? line : lines.length === 1 ? arm : `${arm}, ${line}`;
        if (typeof points === "number") add(of, null, run.seed, points);
        else for (const { x, y } of points) add(of, x, run.seed, y);
      }
    }
  }
  return series;
}

/** The numbers of a figure over all seeds; none of tiles. */
export function seriesOf(result: ExperimentResult, name: string): readonly SeriesSummary[] {
  const all = [...valuesOf(result, name)], [[, first] = []] = all;
  return all.map(([of, points], i) => ({
    name: of,
    points: [...points].sort(([a], [b]) => (a ?? 0) - (b ?? 0)).map(([x, values]) => {
      const base = first?.get(x) ?? first?.get(null);
      const differences = [...values].flatMap(([seed, value]) => {
        const other = base?.get(seed);
        return other === undefined ? [] : [value - other];
      });
      return { x, ...statisticOf([...values.values()]), ...(i > 0 && differences.length > 0 && paired(differences)) };
    }),
  }));
}

/** The pictures of the experiment's own figures, each with its numbers. */
export function ownFigures(result: ExperimentResult): readonly Figure[] {
  const missing = shortfall(result.summary), rest = missing === "" ? "" : ` ${missing}`;
  return Object.entries(result.figures ?? {}).flatMap(([name, figure]): readonly Figure[] => {
    if (armsWith(result, name).length === 0) return [];
    if (figure.draw === "tiles") return tileFigures(result, name, figure);
    const summary = seriesOf(result, name);
    return [figure.draw === "lines" ? linesFigure(result, name, figure, summary)
      : histogramFigure(result, name, figure, summary)];
  }).map((figure) => ({ ...figure, caption: `${figure.caption}${rest}` }));
}

const others = (count: number, most: number) => (count > most ? ` The first ${most} of ${count} are shown.` : "");

function linesFigure(
  { summary: { seeds } }: ExperimentResult, name: string, figure: Definition & { draw: "lines" },
  summary: readonly SeriesSummary[],
): Figure {
  const { title, x = {}, y: { unit = "" } = {} } = figure;
  const xs = summary.flatMap(({ points }) => points.flatMap((point) => point.x ?? []));
  const ends = xs.length === 0 ? [0, 1] : [smallest(xs), largest(xs)];
  const series = summary.slice(0, MOST).map((one) => ({ name: one.name, points: one.points.flatMap((point) => {
    const at = { y: point.mean, sd: point.sd };
    return point.x === null ? ends.map((end) => ({ x: end, ...at, sd: null })) : [{ x: point.x, ...at }];
  }) }));
  const chart = lineChart({ title, series, x, y: { unit } });
  const caption = seeds > 1 ? `Mean over ${seeds} seeds; the band is one standard deviation either side.` : "One seed.";
  return { name, chart, caption: `${caption}${others(summary.length, MOST)}`,
    table: tableOf(summary, x.label ?? "x", unit) };
}

/** A row for each x, or for each series where all are one number. */
function tableOf(summary: readonly SeriesSummary[], xLabel: string, unit: string): Table {
  const shown = summary.slice(0, MOST), [first] = shown, decimals = decimalsFor(shown.flatMap(({ points }) => (
    points.map(({ mean }) => mean))));
  const value = (point: SeriesPoint | undefined) => (point === undefined ? ""
    : `${meanAndSd(point, fixed, decimals)}${unit}`);
  const difference = ({ difference: by, interval }: Partial<SeriesPoint> = {}) => (by === undefined ? "" : interval
    ? `${signed(by.mean, decimals)} (${signed(interval[0], decimals)} to ${signed(interval[1], decimals)})`
    : signed(by.mean, decimals));
  const minus = `minus ${first.name}${shown.some(({ points }) => points.some(({ interval }) => interval))
    ? " (95 % interval)" : ""}`;
  const all = [...new Set(shown.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => (a ?? 0) - (b ?? 0));
  const xs = evenly(all.filter((x) => x !== null), MOST_ROWS);
  if (xs.length === 0) {
    return [["", "mean", minus], ...shown.map(({ name, points: [point] }) => [name, value(point), difference(point)])];
  }
  const at = ({ points }: SeriesSummary, x: number) => points.find((point) => point.x === x || point.x === null);
  const compared = shown.slice(1);
  return [
    [xLabel, ...shown.map(({ name }) => name), ...compared.map(({ name }) => (
      compared.length === 1 ? minus : `${name} ${minus}`))],
    ...xs.map((x) => [String(x), ...shown.map((one) => value(at(one, x))), ...compared.map((one) => (
      difference(at(one, x))))]),
  ];
}

function histogramFigure(
  result: ExperimentResult, name: string, figure: Definition & { draw: "histogram" }, summary: readonly SeriesSummary[],
): Figure {
  const { title, from, to, bins = BINS, label = "" } = figure, arms = armsWith(result, name);
  let count = 0;
  const panels = arms.slice(0, MOST).map(({ arm, runs }) => {
    const counts = new Array<number>(bins).fill(0);
    for (const run of runs) {
      countsIn(run, name).forEach((some, bin) => { counts[bin] += some; });
    }
    const all = counts.reduce((sum, some) => sum + some, 0);
    count = Math.max(count, all);
    return { name: arm, counts: counts.map((some) => (100 * some) / all) };
  });
  const words = summary.map(({ name: arm, points: [{ mean }] }) => `${arm}: mean ${fixed(mean)}.`).join(" ");
  const chart = countsChart({ title, from, to, panels, label, unit: " %", words });
  const caption = `The share of ${grouped(count)} values${result.summary.seeds > 1 ? ", of all seeds together" : ""
    }; what lies beyond an end is in the last bin.${others(arms.length, MOST)}`;
  return { name, chart, caption, table: tableOf(summary, "", "") };
}

function tileFigures(
  result: ExperimentResult, name: string, { title, width, height, columns }: Definition & { draw: "tiles" },
): readonly Figure[] {
  const arms = armsWith(result, name), isAlone = arms.length === 1;
  return arms.slice(0, MOST_TILES).flatMap(({ arm, runs: [run] }) => {
    const data = run.figures?.[name];
    if (data === undefined || !("tiles" in data)) return [];
    const { scale, isSigned, tiles: levels } = data, end = fixed(scale, 3);
    const chart = tiles({
      title: isAlone ? title : `${title}: ${arm}`, tiles: levels.map((tile) => ({ values: levelsOf(tile) })),
      width, height, from: 1, to: 255, joined: true, ...(columns !== undefined && { columns }),
    });
    const caption = `Seed ${run.seed}. Black is ${isSigned ? `\u2212${end}, grey 0` : "0"}, white ${end}.${
      others(arms.length, MOST_TILES)}`;
    return [{ name: isAlone ? name : `${name}-${arm}`, chart, caption }];
  });
}
