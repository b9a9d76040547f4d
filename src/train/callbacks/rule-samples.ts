import type { Json } from "../../nn/json-state.ts";
import { writeNumber } from "../plain-records.ts";

/** How many powers of two are looked at: up to half a million steps. */
const POWERS = 20;

/**
 * By what a rule, a pure function of time, is known again: its values at the first time and 1, 2, 4, 8, … later.
 * Null for those it throws at, as a list that has ended.
 */
export function samplesOf(rule: (t: number) => number, first = 0): Json {
  return [0, ...Array.from({ length: POWERS }, (_, i) => 1 << i)].map((later) => {
    try {
      const value: unknown = rule(first + later);
      return typeof value === "number" ? writeNumber(value) : null;
    } catch {
      return null;
    }
  });
}
