import type { Axis } from "./axis.ts";

/** One point of a series. */
export interface Point {
  readonly x: number;
  readonly y: number;
  /** How far the band, or the error bar, reaches either side of y. */
  readonly sd?: number | null;
}

/** A line with its name. */
export interface Series {
  readonly name: string;
  /** Drawn in the order of x. */
  readonly points: readonly Point[];
  /** Colour, dash and mark, as the look of the nth series, from 0; default, one of its own. Several may share one. */
  readonly look?: number;
}

/** All that is drawn, checked. */
export interface Lines {
  readonly title: string;
  readonly series: readonly Required<Series>[];
  readonly xLabel: string;
  readonly unit: string;
  /** Whether values along y may be of very different sizes. */
  readonly isLog: boolean;
  readonly spread: "band" | "bars";
  /** Axes with about so many steps. */
  readonly xAxis: (steps: number) => Axis;
  readonly yAxis: (steps: number) => Axis;
}
