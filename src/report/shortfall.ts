import { plural } from "../charts/numbers.ts";
import type { Arm, Summary } from "./result.ts";

/** More networks than these are not listed in a sentence. */
const MOST_LISTED = 4;

/** Behind a network's name, if not all seeds came to a result: " (3 of 5 seeds)". */
export function seedsBehind({ arms, seeds }: Pick<Summary, "arms" | "seeds">, arm: Arm): string {
  const count = arms[arm]?.seeds ?? 0;
  return count === seeds ? "" : ` (${count} of ${plural(seeds, "seed")})`;
}

/** How many trainings have no result, and whose means are over fewer seeds; "" if all have one. */
export function shortfall(
  { arms, failedArms, seeds, part }: Pick<Summary, "arms" | "failedArms" | "seeds" | "part">,
): string {
  if (part !== undefined) return `Part ${part}: what is missing is in the others.`;
  const names = [...Object.keys(arms), ...failedArms], fewer = names.filter((arm) => (arms[arm]?.seeds ?? 0) < seeds);
  if (fewer.length === 0) return "";
  const missing = fewer.reduce((sum, arm) => sum + seeds - (arms[arm]?.seeds ?? 0), 0);
  const which = fewer.length > MOST_LISTED ? `${fewer.length} of ${names.length} networks have fewer than ${
    plural(seeds, "seed")}` : fewer.map((arm) => `${arm} has ${arms[arm]?.seeds ?? "none"} of ${
    plural(seeds, "seed")}`).join("; ");
  const have = missing === 1 ? "has" : "have";
  return `${missing} of ${plural(names.length * seeds, "training")} ${have} no result: ${which}.`;
}
