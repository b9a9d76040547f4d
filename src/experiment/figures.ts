/** Figures of an experiment's own: what each trained network is asked, and the numbers that are kept of the answer. */
import { checkValues } from "../charts/chart.ts";
import { BINS, countsOf } from "../charts/histogram.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Network } from "../network/network.ts";
import { checkInteger, checkNumber, checkOptions, hasOwn } from "../tensor/checks.ts";
import { DataError, OptionError, show } from "../tensor/errors.ts";
import type { OptionSpecs, ValuesOf } from "./options.ts";
import { withWeightsUnchanged } from "./unchanged.ts";

/** What a figure's `of` is given beside the trained network. */
export interface FigureContext<O extends OptionSpecs> {
  readonly train: Dataset;
  readonly test: Dataset;
  readonly options: ValuesOf<O>;
  readonly seed: number;
}

/** A point of a line. */
export interface FigurePoint {
  readonly x: number;
  readonly y: number;
}

interface Asked<O extends OptionSpecs, N extends Network, Answer> {
  readonly title: string;
  /** Asks a trained network. It must give the same numbers each time. */
  of(network: N, context: FigureContext<O>): Answer;
}

/** Lines over an x of one's own: the mean over seeds, and a band one standard deviation either side. */
export interface LinesFigure<O extends OptionSpecs, N extends Network> extends Asked<O, N, LinesOf> {
  readonly draw: "lines";
  readonly x?: { readonly label?: string; readonly log?: boolean };
  /** `unit` is behind each value, as " %". */
  readonly y?: { readonly unit?: string };
}

/** Lines by their names: points, or one number for a level. The others are compared with the first, paired by seed. */
export type LinesOf = Readonly<Record<string, readonly FigurePoint[] | number>>;

/** How values are spread, for each variant: those of all seeds together. Their means are compared, paired by seed. */
export interface HistogramFigure<O extends OptionSpecs, N extends Network> extends Asked<O, N, ArrayLike<number>> {
  readonly draw: "histogram";
  /** The ends. What lies beyond counts in the last bin on its side. */
  readonly from: number;
  readonly to: number;
  /** Default 40. */
  readonly bins?: number;
  /** What the values are. */
  readonly label?: string;
}

/**
 * Small grey pictures of the first seed's networks, each width x height numbers, row by row. If some are negative, 0 is
 * grey. What lies beyond the 200th part of the largest sizes is drawn as these are.
 */
export interface TilesFigure<O extends OptionSpecs, N extends Network> extends
  Asked<O, N, readonly ArrayLike<number>[]> {
  readonly draw: "tiles";
  readonly width: number;
  readonly height: number;
  /** How many stand beside each other; default 8. */
  readonly columns?: number;
}

/** A figure of an experiment: how it is drawn, its title, and the question that each trained network is asked. */
export type FigureDefinition<O extends OptionSpecs, N extends Network> =
  LinesFigure<O, N> | HistogramFigure<O, N> | TilesFigure<O, N>;

/** What is kept of an answer. */
export type FigureData = { readonly lines: LinesOf } | HistogramData | TilesData;

export interface HistogramData {
  readonly counts: readonly number[];
  readonly mean: number;
}

export interface TilesData {
  /** The size that is drawn black or white. */
  readonly scale: number;
  readonly isSigned: boolean;
  /** Levels of grey, 1 to 255, of each tile, in base64. */
  readonly tiles: readonly string[];
}

export type FiguresData = Readonly<Record<string, FigureData>>;

const FIELDS = {
  lines: ["x", "y"], histogram: ["from", "to", "bins", "label"], tiles: ["width", "height", "columns"],
} as const;

/** Figures that every experiment may have. */
const TAKEN = /^(test-error|training-error|sweep|errors|heat-map.*)$/;

/** @throws OptionError naming the field that is wrong. */
export function checkFigures<O extends OptionSpecs, N extends Network>(
  figures: Readonly<Record<string, FigureDefinition<O, N>>> = {},
): void {
  for (const [name, figure] of Object.entries(figures)) {
    const field = `experiment figures.${name}`;
    check(/^[a-z][a-z0-9-]*$/i.test(name) && !TAKEN.test(name), "experiment figures", name,
      "a name like mean-activations, of none of the usual figures");
    check(typeof figure === "object" && hasOwn(FIELDS, figure?.draw), `${field}.draw`, figure?.draw,
      "lines, histogram or tiles");
    checkOptions(field, figure, ["draw", "title", "of", ...FIELDS[figure.draw]]);
    check(typeof figure.title === "string", `${field}.title`, figure.title, "a text");
    const of: unknown = Reflect.get(figure, "of");
    check(typeof of === "function", `${field}.of`, of, "a function of a trained network");
    if (figure.draw === "lines") {
      checkOptions(`${field}.x`, figure.x ?? {}, ["label", "log"]);
      checkOptions(`${field}.y`, figure.y ?? {}, ["unit"]);
    } else if (figure.draw === "histogram") {
      checkNumber(`${field}.to`, figure.to, { exclusiveMin: checkNumber(`${field}.from`, figure.from) });
      checkInteger(`${field}.bins`, figure.bins ?? BINS, { min: 1, max: 1000 });
    } else {
      for (const side of ["width", "height"] as const) checkInteger(`${field}.${side}`, figure[side], { min: 1 });
      checkInteger(`${field}.columns`, figure.columns ?? 1, { min: 1 });
    }
  }
}

