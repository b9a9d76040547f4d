import { DataError, show } from "../tensor/errors.ts";
import { sameShape, showShape, sizeOf } from "../tensor/shape.ts";
import { allocate, Tensor } from "../tensor/tensor.ts";
import { Layer, withInnerLayers } from "./layer.ts";
import { Parameter } from "./parameter.ts";
import { stateOf } from "./state.ts";

/** What JSON can hold. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [name: string]: Plain };

type Fields = Readonly<Record<string, Plain | undefined>>;

interface Place {
  readonly tensor: Tensor | undefined;
  readonly set: (tensor: Tensor | undefined) => void;
}

interface Owned {
  readonly parameters: Map<string, Parameter>;
  /** Tensors among the fields, and fields that are still undefined: a tensor may come there. */
  readonly tensors: Map<string, Place>;
}

/** What a layer and the layers within it hold, by path; what is shared, once. */
function ownedBy(layer: object): Owned {
  const parameters: Owned["parameters"] = new Map(), tensors: Owned["tensors"] = new Map();
  const seen = new Set<unknown>();
  const visit = (owner: object, path: string): void => {
    for (const [name, part] of Object.entries(owner) as [string, unknown][]) {
      const at = path + name;
      if (part === undefined || part instanceof Tensor) {
        tensors.set(at, { tensor: part, set: (tensor) => Reflect.set(owner, name, tensor) });
      }
      if (seen.has(part)) continue;
      seen.add(part);
      if (part instanceof Parameter) parameters.set(at, part);
      if (part instanceof Layer || Array.isArray(part)) visit(part, `${at}.`);
    }
  };
  visit(layer, "");
  return { parameters, tensors };
}

/** NaN, the infinities and -0 are written as words, for JSON has no numbers for them. */
export function written({ dtype, shape, data }: Tensor): Plain {
  const write = (value: number) => (Number.isFinite(value) && !Object.is(value, -0) ? value : show(value));
  return { dtype, shape, data: Array.from(data, write) };
}

/**
 * Counts of forwards in train, parameters' numbers, and tensors among the fields: null where one may come.
 */
export function writeState(layer: object): Plain {
  const owned = ownedBy(layer);
  const parameters = [...owned.parameters].map(([path, { value }]) => [path, written(value)]);
  const tensors = [...owned.tensors].map(([path, { tensor }]) => [path, tensor ? written(tensor) : null]);
  const counts = withInnerLayers(layer).map((part) => stateOf(part).count);
  return {
    counts,
    parameters: Object.fromEntries(parameters) as Plain,
    tensors: Object.fromEntries(tensors) as Plain,
  };
}

function fieldsOf(value: Plain | undefined): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isNumber(value: unknown): boolean {
  return Number.isFinite(value) || ["NaN", "Infinity", "-Infinity", "-0"].includes(value as string);
}

/** The tensor written there, or undefined where it is none. */
export function readTensor(from: Plain | undefined): Tensor | undefined {
  const { dtype, shape, data } = fieldsOf(from);
  if ((dtype !== "float32" && dtype !== "float64") || !Array.isArray(shape) || !Array.isArray(data)) return;
  const lengths: unknown[] = shape, values: unknown[] = data;
  if (!lengths.every(isCount) || sizeOf(lengths) !== values.length || !values.every(isNumber)) return;
  const numbers = allocate(values.length, dtype);
  values.forEach((value, i) => { numbers[i] = Number(value); });
  return new Tensor(numbers, lengths);
}

/**
 * Puts a written state back, all of it or nothing.
 * @throws DataError that lists every difference, before anything has changed.
 */
export function loadState(layer: object, state: Plain): void {
  const layers = withInnerLayers(layer), owned = ownedBy(layer), given = fieldsOf(state);
  const wrong: string[] = [], tasks: (() => void)[] = [];

  const counts: readonly unknown[] = Array.isArray(given.counts) ? given.counts : [];
  if (counts.length !== layers.length || !counts.every(isCount)) wrong.push(`not ${layers.length} counts`);
  layers.forEach((part, i) => tasks.push(() => { stateOf(part).count = Number(counts[i]); }));

  const parameters = new Map(Object.entries(fieldsOf(given.parameters)));
  for (const [path, parameter] of owned.parameters) {
    const value = readTensor(parameters.get(path));
    const like = (one: { dtype: string; shape: readonly number[] }) => `${one.dtype} ${showShape(one.shape)}`;
    if (value === undefined) wrong.push(`no numbers for "${path}"`);
    else if (value.dtype !== parameter.dtype || !sameShape(value.shape, parameter.shape)) {
      wrong.push(`"${path}" as ${like(value)}, not ${like(parameter)}`);
    } else tasks.push(() => { parameter.value = value; });
  }
  const tensors = new Map(Object.entries(fieldsOf(given.tensors)));
  for (const [path, { tensor, set }] of owned.tensors) {
    const from = tensors.get(path), value = readTensor(from);
    if (value === undefined && from !== null && (from !== undefined || tensor !== undefined)) {
      wrong.push(`no tensor for "${path}"`);
    } else tasks.push(() => set(value));
  }
  for (const path of parameters.keys()) if (!owned.parameters.has(path)) wrong.push(`"${path}", unknown `
    + `here`);
  for (const [path, from] of tensors) {
    if (from !== null && !owned.tensors.has(path)) wrong.push(`"${path}", unknown here`);
  }
  if (wrong.length > 0) {
    const { name } = layer as { name?: string }, allowed = "what state() of the same layer gives";
    throw new DataError({ where: `${name ?? "Layer"}.load`, given: wrong.join("; "), allowed });
  }
  for (const task of tasks) task();
}
