import { statisticOf } from "./html/curves.ts";
import { PERCENT } from "./measure.ts";
import type { Arm, ArmSummary, MeasuredRun, Summary } from "./result.ts";
import { verdict } from "./verdict.ts";

/** The errors after the last epoch, which is always measured. */
function lastErrors(run: MeasuredRun): { train: number; test: number } {
  const last = run.epochs[run.epochs.length - 1];
  return { train: last?.trainError ?? NaN, test: last?.testError ?? NaN };
}

function armSummary(runs: readonly MeasuredRun[]): ArmSummary {
  return {
    trainError: statisticOf(runs.map((run) => lastErrors(run).train)),
    testError: statisticOf(runs.map((run) => lastErrors(run).test)),
  };
}

/**
 * Where both networks stood after the last epoch, over all seeds.
 * @param runs both arms of every seed.
 * @param testDigits how many digits, or rows, the test error was measured on: it cannot be told finer than one of
 * them. Infinity for errors that are not counted.
 */
export function compare(runs: readonly MeasuredRun[], testDigits: number, measure = PERCENT): Summary {
  const of = (arm: Arm) => runs.filter((run) => run.arm === arm);
  const differences = of("plain").map((plain) => {
    const partner = of("dropout").find((run) => run.seed === plain.seed);
    return partner === undefined ? NaN : lastErrors(partner).test - lastErrors(plain).test;
  });
  const numbers = {
    plain: armSummary(of("plain")),
    dropout: armSummary(of("dropout")),
    difference: statisticOf(differences),
    seeds: differences.length,
    improved: differences.filter((difference) => difference < 0).length,
  };
  const worsened = differences.filter((difference) => difference > 0).length;
  return { ...numbers, sentence: verdict({ ...numbers, worsened, step: 100 / testDigits }, measure) };
}
