import { fixed, meanAndSd, plural, signed } from "../charts/numbers.ts";
import { asIs, type Paint } from "../charts/palette.ts";
import { PERCENT, type Measure } from "./measure.ts";
import type { Arm, Comparison, FailedRun, Statistic, Summary } from "./result.ts";
import { seedsBehind } from "./shortfall.ts";
import { wrap } from "./wrap.ts";

/** What a table may have besides its numbers. */
export interface TableExtras {
  /** The test error of a guess that needs no network. */
  readonly constantGuess?: Statistic;
  readonly failed?: readonly FailedRun[];
  /** What ± covers. */
  readonly spread?: string;
  /** Which look an arm has; default that of its place. */
  readonly lookOf?: (arm: Arm, index: number) => number;
}

/** Names to the left, numbers to the right; undefined where that is too wide. */
function aligned(rows: readonly (readonly string[])[], columns: number): string[] | undefined {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const gap of [3, 2]) {
    const lines = rows.map((row) => row.map((cell, column) => (
      column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(" ".repeat(gap)).trimEnd());
    if (lines.every((line) => line.length <= columns)) return lines;
  }
  return undefined;
}

/** The same without the training error and, if that is still too wide, without the interval. */
function narrower(rows: readonly (readonly string[])[], columns: number): string[] | undefined {
  const without = (...gone: readonly number[]) => rows.map((row) => row.filter((_, column) => !gone.includes(column)));
  return aligned(without(1), columns) ?? aligned(without(1, rows[0].length - 1), columns);
}

/** Each row on its own, one line per number. */
function stacked(rows: readonly (readonly string[])[], columns: number): string[] {
  const [heads, ...body] = rows;
  return body.flatMap((row) => [...wrap(row[0], columns), ...row.slice(1).flatMap((cell, i) => (
    cell === "" ? [] : wrap(`${heads[i + 1]} ${cell}`, columns - 2).map((line) => `  ${line}`)))]);
}

/** A table of words and numbers in lines of at most so many columns. */
export function tableLines(rows: readonly (readonly string[])[], columns: number): readonly string[] {
  return aligned(rows, columns) ?? stacked(rows, columns);
}

function intervalOf({ interval }: Comparison, { sign, decimals }: Measure): string {
  if (interval === null) return "";
  return `${signed(interval[0], decimals)} to ${signed(interval[1], decimals)}${sign}`;
}

/** Mean ± sd of the errors of all networks, and how each differs from the first, in lines of at most `columns`. */
export function comparisonTable(
  summary: Summary, columns: number, paint: Paint = asIs, measure = PERCENT, extras: TableExtras = {},
): readonly string[] {
  const told = (one: Statistic, format = fixed) => `${meanAndSd(one, format, measure.decimals)}${measure.sign}`;
  const { arms, comparisons, seeds, baseline, failedArms } = summary, names = Object.keys(arms);
  const { constantGuess, failed = [], lookOf = (_: Arm, index: number) => index } = extras;
  const isPair = comparisons.length === 1, isOfOne = names.includes(baseline);
  const rows = [["", "train error", "test error"], ...names.map((arm) => (
    [`${arm}${seedsBehind(summary, arm)}`, told(arms[arm].trainError), told(arms[arm].testError)]))];
  if (isPair) {
    const [{ arm, baseline: other, difference }] = comparisons;
    rows.push([`${arm} - ${other}`, "", comparisons[0].seeds === 0 ? "none" : told(difference, signed)]);
    if (constantGuess !== undefined) rows.push(["constant guess", "", told(constantGuess)]);
  } else if (comparisons.length > 1) {
    const isSpread = comparisons.some(({ interval }) => interval !== null);
    rows[0].push(isOfOne ? `minus ${baseline}` : "difference", "lower on", ...(isSpread ? ["95 % interval"] : []));
    names.forEach((arm, i) => {
      const one = comparisons.find((other) => other.arm === arm);
      const cells = one === undefined ? ["", "", ""]
        : [one.seeds === 0 ? "none" : told(one.difference, signed), `${one.improved} of ${one.seeds}`,
          intervalOf(one, measure)];
      rows[i + 1].push(...cells.slice(0, isSpread ? 3 : 2));
    });
  }
  for (const arm of failedArms) rows.push([arm, "failed", "failed", ...rows[0].slice(3).map(() => "")]);
  // Of many networks a row each is easier to read than a paragraph each, even without the training error.
  const lines = aligned(rows, columns) ?? (comparisons.length > 1 ? narrower(rows, columns) : undefined);
  // Aligned first and painted after: escape codes have no width.
  const painted = lines?.map((line, row) => {
    if (row === 0) return paint.faint(line);
    return row <= names.length ? paint.series(lookOf(names[row - 1], row - 1), line) : line;
  }) ?? stacked(rows, columns);
  const faint = (text: string) => wrap(text, columns).map((line) => paint.faint(line));
  const spread = seeds > 1 ? `Mean ± sample standard deviation over ${plural(seeds, "seed")}` : "One seed";
  const pair = isPair ? `; the test error was lower with ${comparisons[0].arm} on ${comparisons[0].improved} of ${
    comparisons[0].seeds}` : "";
  const interval = isPair ? intervalOf(comparisons[0], measure) : "";
  return [
    ...painted, ...faint(`${spread}${pair}.`),
    ...(isPair || isOfOne || comparisons.length === 0 ? [] : faint(`Differences are from ${baseline}.`)),
    ...(interval === "" ? [] : faint(`95 % interval of the mean difference: ${interval}.`)),
    ...(extras.spread === undefined || seeds < 2 ? [] : faint(extras.spread)),
    ...failed.flatMap(({ arm, seed, failure }) => wrap(`Failed: ${arm}, seed ${seed}: ${failure}`, columns)),
  ];
}
