import type { Equations } from "./equations.ts";
import type { Shape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { isPlainObject, isTagged } from "../tensor/realms.ts";
import { Parameter } from "./parameter.ts";
import { hasState, stateOf } from "./state.ts";

/** The part of Layer that files below layer.ts use: Layer imports them, so they cannot import it. */
export interface LayerLike {
  readonly name: string;
  needsInputGradient: boolean;
  readonly mode: "train" | "eval";
  readonly multiInput: boolean;
  readonly keepsMeaning: boolean;
  readonly batchIndependent: boolean;
  readonly dependsOnMode: boolean | undefined;
  readonly formula: Readonly<{ forward: string; backward: string }> | undefined;
  equations(...inputShapes: readonly Shape[]): Equations | undefined;
  readonly parameters: readonly Parameter[];
  train(): unknown;
  eval(): unknown;
  toString(): string;
  outputShape(inputShape: Shape, ...more: Shape[]): Shape;
  forward(x: never): Tensor;
  backward(dy: Tensor): Tensor | readonly Tensor[];
}

/** Whether it is a layer whose constructor has run. */
export function isLayer(part: unknown): part is LayerLike {
  return typeof part === "object" && part !== null && hasState(part);
}

/** What parts are looked for in, too: an array, a Map's values, a plain object, but no instance of another class. */
const membersOf = (field: unknown): object => isTagged(field, "Map") ? [...field.values()]
  : Array.isArray(field) || isPlainObject(field) ? field : [];

export const mayBeTensor = (value: unknown): value is Tensor | undefined => (
  value === undefined || value instanceof Tensor);

/** A field of a layer, or a place in an array there, that holds some of the layer's state. */
type StateField = readonly [owner: object, field: string, value: unknown, path: string];

/**
 * Goes through a layer's fields, in their order.
 * @param seen the arrays, Maps and objects already gone through, as for another layer.
 * @param onPart is called for each parameter and layer, with its path; in arrays, Maps and plain objects, too.
 * @param onState for the layer's state: the tensors, such as a running mean or a mask, and what is undefined, where one
 * may come; in fields and in arrays there, and for the arrays that hold some. Those in Maps and plain objects are none:
 * they may be a cache.
 */
export function visitFields(
  layer: object, seen: Set<object>, onPart: (part: object, path: string) => void, onState: (...at: StateField) => void,
): void {
  const visit = (owner: object, within: string, isState: boolean): void => {
    for (const field of Object.keys(owner)) {
      const value: unknown = Reflect.get(owner, field), path = within + field, isList = isState && Array.isArray(value);
      if (isList ? value.some(mayBeTensor) : isState && mayBeTensor(value)) onState(owner, field, value, path);
      if (typeof value !== "object" || value === null) continue;
      if (value instanceof Parameter || isLayer(value)) onPart(value, path);
      else if (seen.size < seen.add(value).size) visit(membersOf(value), `${path}.`, isList);
    }
  };
  visit(layer, "", true);
}

/** What a layer's fields hold: each part once. */
export interface Contents {
  readonly parts: readonly object[];
  readonly state: readonly StateField[];
}

export function contentsOf(layer: object): Contents {
  const parts = new Set<object>(), state: StateField[] = [];
  visitFields(layer, new Set(), (part) => parts.add(part), (...at) => state.push(at));
  return { parts: [...parts], state };
}

/** The parameters and layers among its fields: within a pass, as it began. */
export function partsOf(owner: object): readonly object[] {
  return (hasState(owner) ? stateOf(owner).parts : undefined) ?? contentsOf(owner).parts;
}

/** The parameters of a layer and the layers within it, in the order of their fields; a shared one is listed once. */
export function parametersOf(layer: object): readonly Parameter[] {
  const found = new Set<object>();
  const visit = (owner: object) => {
    for (const part of partsOf(owner)) if (found.size < found.add(part).size && isLayer(part)) visit(part);
  };
  visit(layer);
  return [...found].filter((part) => part instanceof Parameter);
}

/** The layers among a layer's own fields, without those inside them. */
export function layersIn(layer: object): readonly LayerLike[] {
  return partsOf(layer).filter(isLayer);
}

/** The layer itself and all layers within it, outermost first. */
export function allLayersOf(layer: object): readonly LayerLike[] {
  const found = new Set<LayerLike>(isLayer(layer) ? [layer] : []);
  for (const outer of found) for (const inner of layersIn(outer)) found.add(inner);
  return [...found];
}

/** The layer's parameters without those of layers within it, which tell their own. */
export function ownParameters(layer: LayerLike): readonly Parameter[] {
  const inner = new Set(layersIn(layer).flatMap(({ parameters }) => parameters));
  return layer.parameters.filter((parameter) => !inner.has(parameter));
}
