import { ARMS } from "./html/arms.ts";
import { fixed, meanAndSd, plural, signed } from "./html/numbers.ts";
import { PERCENT } from "./measure.ts";
import { asIs, type Paint } from "./paint.ts";
import type { Statistic, Summary } from "./result.ts";
import { wrap } from "./wrap.ts";

/** Names to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => (
    column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join("   ").trimEnd());
}

/**
 * Mean ± sd of the errors of both networks, and what dropout changed, in lines of at most `columns`.
 * @param constantGuess the test error of a guess that needs no network.
 */
export function comparisonTable(
  summary: Summary, columns: number, paint: Paint = asIs, measure = PERCENT, constantGuess?: Statistic,
): readonly string[] {
  const told = (one: Statistic, format = fixed) => `${meanAndSd(one, format, measure.decimals)}${measure.sign}`;
  const { difference, seeds, improved } = summary;
  const arms = ARMS.map((arm) => {
    const { trainError, testError } = summary[arm];
    return [arm, told(trainError), told(testError)];
  });
  const change = ["dropout - plain", "", told(difference, signed)];
  const guess = constantGuess === undefined ? [] : [["constant guess", "", told(constantGuess)]];
  // Aligned first and painted after: escape codes have no width.
  const lines = aligned([["", "train error", "test error"], ...arms, change, ...guess]).map((line, row) => {
    const arm = ARMS[row - 1];
    if (row === 0) return paint.faint(line);
    return arm === undefined ? line : paint.arm(arm, line);
  });
  const spread = seeds > 1 ? `Mean ± sample standard deviation over ${plural(seeds, "seed")}` : "One seed";
  const note = `${spread}; the test error was lower with dropout on ${improved} of ${seeds}.`;
  return [...lines, ...wrap(note, columns).map((line) => paint.faint(line))];
}
