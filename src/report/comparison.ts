import { statisticOf } from "../charts/statistic.ts";
import { PERCENT } from "./measure.ts";
import type { Arm, ArmSummary, Comparison, FailedRun, MeasuredRun, Summary } from "./result.ts";
import { shortfall } from "./shortfall.ts";
import { criticalT, verdict } from "./verdict.ts";

/** The errors after the last epoch, which is always measured. */
function lastErrors(run: MeasuredRun): { train: number; test: number } {
  const last = run.epochs[run.epochs.length - 1];
  return { train: last?.trainError ?? NaN, test: last?.testError ?? NaN };
}

function armSummary(runs: readonly MeasuredRun[]): ArmSummary {
  return {
    trainError: statisticOf(runs.map((run) => lastErrors(run).train)),
    testError: statisticOf(runs.map((run) => lastErrors(run).test)),
    seeds: runs.length,
  };
}

/** The mean of differences that are paired by seed, and its 95 % interval. */
export function paired(differences: readonly number[]): Pick<Comparison, "difference" | "interval"> {
  const difference = statisticOf(differences), { mean, sd } = difference;
  if (sd === null) return { difference, interval: null };
  const reach = (criticalT(differences.length - 1) * sd) / Math.sqrt(differences.length);
  return { difference, interval: [mean - reach, mean + reach] };
}

function comparisonOf(baseline: Arm, arm: Arm, runs: readonly MeasuredRun[]): Comparison {
  const pairs = runs.filter((run) => run.arm === baseline).flatMap((first) => {
    const other = runs.find((run) => run.arm === arm && run.seed === first.seed);
    return other === undefined ? [] : [{ first, other }];
  });
  const differences = pairs.map(({ first, other }) => lastErrors(other).test - lastErrors(first).test);
  const seeds = pairs.length;
  return {
    arm, baseline, ...paired(differences), seeds,
    testErrors: [statisticOf(pairs.map(({ first }) => lastErrors(first).test)),
      statisticOf(pairs.map(({ other }) => lastErrors(other).test))],
    improved: differences.filter((one) => one < 0).length,
    worsened: differences.filter((one) => one > 0).length,
    isIdentical: seeds > 0
      && pairs.every(({ first, other }) => JSON.stringify(first.epochs) === JSON.stringify(other.epochs)),
  };
}

/** What each arm is compared with: in a sweep, the first variant with the same values. */
export interface Pairing {
  /** Undefined for those that others are compared with. */
  readonly of: (arm: Arm) => Arm | undefined;
  /** What it is called in sentences. */
  readonly name: string;
}

/**
 * Where all networks stood after the last epoch, over all seeds, and how they differ.
 * @param runs those that came to a result.
 * @param testRows how many rows the test error was counted on: it cannot be told finer than one of them. Infinity for
 * errors that are not counted.
 * @param arms in the order they are shown; default as in runs.
 * @param pairing default: all others with the first.
 * @param failed those that came to no result.
 */
export function compare(
  runs: readonly MeasuredRun[], testRows: number, measure = PERCENT, arms: readonly Arm[] = armsOf(runs),
  pairing?: Pairing, failed: readonly FailedRun[] = [],
): Summary {
  const present = arms.filter((arm) => runs.some((run) => run.arm === arm)), [first = ""] = present;
  const { of, name } = pairing ?? { of: (arm: Arm) => (arm === first ? undefined : first), name: first };
  const summaries = Object.fromEntries(present.map((arm) => [arm, armSummary(runs.filter((run) => run.arm === arm))]));
  const comparisons = present.flatMap((arm) => {
    const baseline = of(arm);
    return baseline === undefined || !present.includes(baseline) ? [] : [comparisonOf(baseline, arm, runs)];
  });
  const seeds = new Set([...runs, ...failed].map(({ seed }) => seed)).size;
  const failedArms = arms.filter((arm) => !present.includes(arm) && failed.some((run) => run.arm === arm));
  const findings = { arms: summaries, comparisons, baseline: name, failedArms, seeds };
  const sentence = `${verdict({ ...findings, step: 100 / testRows }, measure)} ${shortfall(findings)}`.trim();
  return { ...findings, sentence };
}

export function armsOf(runs: readonly MeasuredRun[]): readonly Arm[] {
  return [...new Set(runs.map(({ arm }) => arm))];
}

/** As it stands in files of numbers: each arm by its name; with two of them, what is between them beside it. */
export function summaryJson({ arms, comparisons, seeds, sentence }: Summary): Readonly<Record<string, unknown>> {
  const [only] = comparisons;
  const pair = comparisons.length === 1
    ? { difference: only.difference, seeds: only.seeds, improved: only.improved } : { seeds };
  return { ...arms, ...pair, comparisons, sentence };
}
