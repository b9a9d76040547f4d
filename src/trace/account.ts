import { DataError, show } from "../tensor/errors.ts";
import { showShape, type Shape } from "../tensor/shape.ts";
import { influencesOf, pathsTo, type Influence, type Path } from "./connections.ts";
import { Explainer, type Explanation } from "./element.ts";
import { positionOf } from "./expressions/indices.ts";
import type { Step, Value } from "./recording.ts";
import { whyZero, type Zero } from "./why.ts";

/** Everything that is known about one number of a trace: plain data, as JSON has it. */
export interface NumberAccount {
  /** The number of its step, from 1. */
  readonly op: number;
  readonly name: string;
  readonly index: readonly number[];
  readonly value: number;
  /** How it was computed; none if its layer states no equation, and for what was drawn. */
  readonly explanation?: Explanation;
  /** Why it is zero, if it is. */
  readonly zero?: Zero;
  /** Of a gradient: the steps that it came by, from the loss on; several if there are branches. */
  readonly paths: readonly Path[];
  /** What the next steps make of it. */
  readonly influences: readonly Influence[];
}

/** The account of an element. @throws DataError if the step has no such result, or it no such element. */
export function accountOf(
  steps: readonly Step[], op: number, name: string, index: readonly number[],
): NumberAccount {
  const result = resultOf(steps, op, name, index), position = positionOf(index, result.shape);
  const explanation = new Explainer(steps, op - 1).explain(result, position), value = result.values[position];
  const zero = explanation && whyZero(steps, explanation);
  return {
    op, name, index: [...index], value, ...explanation && { explanation }, ...zero && { zero },
    paths: pathsTo(steps, op), influences: influencesOf(steps, op, name, index),
  };
}

/** A result of a step, which has an element at that index. */
export function resultOf(
  steps: readonly Step[], op: number, name: string, index: readonly number[],
): Value {
  const { results, kind } = stepAt(steps, op), result = results.find((one) => one.name === name);
  const isIndex: boolean = Array.isArray(index), isName = typeof name === "string";
  if (result !== undefined && isIndex && isWithin(index, result.shape)) return result;
  const allowed = results.map(({ name: one, shape }) => `${one} ${showShape(shape)}`).join(", ");
  const given = `${isName ? name : show(name)}${isIndex ? `[${index.map(show).join(",")}]` : ` at ${show(index)}`}`;
  throw new DataError({ where: `trace, op ${op}, ${kind}`, given, allowed: `an element of ${allowed}` });
}

/** The step of this number, from 1. @throws DataError if there is none. */
export function stepAt(steps: readonly Step[], op: number): Step {
  if (Number.isInteger(op) && op >= 1 && op <= steps.length) return steps[op - 1];
  throw new DataError({ where: "trace, op", given: show(op), allowed: `1 to ${steps.length}` });
}

/** Whether a tensor of this shape has an element there. */
export function isWithin(index: readonly number[], shape: Shape): boolean {
  return index.length === shape.length
    && index.every((i, axis) => Number.isInteger(i) && i >= 0 && i < shape[axis]);
}
