import type { Operator, Reduction } from "./expression.ts";

/** An expression with its numbers: what one element was computed from. Plain data, as JSON shows it. */
export type Term =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "constant"; readonly name: string; readonly value: number }
  | {
    readonly kind: "element"; readonly name: string; readonly index: readonly number[]; readonly value: number;
    /** The number of the step it came from; none for the input, labels and intermediate values. */
    readonly op?: number;
  }
  | {
    readonly kind: "operation"; readonly operator: Operator; readonly left: Term; readonly right: Term;
    readonly value: number;
  }
  | { readonly kind: "negative"; readonly of: Term; readonly value: number }
  | { readonly kind: "call"; readonly name: string; readonly parts: readonly Term[]; readonly value: number }
  | { readonly kind: "reduction"; readonly name: Reduction; readonly terms: readonly Term[]; readonly value: number }
  | { readonly kind: "choice"; readonly condition: Term; readonly chosen: Term; readonly value: number };

/** All terms within a term, itself first. */
export function* termsIn(term: Term): Generator<Term> {
  yield term;
  for (const part of partsOf(term)) yield* termsIn(part);
}

function partsOf(term: Term): readonly Term[] {
  switch (term.kind) {
    case "operation": return [term.left, term.right];
    case "negative": return [term.of];
    case "call": return term.parts;
    case "reduction": return term.terms;
    case "choice": return [term.condition, term.chosen];
    default: return [];
  }
}
