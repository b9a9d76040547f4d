import type { Point, Series } from "../charts/lines.ts";
import { statisticOf } from "../charts/statistic.ts";
import type { EpochPoint, MeasuredRun } from "./result.ts";
import { largest, smallest } from "../math/extremes.ts";

/** Which of the errors of an epoch a chart shows. */
export type ErrorName = "trainError" | "testError";

function measured(run: MeasuredRun, name: ErrorName): Map<number, number> {
  const errors = new Map<number, number>();
  for (const point of run.epochs) {
    const error: EpochPoint[ErrorName] = point[name];
    if (error !== null && Number.isFinite(error)) errors.set(point.epoch, error);
  }
  return errors;
}

function curveOf(runs: readonly MeasuredRun[], name: ErrorName): Point[] {
  const bySeed = runs.map((run) => measured(run, name));
  const epochs = [...(bySeed[0]?.keys() ?? [])].sort((a, b) => a - b);
  const points: Point[] = [];
  for (const epoch of epochs) {
    const errors = bySeed.flatMap((of) => of.get(epoch) ?? []);
    if (errors.length !== runs.length) continue; // some seeds only would bend the mean for no reason but who is in it
    const { mean, sd } = statisticOf(errors);
    points.push({ x: epoch, y: mean, sd });
  }
  return points;
}

/** The mean curve of each arm, over the epochs at which every seed of that arm was measured. */
export function curvesOf(runs: readonly MeasuredRun[], name: ErrorName): readonly Series[] {
  const arms = [...new Set(runs.map(({ arm }) => arm))];
  return arms.map((arm) => ({ name: arm, points: curveOf(runs.filter((run) => run.arm === arm), name) }));
}

/**
 * Where an axis of errors ends that shows the curves best: nearly all of an error's fall is in the first epochs, and an
 * axis that held it would press the rest, where the networks differ, into a line. So it is fitted to what follows the
 * first tenth.
 * @param limit what no error can exceed.
 */
export function errorRange(curves: readonly Series[], limit = Infinity): { from?: number; to?: number } {
  const points = curves.flatMap((curve) => curve.points), last = largest(points.map((point) => point.x));
  const late = points.filter((point) => point.x > last / 10), fitted = late.length > 0 ? late : points;
  const high = Math.min(limit, largest(fitted.map(({ y, sd }) => y + (sd ?? 0))));
  const low = Math.max(0, smallest(fitted.map(({ y, sd }) => y - (sd ?? 0))));
  if (!Number.isFinite(high) || low > high) return {};
  return { from: low < high * 0.4 ? 0 : low, to: high };
}
