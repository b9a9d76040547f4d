import { ARMS } from "./html/arms.ts";
import { fixed, meanAndSd, plural, signed } from "./html/numbers.ts";
import { asIs, type Paint } from "./paint.ts";
import type { Summary } from "./result.ts";

/** Text of the cells first, their paint after: escape codes have no width. */
function tableLines(rows: readonly (readonly string[])[], paint: (row: number, line: string) => string): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row, i) => paint(i, row.map((cell, column) => (
    column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join("   ").trimEnd()));
}

/** Mean ± sd of the errors of both networks, and what dropout changed, as lines of text. */
export function comparisonTable(summary: Summary, paint: Paint = asIs): readonly string[] {
  const { difference, seeds, improved } = summary;
  const arms = ARMS.map((arm) => {
    const { trainError, testError } = summary[arm];
    return [arm, `${meanAndSd(trainError, fixed)} %`, `${meanAndSd(testError, fixed)} %`];
  });
  const change = ["dropout - plain", "", `${meanAndSd(difference, signed)} %`];
  const lines = tableLines([["", "train error", "test error"], ...arms, change], (row, line) => {
    const arm = ARMS[row - 1];
    if (row === 0) return paint.faint(line);
    return arm === undefined ? line : paint.arm(arm, line);
  });
  const spread = seeds > 1 ? `Mean ± sample standard deviation over ${plural(seeds, "seed")}` : "From one seed";
  return [...lines, `${spread}; the test error was lower with dropout on ${improved} of ${seeds}.`];
}
