import type { Reduction } from "./expression.ts";
import type { Term } from "./term.ts";
import { largest, smallest } from "../../math/extremes.ts";

/** A term of a reduction, and its place among all: those left out count. */
export interface Part {
  readonly term: Term;
  readonly place: number;
}

/** The value of a reduction. The mean, the largest and the smallest of nothing are NaN. */
export function reduced(name: Reduction, parts: readonly Part[]): number {
  const values = parts.map(({ term }) => term.value);
  const sum = () => values.reduce((total, value) => total + value, 0);
  switch (name) {
    case "sum": return sum();
    case "mean": return sum() / values.length;
    case "count": return values.length;
    case "max": return values.length === 0 ? NaN : largest(values);
    case "min": return values.length === 0 ? NaN : smallest(values);
    case "argmax": return parts[values.indexOf(largest(values))]?.place ?? NaN;
  }
}