/** Asks a trained network for all figures. @throws DataError naming the figure whose answer is not as it should be. */
export function measureFigures<O extends OptionSpecs, N extends Network>(
  figures: Readonly<Record<string, FigureDefinition<O, N>>>, network: N, context: FigureContext<O>,
): FiguresData {
  return Object.fromEntries(Object.entries(figures).map(([name, figure]): [string, FigureData] => {
    const where = `experiment figures.${name}.of()`;
    const ask = <Answer>(asked: Asked<O, N, Answer>) => (
      withWeightsUnchanged(where, network, () => asked.of(network, context)));
    if (figure.draw === "lines") return [name, { lines: linesOf(where, ask(figure)) }];
    if (figure.draw === "histogram") return [name, histogramOf(where, ask(figure), figure)];
    return [name, tilesOf(where, ask(figure), figure.width * figure.height)];
  }));
}

function linesOf(where: string, answer: LinesOf): LinesOf {
  const entries = Object.entries(isObject(answer) ? answer : {});
  if (entries.length === 0) throw wrong(where, answer, "an object of one or more lines");
  return Object.fromEntries(entries.map(([name, line]) => {
    const points: readonly FigurePoint[] = typeof line === "number" ? [{ x: 0, y: line }] : line;
    const isList: boolean = Array.isArray(points);
    if (!isList || !points.every(isPoint)) {
      throw wrong(`${where}, "${name}"`, line, "a number, or an array of points { x, y }, all finite");
    }
    return [name, typeof line === "number" ? line : points.map(({ x, y }) => ({ x, y }))];
  }));
}

function histogramOf(
  where: string, answer: ArrayLike<number>, { from, to, bins = BINS }: { from: number; to: number; bins?: number },
): HistogramData {
  const values = checkValues(where, answer);
  if (values.length === 0) throw wrong(where, answer, "one or more numbers");
  return { counts: countsOf(values, from, to, bins), mean: values.reduce((sum, one) => sum + one, 0) / values.length };
}

/** Which of the sorted sizes is the end of the scale: the few that lie beyond would leave all others grey. */
const SHOWN = 0.995;

function tilesOf(where: string, answer: readonly ArrayLike<number>[], size: number): TilesData {
  if (!Array.isArray(answer) || answer.length === 0) throw wrong(where, answer, "an array of one or more tiles");
  const tiles = answer.map((tile: ArrayLike<number>, i) => {
    const values = checkValues(`${where}, tile ${i}`, tile);
    if (values.length === size) return values;
    throw new DataError({ where: `${where}, tile ${i}`, given: `${values.length} numbers`,
      allowed: `width x height = ${size} numbers` });
  });
  const sizes = Float64Array.from(tiles.flat(), Math.abs).sort(), isSigned = tiles.flat().some((value) => value < 0);
  const scale = sizes[Math.ceil(SHOWN * (sizes.length - 1))] || 1;
  const level = (value: number) => (isSigned ? 128 + Math.round(127 * Math.max(-1, Math.min(1, value / scale)))
    : 1 + Math.round(254 * Math.min(1, value / scale)));
  return { scale, isSigned, tiles: tiles.map((values) => (
    btoa(values.map((value) => String.fromCharCode(level(value))).join("")))) };
}

/** The levels of grey of a tile. */
export function levelsOf(tile: string): Uint8Array {
  return Uint8Array.from(atob(tile), (letter) => letter.charCodeAt(0));
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const isPoint = (value: unknown): value is FigurePoint => (
  isObject(value) && Number.isFinite(Reflect.get(value, "x")) && Number.isFinite(Reflect.get(value, "y")));

function wrong(where: string, given: unknown, allowed: string): DataError {
  return new DataError({ where, given: show(given), allowed });
}

function check(isRight: boolean, where: string, given: unknown, allowed: string): void {
  if (!isRight) throw new OptionError({ where, given: show(given), allowed });
}
