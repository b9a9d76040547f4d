import type { Equations } from "./equations.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { isPlainObject, isTagged } from "../tensor/realms.ts";
import { Parameter } from "./parameter.ts";
import { hasState, stateOf } from "./state.ts";

/** What a pass needs of a layer; every Layer has it. Layer itself imports passes, so they cannot import it. */
export interface LayerLike {
  readonly name: string;
  needsInputGradient: boolean;
  readonly mode: "train" | "eval";
  readonly multiInput: boolean;
  readonly keepsMeaning: boolean;
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
export const membersOf = (field: unknown): object => isTagged(field, "Map") ? [...field.values()]
  : Array.isArray(field) || isPlainObject(field) ? field : [];

/** The parameters and layers in the fields, and in arrays, Maps and plain objects there: within a pass, as it began. */
export function partsOf(owner: object, found = new Set<object>(), seen = new Set<unknown>()): ReadonlySet<object> {
  const known = hasState(owner) ? stateOf(owner).parts : undefined;
  if (known !== undefined) return known;
  for (const field of Object.values(owner) as unknown[]) {
    if (field instanceof Parameter || isLayer(field)) found.add(field);
    else if (typeof field === "object" && !seen.has(field)) partsOf(membersOf(field), found, seen.add(field));
  }
  return found;
}

/** The parameters of a layer and the layers within it, in the order of their fields; a shared one is listed once. */
export function parametersOf(layer: object): readonly Parameter[] {
  const found = new Set<object>(), parameters: Parameter[] = [];
  const visit = (owner: object) => {
    for (const part of partsOf(owner)) {
      if (found.size === found.add(part).size) continue; // met before
      if (part instanceof Parameter) parameters.push(part);
      else visit(part);
    }
  };
  visit(layer);
  return parameters;
}

/** The layers among a layer's own fields, without those inside them. */
export function layersIn(layer: object): readonly LayerLike[] {
  return [...partsOf(layer)].filter(isLayer);
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
