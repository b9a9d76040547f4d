import type { Plain } from "../layers/plain-state.ts";
import { DataError, show } from "../tensor/errors.ts";
import { isPlainObject } from "../tensor/realms.ts";

/** What a description says of itself, and files that hold one: another version means another form. */
export const FORMAT = { format: "chainrule", version: 1 } as const;

/** How many levels of objects and arrays a description may have within each other. */
export const DEEPEST = 200;
/** How many values it may have in all. */
const MOST_VALUES = 1_000_000;

/**
 * Refuses what JSON.parse never gives, or what only a broken or hostile file makes it give: cycles, too many
 * levels or values, numbers that are not finite. Nothing that reads a description after it need fear depth.
 */
export function checkPlain(where: string, given: unknown): asserts given is Plain {
  const refuse = (what: string, allowed: string) => new DataError({ where, given: what, allowed });
  const waiting: { value: unknown; depth: number }[] = [{ value: given, depth: 0 }];
  let count = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, depth } = next;
    if (++count > MOST_VALUES) throw refuse(`more than ${MOST_VALUES} values`, `at most ${MOST_VALUES}`);
    if (value === null || typeof value === "boolean" || typeof value === "string") continue;
    if (typeof value === "number") {
      if (Number.isFinite(value)) continue;
      throw refuse(`the number ${value}`, "finite numbers: JSON has no others");
    }
    if (!isContainer(value)) throw refuse(show(value), "what JSON can hold");
    if (depth >= DEEPEST) throw refuse(`more than ${DEEPEST} levels`, `at most ${DEEPEST} within each other`);
    if (Object.hasOwn(value, "__proto__")) throw refuse('the name "__proto__"', "names of options");
    for (const part of Object.values(value)) waiting.push({ value: part, depth: depth + 1 });
  }
}

function isContainer(value: unknown): value is object {
  return Array.isArray(value) || isPlainObject(value);
}

/** Refuses another format or version, each by what it says of itself. */
export function checkFormat(where: string, format: unknown, version: unknown): void {
  const allowed = `version ${FORMAT.version} of the format "${FORMAT.format}"`;
  if (format !== FORMAT.format) throw new DataError({ where, given: `the format ${show(format)}`, allowed });
  if (Number(version) === FORMAT.version) return;
  const isNewer = Number(version) > FORMAT.version;
  const advice = isNewer ? "A newer chainrule wrote it: update chainrule to read it." : "";
  throw new DataError({ where, given: `version ${show(version)}`, allowed, advice });
}
