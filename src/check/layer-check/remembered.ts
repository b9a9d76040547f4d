/** What a layer keeps of a forward for its backward, by its author's names. */
import { stateOf } from "../../nn/state.ts";
import { isPlainObject } from "../../tensor/realms.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Evidence } from "./evidence.ts";

/** Numbers that forward remembers, or puts into a field. */
export interface Remembered {
  readonly name: string;
  readonly data: ArrayLike<number>;
}

const cache = new WeakMap<Evidence, readonly Remembered[]>();

/** What it remembers, or holds in fields, of the forward that the evidence is of. */
export function rememberedOf(evidence: Evidence): readonly Remembered[] {
  const known = cache.get(evidence);
  if (known !== undefined) return known;
  const { copy, inputs } = evidence;
  copy.rewind().forward(inputs);
  const memory = stateOf(copy.layer).remembered?.value;
  const held: [string, unknown][] = [...entriesOf(memory, "memory"), ...Object.entries(copy.layer)];
  const found = held.flatMap(([name, value]) => {
    const data: unknown = value instanceof Tensor ? value.data : value;
    return isNumbers(data) ? [{ name, data: Float64Array.from(data) }] : [];
  });
  cache.set(evidence, found);
  return found;
}

function entriesOf(value: unknown, name: string): [string, unknown][] {
  return isPlainObject(value) ? Object.entries(value) : [[name, value]];
}

function isNumbers(value: unknown): value is ArrayLike<number> {
  if (value instanceof Float32Array || value instanceof Float64Array) return true;
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "number");
}
