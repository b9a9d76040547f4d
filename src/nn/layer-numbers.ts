import { showShape } from "../tensor/shape.ts";
import { checkTensor, type DType, type Tensor } from "../tensor/tensor.ts";
import { Parameter } from "./parameter.ts";
import { allLayersOf, mayBeTensor, visitFields } from "./parts.ts";
import { stateOf } from "./state.ts";

type Named = ReadonlyMap<string, Tensor | undefined>;

/** All numbers of a layer and the layers within it, by path; what is shared, once. */
export interface LayerNumbers {
  /** How many forwards in train mode each layer has made. */
  readonly counts: readonly unknown[];
  readonly parameters: Named;
  /** Tensors among the fields; undefined where one may come. */
  readonly tensors: Named;
}

/** By path, the parameters that a layer and the layers within it hold, and the fields where a tensor is or may come. */
export function ownedBy(layer: object) {
  const parameters = new Map<string, Parameter>(), seen = new Set<object>();
  const tensors = new Map<string, readonly [owner: object, field: string, tensor: Tensor | undefined]>();
  const visit = (outer: object, path: string): void => {
    visitFields(outer, seen, (part, at) => {
      if (seen.size === seen.add(part).size) return; // met before
      if (part instanceof Parameter) parameters.set(path + at, part);
      else visit(part, `${path}${at}.`);
    }, (owner, field, value, at) => {
      if (mayBeTensor(value)) tensors.set(path + at, [owner, field, value]);
    });
  };
  visit(layer, "");
  return { parameters, tensors };
}

/** The numbers as they stand, not copied. */
export function numbersOf(layer: object): LayerNumbers {
  const owned = ownedBy(layer);
  return {
    counts: allLayersOf(layer).map((part) => stateOf(part).trainForwards),
    parameters: new Map([...owned.parameters].map(([path, { value }]) => [path, checkTensor(path, value)])),
    tensors: new Map([...owned.tensors].map(([path, [, , tensor]]) => [path, tensor && checkTensor(path, tensor)])),
  };
}

/**
 * In what these numbers are not those of this layer: a sentence each, none where they fit. With a dtype, in
 * what they would not be if the layer's parameters had that dtype. Nothing is drawn to find out.
 */
export function mismatches(layer: object, given: LayerNumbers, dtype?: DType): readonly string[] {
  const owned = ownedBy(layer), { length } = allLayersOf(layer), wrong: string[] = [];
  if (given.counts.length !== length || !given.counts.every(isCount)) wrong.push(`not ${length} counts`);
  for (const [path, parameter] of owned.parameters) {
    const value = given.parameters.get(path), kind = value && `${value.dtype} ${showShape(value.shape)}`;
    const wanted = `${dtype ?? parameter.dtype} ${showShape(parameter.shape)}`;
    if (kind === undefined) wrong.push(`no numbers for "${path}"`);
    else if (kind !== wanted) wrong.push(`"${path}" as ${kind}, not ${wanted}`);
  }
  for (const [path, [, , tensor]] of owned.tensors) {
    if (tensor !== undefined && !given.tensors.has(path)) wrong.push(`no tensor for "${path}"`);
  }
  const unknown = (path: string) => wrong.push(`"${path}", unknown here`);
  for (const path of given.parameters.keys()) if (!owned.parameters.has(path)) unknown(path);
  for (const [path, tensor] of given.tensors) if (tensor && !owned.tensors.has(path)) unknown(path);
  return wrong;
}

/** Takes over numbers that fit. Of the tensors among the fields the layer gets those given, not copies. */
export function takeNumbers(layer: object, { counts, parameters, tensors }: LayerNumbers): void {
  const owned = ownedBy(layer);
  allLayersOf(layer).forEach((part, i) => { stateOf(part).trainForwards = Number(counts[i]); });
  for (const [path, parameter] of owned.parameters) {
    const value = parameters.get(path);
    if (value !== undefined) parameter.value = value;
  }
  for (const [path, [owner, field]] of owned.tensors) Reflect.set(owner, field, tensors.get(path));
}

/** An integer of at least 0. */
export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
