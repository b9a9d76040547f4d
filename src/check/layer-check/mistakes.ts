import type { Evidence, Target } from "./evidence.ts";
import { CHAIN } from "./mistakes/chain.ts";
import type { KnownMistake } from "./mistakes/compare.ts";
import { FACTOR } from "./mistakes/factor.ts";
import { MASK } from "./mistakes/mask.ts";
import { MISSING, PLACES } from "./mistakes/missing.ts";
import { ROWS_OF_BATCH } from "./mistakes/rows.ts";

/** Found by the check that gradients are added, not by the numeric gradient. */
export const OVERWRITTEN = "gradient overwritten";

/** The most telling first: the first one that explains every number is the diagnosis. */
const IN_ORDER: readonly KnownMistake[] = [...MISSING, ...MASK, ...ROWS_OF_BATCH, ...FACTOR, ...CHAIN, ...PLACES];

/** The names of all slips that a diagnosis may begin with. */
export const KNOWN_MISTAKES: readonly string[] = [...IN_ORDER.map(({ name }) => name), OVERWRITTEN];

/**
 * "sign: what was seen, what it usually means, a question"; undefined for a mistake that is not a known one.
 */
export function diagnose(target: Target, evidence: Evidence): string | undefined {
  for (const slip of IN_ORDER) {
    const finding = slip.find(target, evidence);
    if (finding) return `${slip.name}: ${finding.seen} ${finding.meaning} ${finding.question}`;
  }
  return undefined;
}
