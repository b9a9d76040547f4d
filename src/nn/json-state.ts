import { DataError, show } from "../tensor/errors.ts";
import { sizeOf } from "../tensor/shape.ts";
import { allocate, copyOf, Tensor } from "../tensor/tensor.ts";
import { isCount, mismatches, numbersOf, type LayerNumbers } from "./layer-numbers.ts";

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** An object of plain data, of which nothing is known yet. */
export type Fields = Readonly<Record<string, Json | undefined>>;

/** Where an object that stands for a tensor may hold the tensor itself, whose list of numbers is then not read. */
export const ORIGINAL = Symbol("tensor");

/** NaN, the infinities and -0 are written as words, for JSON has no numbers for them. */
export function written({ dtype, shape, data }: Tensor): Json {
  const write = (value: number) => (Number.isFinite(value) && !Object.is(value, -0) ? value : show(value));
  return { dtype, shape, data: Array.from(data, write) };
}

/**
 * Counts of forwards in train mode, parameters' numbers, and tensors among the fields: null if a field has none yet.
 */
export function writeState(layer: object): Json {
  const { counts, parameters, tensors } = numbersOf(layer);
  const all = (named: LayerNumbers["tensors"]): Json =>
    Object.fromEntries([...named].map(([path, tensor]) => [path, tensor === undefined ? null : written(tensor)]));
  return { counts: counts.filter(isCount), parameters: all(parameters), tensors: all(tensors) };
}

/** The fields of an object; none of what is no object. */
export function fieldsOf(value: Json | undefined): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

const isNumber = (value: unknown) =>
  Number.isFinite(value) || ["NaN", "Infinity", "-Infinity", "-0"].includes(value as string);

/** The tensor it describes, or undefined if it describes none. */
export function readTensor(from: Json | undefined): Tensor | undefined {
  const original: unknown = Reflect.get(Object(from), ORIGINAL);
  if (original instanceof Tensor) return copyOf(original);
  const { dtype, shape, data } = fieldsOf(from);
  if ((dtype !== "float32" && dtype !== "float64") || !Array.isArray(shape) || !Array.isArray(data)) return;
  const lengths: unknown[] = shape, values: unknown[] = data;
  if (!lengths.every(isCount) || sizeOf(lengths) !== values.length || !values.every(isNumber)) return;
  const numbers = allocate(values.length, dtype).map((_, i) => Number(values[i]));
  // Not a number that only this dtype makes infinite.
  const isHeld = values.every((value, i) => !Number.isFinite(value) || Number.isFinite(numbers[i]));
  return isHeld ? new Tensor(numbers, lengths) : undefined;
}

/**
 * The numbers of a written state, which fit the layer. Changes nothing.
 * @throws DataError that lists every difference.
 */
export function readState(layer: { readonly name: string }, state: Json): LayerNumbers {
  const given = fieldsOf(state), counts: readonly unknown[] = Array.isArray(given.counts) ? given.counts : [];
  const read = (named: Json | undefined) =>
    new Map(Object.entries(fieldsOf(named)).map(([path, from]) => [path, readTensor(from)]));
  const numbers = { counts, parameters: read(given.parameters), tensors: read(given.tensors) };
  const unread = Object.entries(fieldsOf(given.tensors))
    .filter(([path, from]) => from !== null && numbers.tensors.get(path) === undefined);
  const wrong = [...mismatches(layer, numbers), ...unread.map(([path]) => `no tensor for "${path}"`)];
  if (wrong.length === 0) return numbers;
  throw new DataError({ where: `${layer.name}.load`, given: wrong.join("; "), allowed: "what its state() returns" });
}
