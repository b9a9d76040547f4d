import type { Evidence, Target } from "./evidence.ts";
import { CHOICES } from "./mistakes/choices.ts";
import { COUPLING, UNCOUPLED } from "./mistakes/coupling.ts";
import { LOCAL, LOCAL_FIRST } from "./mistakes/derivatives.ts";
import { OF_DY, OF_DY_LAST } from "./mistakes/dy.ts";
import { FACTOR } from "./mistakes/factor.ts";
import { FACTORS } from "./mistakes/factors.ts";
import { Facts, type KnownMistake } from "./mistakes/facts.ts";
import { INNER, INNER_FIRST } from "./mistakes/inner-layers.ts";
import { LEFTOVER, STEP_FACTOR } from "./mistakes/leftover.ts";
import { MASK } from "./mistakes/mask.ts";
import { MISSING, NOT_A_NUMBER, SWAPPED } from "./mistakes/missing.ts";
import { ofInput, ofParameter } from "./mistakes/norms.ts";
import { ORDER, ORDER_LAST } from "./mistakes/order.ts";
import { PATHS } from "./mistakes/paths.ts";
import { PARAMETERS } from "./mistakes/parameters.ts";
import { PLACES, PLACES_FIRST, PLACES_LAST, TRANSPOSED } from "./mistakes/places.ts";
import { AT_OUTPUT, NEARLY, OTHER_INPUTS_LAST, OTHER_MODE } from "./mistakes/points.ts";
import { GROUPS_MIXED, GROUPS_TOO_SMALL, MIXING, ROWS_OF_BATCH } from "./mistakes/rows.ts";

/** Found by the check that gradients are added, not by the numeric gradient. */
export const OVERWRITTEN = "gradient overwritten";
/** Found by a second forward, after the parameters have changed. */
export const STALE = "stale weights";

/** The most telling first: the first one that explains every number is the diagnosis. */
const IN_ORDER: readonly KnownMistake[] = [
  ...MISSING, ...OF_DY, ...MASK, NOT_A_NUMBER, ...INNER_FIRST, ...ROWS_OF_BATCH, ...FACTOR, SWAPPED, ...LOCAL_FIRST,
  TRANSPOSED, ...ORDER, ...CHOICES, ...PLACES_FIRST, ...COUPLING, OTHER_MODE, ...MIXING, ...INNER, AT_OUTPUT,
  ...PARAMETERS, OTHER_INPUTS_LAST, ...PLACES, ...ORDER_LAST, STEP_FACTOR, ...LOCAL, ...OF_DY_LAST, ofParameter,
  ofInput, ...PATHS, NEARLY, ...FACTORS, UNCOUPLED, ...PLACES_LAST, GROUPS_MIXED, GROUPS_TOO_SMALL, ...LEFTOVER,
];

/** If the slopes are right to six digits, these alone can be meant. */
const OF_DIGITS: readonly KnownMistake[] = [...MISSING, ...OF_DY, NEARLY];

/** The names of all known mistakes that a diagnosis may begin with. */
export const KNOWN_MISTAKES: readonly string[] = [
  ...new Set([...IN_ORDER.map(({ name }) => name), OVERWRITTEN, STALE]),
];

/** "sign: what was seen, what it usually means, a question"; undefined for a mistake that is not a known one. */
export function diagnose(target: Target, evidence: Evidence): string | undefined {
  const facts = new Facts(target, evidence);
  const isRight = facts.isLinear && facts.matches((e, k) => facts.right[e][k])
    && facts.added.every((value) => Math.abs(value) <= 1e-6 * target.largest);
  for (const mistake of isRight ? OF_DIGITS : IN_ORDER) {
    const finding = mistake.find(facts);
    if (finding) return `${mistake.name}: ${finding.seen} ${finding.meaning} ${finding.question}`;
  }
  return undefined;
}
