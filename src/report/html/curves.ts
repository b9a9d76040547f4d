import type { Arm, EpochPoint, MeasuredRun, Statistic } from "../result.ts";

/** Which of the errors of an epoch a chart shows. */
export type ErrorName = "trainError" | "testError";

/** One point of a curve: over the seeds of one arm, after one epoch. */
export interface CurvePoint extends Statistic {
  readonly epoch: number;
}

export type Curves = Readonly<Record<Arm, readonly CurvePoint[]>>;

/** Mean and sample standard deviation, the latter null for a single value. */
export function statisticOf(values: readonly number[]): Statistic {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, sd: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return { mean, sd: Math.sqrt(squares / (values.length - 1)) };
}

function measured(run: MeasuredRun, name: ErrorName): Map<number, number> {
  const errors = new Map<number, number>();
  for (const point of run.epochs) {
    const error: EpochPoint[ErrorName] = point[name];
    if (error !== null && Number.isFinite(error)) errors.set(point.epoch, error);
  }
  return errors;
}

function curveOf(runs: readonly MeasuredRun[], name: ErrorName): CurvePoint[] {
  const bySeed = runs.map((run) => measured(run, name));
  const epochs = [...(bySeed[0]?.keys() ?? [])].sort((a, b) => a - b);
  const points: CurvePoint[] = [];
  for (const epoch of epochs) {
    const errors = bySeed.flatMap((of) => of.get(epoch) ?? []);
    // An epoch measured on some seeds only would bend the mean for no reason but who is in it.
    if (errors.length === runs.length) points.push({ epoch, ...statisticOf(errors) });
  }
  return points;
}

/** The mean curve of each arm, over the epochs at which every seed of that arm was measured. */
export function curvesOf(runs: readonly MeasuredRun[], name: ErrorName): Curves {
  const of = (arm: Arm) => curveOf(runs.filter((run) => run.arm === arm), name);
  return { plain: of("plain"), dropout: of("dropout") };
}
