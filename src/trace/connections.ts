import { Explainer, type Explanation } from "./element.ts";
import { termsIn, type Term } from "./expressions/term.ts";
import { indexAt } from "./expressions/indices.ts";
import type { Step } from "./recording.ts";

/** Steps that the gradient came by, from the loss to the step asked about, by their numbers. */
export type Path = readonly number[];

/** The elements of one result that a number goes into. */
export interface Influence {
  readonly op: number;
  readonly name: string;
  readonly indices: readonly (readonly number[])[];
  /** How many elements the result has. */
  readonly of: number;
}

/** More ways than this are not listed. */
const MOST_PATHS = 16;
/** Of larger results not each element is looked at. */
const MOST_ELEMENTS = 4096;

/** The ways by which the gradient came back to a step: one in a chain, more through branches. */
export function pathsTo(steps: readonly Step[], op: number): readonly Path[] {
  const { phase, inputs, of } = steps[op - 1];
  if (phase !== "backward") return [];
  if (of?.phase === "loss") return [[op]];
  const explainer = new Explainer(steps, op - 1), before = new Set<number>();
  for (const { name } of inputs) {
    const origin = explainer.originOf(name);
    if (origin !== undefined && origin !== op && steps[origin - 1].phase === "backward") before.add(origin);
  }
  const paths = [...before].flatMap((from) => pathsTo(steps, from).map((path) => [...path, op]));
  return paths.length === 0 ? [[op]] : paths.slice(0, MOST_PATHS);
}

/** What the next steps make of an element: the elements it goes into, until they are made anew. */
export function influencesOf(
  steps: readonly Step[], op: number | undefined, name: string, index: readonly number[],
): readonly Influence[] {
  const key = index.join();
  const uses = (term: Term) => {
    for (const part of termsIn(term)) {
      if (part.kind === "element" && part.name === name && part.op === op && part.index.join() === key) return true;
    }
    return false;
  };
  return steps.flatMap((step, at) => {
    if (at + 1 < (op ?? 0)) return [];
    const explainer = new Explainer(steps, at);
    return step.results.flatMap((result): readonly Influence[] => {
      const isUsed = [...explainer.operandsOf(result)].some((operand) => operand.name === name && operand.op === op);
      if (!isUsed || (at + 1 === op && result.name === name)) return [];
      const count = Math.min(result.values.length, MOST_ELEMENTS), indices: (readonly number[])[] = [];
      for (let i = 0; i < count; i++) {
        const explanation = explainer.explain(result, i);
        if (explanation !== undefined && usesAny(explanation, uses)) indices.push(indexAt(i, result.shape));
      }
      return indices.length === 0 ? [] : [{ op: at + 1, name: result.name, indices, of: result.values.length }];
    });
  });
}

function usesAny({ term, intermediates }: Explanation, uses: (term: Term) => boolean): boolean {
  return uses(term) || intermediates.some((one) => uses(one.term));
}
