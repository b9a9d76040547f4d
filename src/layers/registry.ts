import { checkText } from "../tensor/checks.ts";
import { nearestName, OptionError, show } from "../tensor/errors.ts";
import { entryOf, OWN_LAYERS, type ArgumentsOf, type Entry, type IsNew } from "./arguments.ts";
import { Layer, type AnyLayer } from "./layer.ts";

/** A class whose instances are layers. */
export type LayerClass = abstract new (...args: never[]) => AnyLayer;

/** By name, in a Map: a file that says "__proto__" or "toString" finds nothing. */
const entries = new Map<string, Entry>(OWN_LAYERS.map((entry) => [entry.layer.name, entry]));

/**
 * Makes a layer class known by its name, so that files can name it; the framework's own are known already.
 * @param argumentsOf what the constructor is given to make a layer again; none, unless said. It may give
 * numbers, words, arrays and plain objects of them, tensors, parameters, constraints and layers.
 * @throws OptionError for what is no layer class, has no name, or has the name of another.
 * @example
 * export class Swish extends Layer { constructor(readonly beta = 1) { … } … }
 * register(Swish, (layer) => [layer.beta]);
 */
export function register<L extends AnyLayer>(
  layer: abstract new (...args: never[]) => L, argumentsOf?: ArgumentsOf<L>,
): void {
  const given: unknown = layer, how: unknown = argumentsOf, where = "register";
  const isLayer = typeof given === "function" && given.prototype instanceof Layer && given.name !== "";
  if (!isLayer) throw new OptionError({ where, given: show(given), allowed: "a named class that extends "
    + "Layer" });
  if (how !== undefined && typeof how !== "function") {
    const allowed = "a function of a layer, as (layer) => [layer.beta]";
    throw new OptionError({ where: `${where} ${layer.name}`, given: show(how), allowed });
  }
  const known = entries.get(layer.name);
  if (known !== undefined && known.layer !== layer) {
    const allowed = "names that no other layer has", advice = "Rename the class.";
    throw new OptionError({ where, given: `another class named "${layer.name}"`, allowed, advice });
  }
  if (known === undefined || argumentsOf !== undefined) entries.set(layer.name, entryOf(layer, argumentsOf));
}

/** The layer class of this name. @throws OptionError naming the nearest one when there is none. */
export function registered(name: string): LayerClass {
  const found = entries.get(checkText("layer name", name));
  if (found !== undefined) return found.layer;
  const names = [...entries.keys()], advice = `Did you mean "${nearestName(name, names)}"? Say `
    + `register(MyLayer).`;
  throw new OptionError({ where: "layer name", given: show(name), allowed: names.join(", "), advice });
}

/**
 * What a layer is made again from, by its class.
 * @throws OptionError for a class that is not registered.
 */
export function argumentsOf(layer: AnyLayer, isNew: IsNew): readonly unknown[] {
  const { name } = layer.constructor, entry = entries.get(name);
  if (entry?.layer === layer.constructor) return entry.argumentsOf(layer, isNew);
  const advice = `Say register(${name}); where its constructor takes arguments, say which: `
    + `register(${name}, (layer) => [ … ]).`;
  const allowed = "layers of registered classes";
  throw new OptionError({ where: `${layer}`, given: `the class ${name}, which is not registered`, allowed, advice });
}
