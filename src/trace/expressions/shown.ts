import { call, operate } from "./functions.ts";
import { reduced } from "./reduction.ts";
import { significant } from "./significant.ts";
import type { Term } from "./term.ts";
import { conditionText, termText } from "./text.ts";

/** So many digits more are shown before "≈" says that the numbers as shown do not make the result as shown. */
const MORE = 2;

/**
 * "1.25·0.3 + 0.1 = 0.475": a term and its value, in so many significant digits. If the numbers as shown would give
 * another result, as where a difference cancels, more digits are shown, or ≈ for =.
 */
export function equalityText(term: Term, value: number, digits: number): string {
  const shown = significant(value, digits);
  if (term.kind === "choice") {
    const { condition, chosen } = term;
    return `${equalityText(chosen, value, digits)}, as ${conditionText(condition, digits)}`;
  }
  const needed = digitsFor(term, value, digits), text = termText(term, needed ?? digits + MORE);
  const single = singleOf(term);
  if (single !== undefined && text === shown) return `${single.name}${indexText(single.index)} = ${shown}`;
  return text === shown ? shown : `${text} ${needed === undefined ? "≈" : "="} ${shown}`;
}

/** The element that a value is taken from as it is. */
function singleOf(term: Term): Extract<Term, { kind: "element" }> | undefined {
  if (term.kind === "reduction" && term.terms.length === 1 && term.name !== "argmax" && term.name !== "count") {
    return singleOf(term.terms[0]);
  }
  return term.kind === "element" ? term : undefined;
}

/** "[0,1]"; nothing for a number alone. */
export function indexText(index: readonly number[]): string {
  return index.length === 0 ? "" : `[${index.join(",")}]`;
}

/**
 * How many significant digits the numbers of a term need to give the value, shown in so many; undefined if a few more
 * are not enough.
 */
export function digitsFor(term: Term, value: number, digits: number): number | undefined {
  const shown = significant(value, digits);
  for (let more = digits; more <= digits + MORE; more++) {
    if (significant(shownValue(term, more), digits) === shown) return more;
  }
  return undefined;
}

/** The value of a term, computed from its numbers as they are shown. */
export function shownValue(term: Term, digits: number): number {
  const inner = (part: Term) => shownValue(part, digits);
  switch (term.kind) {
    case "number": case "constant": case "element": return rounded(term.value, digits);
    case "negative": return -inner(term.of);
    case "operation": return operate(term.operator, inner(term.left), inner(term.right));
    case "call": return call(term.name, term.parts.map(inner));
    case "choice": return inner(term.chosen);
    case "reduction": {
      if (term.name === "argmax" || term.name === "count") return term.value;
      const terms = term.terms.map((part): Term => ({ kind: "number", value: inner(part) }));
      return reduced(term.name, terms.map((part, place) => ({ term: part, place })));
    }
  }
}

function rounded(value: number, digits: number): number {
  return Number.isFinite(value) ? Number(significant(value, digits)) : value;
}
