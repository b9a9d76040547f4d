import { DataError, show } from "../tensor/errors.ts";
import { sizeOf } from "../tensor/shape.ts";
import { allocate, Tensor } from "../tensor/tensor.ts";
import { isCount, mismatches, numbersOf, takeNumbers, type LayerNumbers } from "./layer-numbers.ts";

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** An object of plain data, of which nothing is known yet. */
export type Fields = Readonly<Record<string, Json | undefined>>;

/** NaN, the infinities and -0 are written as words, for JSON has no numbers for them. */
export function written({ dtype, shape, data }: Tensor): Json {
  const write = (value: number) => (Number.isFinite(value) && !Object.is(value, -0) ? value : show(value));
  return { dtype, shape, data: Array.from(data, write) };
}

/**
 * Counts of forwards in train, parameters' numbers, and tensors among the fields: null where one may come.
 */
export function writeState(layer: object): Json {
  const { counts, parameters, tensors } = numbersOf(layer);
  const plain = (tensor: Tensor | undefined) => (tensor === undefined ? null : written(tensor));
  const all = (named: ReadonlyMap<string, Tensor | undefined>): Json =>
    Object.fromEntries([...named].map(([path, tensor]) => [path, plain(tensor)]));
  return { counts: counts.filter(isCount), parameters: all(parameters), tensors: all(tensors) };
}

/** The fields of an object; none of what is no object. */
export function fieldsOf(value: Json | undefined): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function isNumber(value: unknown): boolean {
  return Number.isFinite(value) || ["NaN", "Infinity", "-Infinity", "-0"].includes(value as string);
}

/** The tensor written there, or undefined where it is none. */
export function readTensor(from: Json | undefined): Tensor | undefined {
  const { dtype, shape, data } = fieldsOf(from);
  if ((dtype !== "float32" && dtype !== "float64") || !Array.isArray(shape) || !Array.isArray(data)) return;
  const lengths: unknown[] = shape, values: unknown[] = data;
  if (!lengths.every(isCount) || sizeOf(lengths) !== values.length || !values.every(isNumber)) return;
  const numbers = allocate(values.length, dtype).map((_, i) => Number(values[i]));
  // Not a number that only this dtype makes infinite.
  const isHeld = values.every((value, i) => !Number.isFinite(value) || Number.isFinite(numbers[i]));
  return isHeld ? new Tensor(numbers, lengths) : undefined;
}

/** Puts a written state back, all of it or nothing: see readState. */
export function loadState(layer: object, state: Json): void {
  takeNumbers(layer, readState(layer, state));
}

/**
 * The numbers of a written state, which fit the layer. Changes nothing.
 * @throws DataError that lists every difference.
 */
export function readState(layer: object, state: Json): LayerNumbers {
  const given = fieldsOf(state), unread: string[] = [];
  const counts: readonly unknown[] = Array.isArray(given.counts) ? given.counts : [];
  const parameters = new Map(Object.entries(fieldsOf(given.parameters))
    .map(([path, from]) => [path, readTensor(from)]));
  const tensors = new Map(Object.entries(fieldsOf(given.tensors)).map(([path, from]) => {
    const tensor = readTensor(from);
    if (tensor === undefined && from !== null) unread.push(`no tensor for "${path}"`);
    return [path, tensor];
  }));
  const numbers = { counts, parameters, tensors }, wrong = [...mismatches(layer, numbers), ...unread];
  if (wrong.length > 0) {
    const { name } = layer as { name?: string }, allowed = "what state() of the same layer gives";
    throw new DataError({ where: `${name ?? "Layer"}.load`, given: wrong.join("; "), allowed });
  }
  return numbers;
}
