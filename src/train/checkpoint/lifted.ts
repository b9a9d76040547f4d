/** Plain data whose tensors stand beside it, as tensors of a file do: no number is written as text. */
import type { WritableArray } from "../../formats/write-safetensors.ts";
import { fieldsOf, readTensor, written, type Plain } from "../../layers/plain-state.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** The name by which plain data says that a tensor belongs there. */
const TENSOR = "$tensor";

/** Takes the tensors out of plain data, under names that begin with this one. */
export function lift(from: Plain, name: string, into: [string, WritableArray][]): Plain {
  if (typeof from !== "object" || from === null) return from;
  if (Array.isArray(from)) {
    const parts: readonly Plain[] = from;
    return parts.map((part, i) => lift(part, `${name}/${i}`, into));
  }
  const tensor = readTensor(from);
  if (tensor !== undefined) {
    into.push([name, tensor]);
    return { [TENSOR]: name };
  }
  const fields = Object.entries(fieldsOf(from));
  return Object.fromEntries(fields.map(([key, part]) => [key, lift(part ?? null, `${name}/${key}`, into)]));
}

/** Puts them back; null where a tensor is not there. */
export function lowered(from: Plain, tensors: ReadonlyMap<string, Tensor>): Plain {
  if (typeof from !== "object" || from === null) return from;
  if (Array.isArray(from)) {
    const parts: readonly Plain[] = from;
    return parts.map((part) => lowered(part, tensors));
  }
  const fields = fieldsOf(from), name = fields[TENSOR];
  if (typeof name === "string") {
    const tensor = tensors.get(name);
    return tensor === undefined ? null : written(tensor);
  }
  return Object.fromEntries(Object.entries(fields).map(([key, part]) => [key, lowered(part ?? null, tensors)]));
}
