import { fixed, plural } from "./html/numbers.ts";
import { PERCENT, type Measure } from "./measure.ts";
import type { Statistic, Summary } from "./result.ts";

/** What the sentence is made from: errors in percent, the difference (dropout minus plain) in points. */
export interface Findings extends Omit<Summary, "sentence"> {
  /** On how many seeds the test error was higher with dropout. */
  readonly worsened: number;
  /** What one test digit is worth. */
  readonly step: number;
}

/**
 * Student's t, two-sided 95 %, for 1, 2, 3 … degrees of freedom (NIST/SEMATECH e-Handbook, 1.3.6.7.2): how
 * many standard errors the mean of so few differences may well lie away from zero by chance.
 */
const CRITICAL = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
  2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
];

/** Of two readers equally good, one may read so many digits more than the other by chance (sign test). */
const FEWEST = 5;

/** Whether the paired differences are too large for the noise between seeds to explain. */
function isClear({ mean, sd }: Statistic, seeds: number, step: number): boolean {
  if (sd === null) return false;
  const critical = CRITICAL[Math.min(seeds - 1, CRITICAL.length) - 1];
  // Differences that happen to be all the same are still not known to better than one digit.
  const noise = (critical * Math.max(sd, step)) / Math.sqrt(seeds);
  return Math.abs(mean) > Math.max(noise, FEWEST * step);
}

/** Errors below this many percent are told to a hundredth: a tenth would be too large a part of them. */
const SMALL = 3;

/** To a tenth, or finer where the error is small or the deviation would else read as none. */
function percent({ mean, sd }: Statistic): string {
  const decimals = mean < SMALL || (sd !== null && sd > 0 && sd < 0.05) ? 2 : 1;
  return sd === null ? mean.toFixed(decimals) : `${mean.toFixed(decimals)} ± ${sd.toFixed(decimals)}`;
}

function onSeeds(count: number, seeds: number): string {
  if (count < seeds) return `on ${count} of ${seeds} seeds`;
  return seeds === 2 ? "on both seeds" : `on all ${seeds} seeds`;
}

function told(statistic: Statistic, measure: Measure): string {
  const { sign, decimals } = measure, { mean, sd } = statistic;
  if (measure === PERCENT) return percent(statistic) + sign;
  return `${fixed(mean, decimals)}${sd === null ? "" : ` ± ${fixed(sd, decimals)}`}${sign}`;
}

/** What the comparison shows, in one plain sentence, whichever way it went. */
export function verdict(findings: Findings, measure = PERCENT): string {
  const { plain, dropout, difference, seeds, improved, worsened, step } = findings;
  const from = told(plain.testError, measure), to = told(dropout.testError, measure);
  if (difference.sd === null) {
    return `With dropout the test error was ${to}, without it ${from}: one seed alone, it may be chance.`;
  }
  if (!isClear(difference, seeds, step)) {
    return `No clear difference: the test error was ${from} without dropout and ${to} with it (lower ${
      onSeeds(improved, seeds)}), within the noise of ${plural(seeds, "seed")}.`;
  }
  return difference.mean < 0
    ? `Dropout lowered the test error from ${from} to ${to}, ${onSeeds(improved, seeds)}.`
    : `Dropout did not help here: it raised the test error from ${from} to ${to}, ${
      onSeeds(worsened, seeds)}.`;
}
