import { fixed, plural } from "../charts/numbers.ts";
import { hasOwn } from "../tensor/checks.ts";
import { PERCENT, type Measure } from "./measure.ts";
import type { Arm, ArmSummary, Comparison, Statistic, Summary } from "./result.ts";
import { seedsBehind } from "./shortfall.ts";

/** What the sentence is made from. */
export interface Findings extends Omit<Summary, "sentence"> {
  /** What one test row is worth. */
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

/** Beyond the table that of its last row, which is a little too large. */
export function criticalT(degrees: number): number {
  return CRITICAL[Math.min(degrees, CRITICAL.length) - 1];
}

/** Of two readers equally good, one may read so many rows more than the other by chance (sign test). */
const FEWEST = 5;

/** Whether the paired differences are too large for the noise between seeds to explain. */
export function isClear({ difference: { mean, sd }, seeds }: Comparison, step: number): boolean {
  if (sd === null) return false;
  // Differences that happen to be all the same are still not known to better than one row.
  const noise = (criticalT(seeds - 1) * Math.max(sd, step)) / Math.sqrt(seeds);
  return Math.abs(mean) > Math.max(noise, FEWEST * step);
}

/** Errors below this many percent are told to a hundredth: a tenth would be too large a part of them. */
const SMALL = 3;

/** All numbers of a sentence with the same decimals: enough that what differs also reads so. */
function formatOf(shown: readonly Statistic[], measure: Measure): (one: Statistic) => string {
  const isFine = shown.some(({ mean, sd }) => mean < SMALL || (sd !== null && sd > 0 && sd < 0.05));
  const looksSame = shown.some(({ mean }) => shown.some((other) => (
    other.mean !== mean && other.mean.toFixed(1) === mean.toFixed(1))));
  const decimals = measure.sign !== PERCENT.sign || isFine || looksSame ? measure.decimals : 1;
  return ({ mean, sd }) => `${fixed(mean, decimals)}${sd === null ? "" : ` ± ${fixed(sd, decimals)}`}${measure.sign}`;
}

/** @param asked how many seeds there should be. */
function onSeeds(count: number, seeds: number, asked: number): string {
  const which = seeds < asked ? " that both have" : "";
  if (count < seeds) return `on ${count} of ${seeds} seeds${which}`;
  return seeds === 2 && which === "" ? "on both seeds" : `on all ${seeds} seeds${which}`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** "without dropout" for the network that is plain, "with …" for all others. */
function nameOf(arm: Arm, { arm: other, baseline }: Comparison): string {
  return arm === "plain" && baseline === "plain" ? `without ${other}` : `with ${arm}`;
}

function pairSentence({ step, seeds: asked }: Findings, pair: Comparison, measure: Measure): string {
  const { arm, baseline, difference, seeds, improved, worsened, isIdentical } = pair;
  const [from, to] = pair.testErrors, told = formatOf([from, to], measure);
  const first = nameOf(baseline, pair), second = first === `without ${arm}` ? "with it" : `with ${arm}`;
  if (seeds === 0) {
    return `${capital(first)} and ${second} no seed came to a result in both, so they cannot be compared.`;
  }
  if (isIdentical) {
    return `Identical: ${first} and ${second} every number is the same, ${
      onSeeds(seeds, seeds, asked)}; the test error was ${told(from)}.`;
  }
  if (difference.sd === null) {
    return `${capital(nameOf(arm, pair))} the test error was ${told(to)}, ${
      first === `without ${arm}` ? "without it" : first} ${told(from)}: one seed alone, it may be chance.`;
  }
  if (!isClear(pair, step)) {
    return `No clear difference: the test error was ${told(from)} ${first} and ${told(to)} ${second} (lower ${
      onSeeds(improved, seeds, asked)}), within the noise of ${plural(seeds, "seed")}.`;
  }
  const beside = first === `without ${arm}` ? "" : `, beside ${baseline}`;
  return difference.mean < 0
    ? `${capital(arm)} lowered the test error from ${told(from)} to ${told(to)}${beside}, ${
      onSeeds(improved, seeds, asked)}.`
    : `${capital(arm)} did not help here: it raised the test error from ${told(from)} to ${told(to)}${beside}, ${
      onSeeds(worsened, seeds, asked)}.`;
}

/**
 * Which of many has the lowest error, and which are clearly lower than what they are compared with. Those with all
 * seeds go first: a mean over the seeds on which a training did not fail may be low by that alone.
 */
function manySentence({ arms, comparisons, failedArms, seeds, step, baseline }: Findings, measure: Measure): string {
  const all = Object.keys(arms), whole = all.filter((arm) => arms[arm].seeds === seeds);
  const names = whole.length > 0 ? whole : all, told = formatOf(names.map((arm) => arms[arm].testError), measure);
  const mean = (arm: Arm): ArmSummary["testError"]["mean"] => arms[arm].testError.mean;
  const [best] = [...names].sort((a, b) => mean(a) - mean(b));
  const isAll = all.length + failedArms.length === whole.length;
  const of = isAll ? `${all.length}` : whole.length === 0 || seeds < 2 ? "those with a result"
    : `the ${whole.length} with ${seeds === 2 ? "both" : `all ${seeds}`} seeds`;
  const lowest = `The lowest test error of ${of} was that of ${best}: ${told(arms[best].testError)}`;
  if (seeds < 2) return `${lowest}; one seed alone, it may be chance.`;
  if (comparisons.length === 0) return `${lowest}.`;
  const compared = comparisons.filter(({ arm }) => names.includes(arm)), count = compared.length;
  const list = (found: readonly Arm[]) => (found.length <= 4 ? found.join("; ") : `${found.length} of ${count}`);
  const clear = compared.filter((one) => one.difference.mean < 0 && isClear(one, step)).map(({ arm }) => arm);
  const worse = compared.filter((one) => one.difference.mean > 0 && isClear(one, step)).map(({ arm }) => arm);
  const than = `than ${baseline}${hasOwn(arms, baseline) && best !== baseline
    ? ` (${told(arms[baseline].testError)})${seedsBehind({ arms, seeds }, baseline)}` : ""}`;
  if (best === baseline) {
    return `${lowest}; ${worse.length === count && isAll ? "all others are clearly higher" : worse.length === 0
      ? "no other is clearly higher" : `clearly higher: ${list(worse)}`}.`;
  }
  if (clear.length === 0) return `${lowest}; nothing is clearly lower ${than}: the differences are within the noise.`;
  const subject = hasOwn(arms, baseline) ? "all others are" : "all are";
  return clear.length === count && isAll ? `${lowest}; ${subject} clearly lower ${than}.`
    : `${lowest}; clearly lower ${than}: ${list(clear)}.`;
}

/** What the comparison shows, in plain words, whichever way it went. */
export function verdict(findings: Findings, measure = PERCENT): string {
  const { arms, comparisons } = findings, names = Object.keys(arms);
  if (names.length === 0) return "No training came to a result.";
  const isMany = names.length + findings.failedArms.length > 2;
  if (names.length > 1 && (isMany || comparisons.length === 0)) return manySentence(findings, measure);
  if (names.length === 2) return pairSentence(findings, comparisons[0], measure);
  const { testError } = arms[names[0]];
  return `The test error of ${names[0]} was ${formatOf([testError], measure)(testError)}.`;
}
