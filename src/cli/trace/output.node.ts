/** What a trace prints beside its tables: JSON and LaTeX; and the numeric gradients of single numbers. */
import { accountOf } from "../../trace/account.ts";
import { positionOf } from "../../trace/expressions/indices.ts";
import { explanationsOf, traceStep } from "../../trace/explain-trace.ts";
import { elementLatex, traceLatex } from "../../trace/notation/latex-of-trace.ts";
import { gradientAbout, numericGradient, type NumericGradient } from "../../trace/numeric.ts";
import type { Recording } from "../../trace/recording.ts";
import type { Place } from "../../trace/show/number.ts";
import { eventsOf } from "../../trace/trace.ts";
import type { Subject } from "./subject.node.ts";

/** All numbers; with an operation, how each of its numbers was made; with places, all about these. */
export function asJson(
  recording: Recording, op: number | undefined, places: readonly Place[] | undefined,
  numerics: readonly (NumericGradient | undefined)[] | undefined,
): unknown {
  const { steps } = recording;
  if (op === undefined) return eventsOf(recording);
  if (places === undefined) return { ...traceStep(steps, op - 1), explanations: explanationsOf(steps, op) };
  return places.map((place, i) => (
    { ...accountOf(steps, op, place.name, place.index), ...numerics?.[i] && { numeric: numerics[i] } }));
}

/** The trace, one operation, or single numbers, as LaTeX. */
export function latexOf(
  recording: Recording, op: number | undefined, places: readonly Place[] | undefined, digits: number,
): string {
  if (places === undefined) return traceLatex(recording, digits, op);
  const one = ({ op: step, name, index }: Place) => elementLatex(recording.steps, step, name, index, digits);
  return places.map(one).join("\n\n");
}

/** The numeric gradient at a place: of what is there, or of what has its gradient there. */
export function numericOf(subject: Subject, recording: Recording, { op, name, index }: Place): NumericGradient {
  const { labels, loss } = subject, gradient = gradientAbout(recording, op, name);
  return numericGradient(recording, labels, loss, gradient, positionOf(index, gradient.value.shape));
}
