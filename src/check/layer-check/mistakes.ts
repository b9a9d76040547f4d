import { TOLERANCE, type Evidence, type Target } from "./evidence.ts";
import { AXES } from "./mistakes/axes.ts";
import { CHOICES } from "./mistakes/choices.ts";
import { CONTRIBUTIONS, CONTRIBUTIONS_FIRST, MASK_OF_OUTPUTS } from "./mistakes/contributions.ts";
import { COUPLING, COUPLING_LAST } from "./mistakes/coupling.ts";
import { LOCAL, LOCAL_FIRST } from "./mistakes/derivatives.ts";
import { OF_DY, OF_DY_LAST } from "./mistakes/dy.ts";
import { FACTOR } from "./mistakes/factor.ts";
import { FACTORS, OUTPUT_FACTOR } from "./mistakes/factors.ts";
import { Facts, type KnownMistake } from "./mistakes/facts.ts";
import { HANDED_BACK, HANDED_BACK_LAST } from "./mistakes/handed-back.ts";
import { INNER, INNER_FIRST } from "./mistakes/inner-layers.ts";
import { LEFTOVER, STEP_FACTOR } from "./mistakes/leftover.ts";
import { MASK } from "./mistakes/mask.ts";
import { MISSING, NOT_A_NUMBER, SWAPPED, USED_FOR_BOTH } from "./mistakes/missing.ts";
import { ofInput, ofParameter } from "./mistakes/norms.ts";
import { ONE_PATH, TWO_PATHS } from "./mistakes/operations.ts";
import { AT_OTHER_PLACES, ORDER, ORDER_LAST } from "./mistakes/order.ts";
import { PATHS, THROUGH_WEIGHTS } from "./mistakes/paths.ts";
import { PARAMETERS } from "./mistakes/parameters.ts";
import { OFF_BY_ONE, PLACES_FIRST, PLACES_LAST, TRANSPOSED } from "./mistakes/places.ts";
import { AT_OUTPUT, NEARLY, OTHER_INPUTS_LAST, OTHER_MODE } from "./mistakes/points.ts";
import { ONE_READ } from "./mistakes/forward-reads.ts";
import { READS } from "./mistakes/reads.ts";
import { NOT_INVARIANT, SOFTMAX } from "./mistakes/softmax.ts";
import { BEHIND_A_USE, ONE_USE } from "./mistakes/uses.ts";
import { GROUPS_MIXED, GROUPS_TOO_SMALL, MIXING, ROWS_OF_BATCH } from "./mistakes/rows.ts";

/** Found by the check that gradients are added, not by the numeric gradient. */
export const OVERWRITTEN = "gradient overwritten";
/** Found by a second forward, after the parameters have changed. */
export const STALE = "stale weights";

/** The most telling first: the first one that explains every number is the diagnosis. */
const IN_ORDER: readonly KnownMistake[] = [
  ...MISSING, ...OF_DY, ...MASK, NOT_A_NUMBER, ...INNER_FIRST, ...ROWS_OF_BATCH, ...FACTOR, SWAPPED, ...LOCAL_FIRST,
  TRANSPOSED, ...ORDER, ...CHOICES, ...PLACES_FIRST, ...COUPLING, OTHER_MODE, ...MIXING, ...INNER, AT_OUTPUT,
  MASK_OF_OUTPUTS, ...PARAMETERS, ...OTHER_INPUTS_LAST, ...CONTRIBUTIONS_FIRST, ...OFF_BY_ONE, ...CONTRIBUTIONS,
  ...AXES, ...ORDER_LAST, STEP_FACTOR, ...LOCAL, ...OF_DY_LAST, ofParameter, ofInput, AT_OTHER_PLACES, SOFTMAX,
  THROUGH_WEIGHTS, ONE_USE, ONE_PATH, OUTPUT_FACTOR, HANDED_BACK, NEARLY, ONE_READ, ...READS, TWO_PATHS, USED_FOR_BOTH,
  ...PATHS, BEHIND_A_USE, ...FACTORS, ...COUPLING_LAST, ...PLACES_LAST, GROUPS_MIXED, GROUPS_TOO_SMALL, NOT_INVARIANT,
  HANDED_BACK_LAST, ...LEFTOVER,
];

/** If the slopes are right to six digits, these alone can be meant. */
const OF_DIGITS: readonly KnownMistake[] = [...MISSING, ...OF_DY, NEARLY];

/** The names of all known mistakes that a diagnosis may begin with. */
export const KNOWN_MISTAKES: readonly string[] = [
  ...new Set([...IN_ORDER.map(({ name }) => name), OVERWRITTEN, STALE]),
];

/** What is taken for the mistake. */
interface Diagnosis {
  /** "sign: what was seen, what it usually means, a question". */
  readonly text: string;
  readonly isVague: boolean;
}

const known = new WeakMap<Target, { readonly found: Diagnosis | undefined }>();

/** The mistake in one gradient, looked for once; undefined if it is not a known one. */
function diagnosisOf(target: Target, evidence: Evidence): Diagnosis | undefined {
  const { found } = known.get(target) ?? { found: search(target, evidence) };
  known.set(target, { found });
  return found;
}

function search(target: Target, evidence: Evidence): Diagnosis | undefined {
  const facts = new Facts(target, evidence);
  const isRight = facts.isLinear && facts.matches((e, k) => facts.right[e][k])
    && facts.added.every((value) => Math.abs(value) <= 1e-6 * target.largest);
  for (const mistake of isRight ? OF_DIGITS : IN_ORDER) {
    const finding = mistake.find(facts);
    if (finding === undefined) continue;
    const { seen, meaning, question, isVague = false } = finding;
    return { text: `${mistake.name}: ${seen} ${meaning} ${question}`, isVague };
  }
  return undefined;
}

/**
 * The mistake in these gradients, as the most telling of them shows it: x is reached by all paths at once, a parameter
 * by one, so the gradients of parameters may say more of what is wrong with that of x, or the reverse.
 */
export function diagnose(wrong: readonly Target[], evidence: Evidence): string | undefined {
  const others = evidence.targets.filter(({ kind, error }) => kind !== wrong[0].kind && !(error <= TOLERANCE));
  let vague: string | undefined;
  for (const target of [...wrong, ...others]) {
    const found = diagnosisOf(target, evidence);
    if (found?.isVague === false) return found.text;
    if (!others.includes(target)) vague ??= found?.text;
  }
  return vague;
}
