import type { DType } from "chainrule";
import type { Miss } from "./compare.ts";
import type { Fields } from "./fields.ts";
import type { Case } from "./golden.ts";

/**
 * Puts a case to the framework and says what is not as expected; nothing is, where the case passes.
 * @throws NotOffered, Refused
 */
export type Adapter = (golden: Case, dtype: DType) => readonly Miss[];

/** The framework has no such thing, and does not claim to; the message names it. */
export class NotOffered extends Error {}

/** The framework refuses the case in its documentation, where the format allows that. */
export class Refused extends Error {}

/**
 * Passes over fields that are understood, or that are off (false, 0, null) and so ask for nothing.
 * @throws NotOffered naming the first other one: to ignore an option would be to answer another question.
 */
export function understandOnly(fields: Fields, understood: readonly string[]): void {
  for (const name of fields.names) {
    if (understood.includes(name) || !fields.raw(name)) continue;
    throw new NotOffered(name.replaceAll("_", " "));
  }
}
