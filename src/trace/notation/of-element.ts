import { resultOf } from "../account.ts";
import { Explainer } from "../element.ts";
import type { Equation } from "../expressions/expression.ts";
import { positionOf } from "../expressions/indices.ts";
import { digitsFor } from "../expressions/shown.ts";
import type { Step } from "../recording.ts";
import { elementBox as indexed, equationBox, numberBox, termBox, text, type Box } from "./box.ts";

/** A number: its equations in the names of the trace, and then each intermediate value and itself with the numbers. */
export function elementBoxes(
  steps: readonly Step[], op: number, name: string, at: readonly number[], digits: number,
): readonly Box[] {
  const result = resultOf(steps, op, name, at), explainer = new Explainer(steps, op - 1);
  const explanation = explainer.explain(result, positionOf(at, result.shape));
  const left = (of: string, index: readonly number[]) => indexed(of, index.map((i) => text("number", String(i))));
  if (explanation === undefined) {
    return [row(left(name, at), text("operator", "="), numberBox(result.values[positionOf(at, result.shape)], digits))];
  }
  const { term, value, intermediates } = explanation;
  return [
    ...explainer.equationsOf(result).map((equation: Equation) => equationBox(equation, explainer.nameOf)),
    ...[...intermediates, { name, index: at, term, value }].map((one) => {
      const total = "value" in one ? one.value : one.term.value, more = digitsFor(one.term, total, digits);
      const sign = more === undefined ? "≈" : "=", inside = termBox(one.term, more ?? digits);
      const end = numberBox(total, digits);
      const isSame = JSON.stringify(inside) === JSON.stringify(end);
      const middle = isSame ? [] : [inside, text("operator", sign)];
      return row(left(one.name, one.index), text("operator", "="), ...middle, end);
    }),
  ];
}

function row(...parts: readonly Box[]): Box {
  return { kind: "row", parts };
}
