/** Plain data whose tensors are stored separately, as tensors of a file: no number is written as text. */
import type { WritableArray } from "../../formats/write-safetensors.ts";
import { fieldsOf, ORIGINAL, readTensor, written, type Json } from "../../nn/json-state.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** The name by which plain data says that a tensor belongs there. */
const TENSOR = "$tensor";

/** Takes the tensors out of plain data, under names that begin with this one. */
export function extractTensors(from: Json, name: string, into: [string, WritableArray][]): Json {
  if (typeof from !== "object" || from === null) return from;
  if (Array.isArray(from)) {
    const parts: readonly Json[] = from;
    return parts.map((part, i) => extractTensors(part, `${name}/${i}`, into));
  }
  const tensor = readTensor(from);
  if (tensor !== undefined) {
    into.push([name, tensor]);
    return { [TENSOR]: name };
  }
  const fields = Object.entries(fieldsOf(from));
  return Object.fromEntries(fields.map(([key, part]) => [key, extractTensors(part ?? null, `${name}/${key}`, into)]));
}

/** Puts them back; null for a tensor that is missing. */
export function insertTensors(from: Json, tensors: ReadonlyMap<string, Tensor>): Json {
  if (typeof from !== "object" || from === null) return from;
  if (Array.isArray(from)) {
    const parts: readonly Json[] = from;
    return parts.map((part) => insertTensors(part, tensors));
  }
  const fields = fieldsOf(from), name = fields[TENSOR];
  if (typeof name === "string") {
    const tensor = tensors.get(name);
    return tensor === undefined ? null : writtenWhenRead(tensor);
  }
  return Object.fromEntries(Object.entries(fields).map(([key, part]) => [key, insertTensors(part ?? null, tensors)]));
}

/** A tensor whose list of numbers, several times its size, is made only if it is read. */
function writtenWhenRead(tensor: Tensor): Json {
  const { dtype, shape } = tensor;
  const plain = { dtype, shape, get data() { return fieldsOf(written(tensor)).data ?? null; } };
  return Object.defineProperty(plain, ORIGINAL, { value: tensor });
}
