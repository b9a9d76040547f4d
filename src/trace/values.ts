import type { Labels } from "../losses/loss.ts";
import type { Equations } from "../nn/equations.ts";
import type { Parameter } from "../nn/parameter.ts";
import type { LayerLike } from "../nn/parts.ts";
import { shownName } from "../tensor/errors.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Value } from "./recording.ts";

export function numbersOf(of: object): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const [name, value] of Object.entries(of)) if (typeof value === "number") numbers[name] = value;
  return numbers;
}

/** The tensors among a layer's fields, by their names, as they are now. */
export function fieldsOf(layer: LayerLike): readonly Value[] {
  return Object.entries(layer).flatMap(([name, value]) => (
    value instanceof Tensor ? [valueOf(name, name, value)] : []));
}

export function listsOf(equations: Equations | undefined): readonly Value[] {
  return Object.entries(equations?.values ?? {}).map(([name, values]) => (
    { name, symbol: name, shape: [values.length], values: [...values] }));
}

/** What formulas call a parameter: w, b, else its name. */
export function symbolOf({ name }: Parameter): string {
  return name === "weight" ? "w" : name === "bias" ? "b" : shownName(name);
}

/** x, or x₁, x₂, … where there are several. */
export function symbol(letter: string, among: readonly unknown[], i: number): string {
  if (among.length === 1) return letter;
  return letter + String(i + 1).replace(/\d/g, (digit) => String.fromCodePoint(0x2080 + Number(digit)));
}

/** The labels as the loss takes them: a row of probabilities each, 1 at the class; of an ignored label all are 0. */
export function targetsOf(labels: Labels, prediction: Tensor, ignored: number | undefined): Value {
  if (labels instanceof Tensor) return valueOf("t", "t", labels);
  const { shape } = prediction, classes = shape[shape.length - 1];
  const values = labels.flatMap((label) => (
    Array.from({ length: classes }, (_, j) => (j === label && label !== ignored ? 1 : 0))));
  return { name: "t", symbol: "t", shape, values };
}

/** Copied at once: a later pass may use the array again. */
export function valueOf(name: string, symbol: string, { shape, data }: Tensor): Value {
  return { name, symbol, shape, values: Array.from(data) };
}
