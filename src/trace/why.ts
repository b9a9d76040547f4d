import { termsIn, type Term } from "./expressions/term.ts";
import { Explainer, type Explanation } from "./element.ts";
import { significant } from "./expressions/significant.ts";
import { conditionText } from "./expressions/text.ts";
import { positionOf } from "./expressions/indices.ts";
import type { Step } from "./recording.ts";

/** Why a number is zero, and the numbers that make it so; of those, why they are. */
export interface Zero {
  readonly name: string;
  readonly index: readonly number[];
  /** "M[0,3] is 0: the mask dropped it". */
  readonly because: string;
  /** The same of the zeros that it depends on, at most a few. */
  readonly of: readonly Zero[];
}

/** How many zeros are followed back from each. */
const MOST = 3;
const DIGITS = 4;

/** Why an element is zero; undefined if it is not, or if that is said nowhere. */
export function whyZero(steps: readonly Step[], { op, name, index, value, term }: Explanation): Zero | undefined {
  if (value !== 0) return undefined;
  const { because, zeros } = reasonOf(term, steps, op);
  return { name, index, because, of: zeros.slice(0, MOST).flatMap((zero) => followed(steps, op, zero)) };
}

type Element = Extract<Term, { kind: "element" }>;

interface Reason {
  readonly because: string;
  readonly zeros: readonly Element[];
}

function followed(steps: readonly Step[], before: number, { name, index, op }: Element): readonly Zero[] {
  if (op === undefined || op >= before) return [];
  const result = steps[op - 1].results.find((one) => one.name === name);
  if (result === undefined || result.symbol === "mask") return [];
  const explanation = new Explainer(steps, op - 1).explain(result, positionOf(index, result.shape));
  return (explanation && [whyZero(steps, explanation)].filter((one) => one !== undefined)) ?? [];
}

function reasonOf(term: Term, steps: readonly Step[], op: number): Reason {
  switch (term.kind) {
    case "number": case "constant": return { because: "it is 0 by definition", zeros: [] };
    case "element": return { because: elementReason(term, steps), zeros: [term] };
    case "negative": return reasonOf(term.of, steps, op);
    case "choice": {
      const condition = conditionText(term.condition, DIGITS);
      const elements = [...termsIn(term.condition)].filter(isZeroElement);
      if (term.chosen.kind === "element") return reasonOf(term.chosen, steps, op);
      return { because: `as ${condition}${flat(steps[op - 1])}`, zeros: elements };
    }
    case "call": {
      const [bound, of] = term.parts;
      if (term.name === "max" && bound?.kind === "number" && of !== undefined && of.value < 0) {
        return { because: `${nameOf(of)} is below 0, where max(0, x) is flat`, zeros: [] };
      }
      const parts = term.parts.map(nameOf).join(", ");
      return { because: `${term.name} of ${parts} is 0`, zeros: term.parts.filter(isZeroElement) };
    }
    case "operation": return operationReason(term, steps, op);
    case "reduction": return reductionReason(term.terms, steps, op);
  }
}

function operationReason(term: Extract<Term, { kind: "operation" }>, steps: readonly Step[], op: number): Reason {
  const { operator, left, right } = term;
  const factors = operator === "*" ? [left, right] : operator === "/" || operator === "^" ? [left] : [];
  const zero = factors.filter(({ value }) => value === 0);
  if (zero.length > 0) {
    const all = zero.map((factor) => reasonOf(factor, steps, op));
    return { because: all.map(({ because }) => because).join(", and "), zeros: all.flatMap(({ zeros }) => zeros) };
  }
  if (operator === "+" && left.value === 0 && right.value === 0) return reductionReason([left, right], steps, op);
  if (operator === "-" && left.value === right.value && left.value !== 0) {
    return { because: `both sides of the difference are ${significant(left.value, DIGITS)}`, zeros: [] };
  }
  if (operator === "-" && left.value === 0 && right.value === 0) return reductionReason([left, right], steps, op);
  return { because: "its terms cancel each other", zeros: [] };
}

function reductionReason(terms: readonly Term[], steps: readonly Step[], op: number): Reason {
  if (terms.length === 0) return { because: "nothing goes into it: no term of the sum is at this place", zeros: [] };
  if (terms.some(({ value }) => value !== 0)) return { because: "its terms cancel each other", zeros: [] };
  const reasons = terms.map((term) => reasonOf(term, steps, op)), zeros = reasons.flatMap((one) => one.zeros);
  const distinct = [...new Set(reasons.map(({ because }) => because))];
  const shown = distinct.length > MOST ? [...distinct.slice(0, MOST), `and ${distinct.length - MOST} more`] : distinct;
  const prefix = terms.length === 1 ? "" : `all its ${terms.length} terms are 0: `;
  return { because: prefix + shown.join("; "), zeros };
}

function elementReason(term: Element, steps: readonly Step[]): string {
  const of = term.op === undefined ? undefined : steps[term.op - 1];
  const isMask = of?.mask?.name === term.name;
  return `${nameOf(term)} is 0${isMask ? ": the mask dropped it" : ""}`;
}

/** "ReLU is flat there": said of the layers that choose between a slope and none. */
function flat({ kind, phase, formula }: Step): string {
  return phase === "backward" && /where|if/.test(formula ?? "") ? `: ${kind} is flat there` : "";
}

function isZeroElement(term: Term): term is Element {
  return term.kind === "element" && term.value === 0;
}

function nameOf(term: Term): string {
  if (term.kind !== "element") return significant(term.value, DIGITS);
  const at = term.index.length === 0 ? "" : `[${term.index.join(",")}]`;
  return term.name + at;
}
