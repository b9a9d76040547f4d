/** Parameters and gradients that an optimizer is tried on: the same numbers each time. */
import { Parameter } from "../../nn/parameter.ts";
import { KeyedStream, STREAM } from "../../nn/random.ts";
import { fieldsOf, readTensor, type Json } from "../../nn/json-state.ts";
import { OptimizerBase } from "../../optim/optimizer-base.ts";
import type { Optimizer } from "../../optim/optimizer.ts";
import { copyOf, zeros, type DType, type Tensor } from "../../tensor/tensor.ts";
import { keyOf } from "../../tensor/threefry.ts";
import { formatNumber, place } from "../layer-check/verdict.ts";
import { firstChange } from "../report.ts";

const random = (topic: number) => new KeyedStream(keyOf(0, STREAM.check, 3, topic));

/** Two parameters of two shapes; the same numbers each time. */
export function parameters(dtype: DType = "float32"): readonly [Parameter, Parameter] {
  const like = (...shape: number[]) => random(shape.length).normal(zeros(shape, dtype));
  return [new Parameter("w", like(3, 2)), new Parameter("b", like(4))];
}

/** Puts the gradients of step t in place: the same each time. */
export function setGradients(list: readonly Parameter[], t: number): void {
  list.forEach(({ grad }, i) => grad.data.set(random(10 + 10 * t + i).normal(grad).data));
}

/** So many steps, each with gradients of its own. */
export function take(optimizer: Optimizer, list: readonly Parameter[], steps: number, from = 0): void {
  for (let t = from; t < from + steps; t++) {
    setGradients(list, t);
    optimizer.step(list);
  }
}

export const valuesOf = (list: readonly Parameter[]): readonly Tensor[] => list.map(({ value }) => copyOf(value));

/** The first number of the parameters that is not what it was, as "w[0, 1] is 0.5, expected 0.25". */
export function difference(list: readonly Parameter[], wanted: readonly Tensor[]): string | undefined {
  for (const [i, { name, value }] of list.entries()) {
    const at = firstChange(value, wanted[i]);
    if (at < 0) continue;
    const both = [value.data[at], wanted[i].data[at]], [is, expected] = both.map(formatNumber);
    // Rounded, two that differ may look the same.
    const [shown, other] = is === expected ? both.map(String) : [is, expected];
    return `${place(name, value, at)} is ${shown}, expected ${other}`;
  }
  return undefined;
}

/** A slot that holds nothing but 0 after steps with gradients that are not 0. */
export function slotOfZeros(optimizer: Optimizer): string | undefined {
  if (!(optimizer instanceof OptimizerBase)) return undefined;
  const list = parameters();
  take(optimizer, list, 12);
  const { parameters: entries } = fieldsOf(optimizer.state(list));
  const kept: readonly Json[] = Array.isArray(entries) ? entries : [];
  const isZero = (name: string) => kept.every((entry) => readTensor(fieldsOf(entry)[name])?.data.every((x) => x === 0));
  return Object.keys(fieldsOf(kept[0])).find((name) => name !== "count" && isZero(name));
}
