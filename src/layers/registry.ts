import { checkText } from "../tensor/checks.ts";
import { didYouMean, ofAnotherCopy, OptionError, show } from "../tensor/errors.ts";
import { typeNameOf } from "../tensor/type-name.ts";
import { ownAboutOf, type IsNew } from "../nn/description.ts";
import { Layer, type AnyLayer } from "../nn/layer.ts";
import * as own from "./all.ts";

/** A class whose instances are layers. */
export type LayerClass = abstract new (...args: never[]) => AnyLayer;

/** What the constructor of a layer's class is given to make that layer again. */
export type ArgumentsOf<L> = (layer: L, isNew: IsNew) => readonly unknown[];

/** A class of layers that files can name; and how arguments are written, unless the class says it itself. */
interface Entry {
  readonly layer: LayerClass;
  readonly argumentsOf?: ArgumentsOf<AnyLayer> | undefined;
}

/** By name, in a Map: a file that says "__proto__" or "toString" finds nothing. */
const entries = new Map<string, Entry>(Object.values(own).map((layer) => [typeNameOf(layer), { layer }]));

/** The names of the framework's own layers. */
export const OWN_NAMES: ReadonlySet<string> = new Set(entries.keys());

/**
 * Makes a layer class known by its name, so that files can name it; the framework's own are known already. The name is
 * the class's static `typeName`, else its class name. Minifiers change class names, so that a class whose files pass
 * between a minified page and other programs needs a typeName.
 * @param argumentsOf what the constructor is given to make a layer again; default what the class's static `about`
 * says, or nothing. It may give numbers, words, arrays and plain objects of them, tensors, parameters, constraints and
 * layers.
 * @throws OptionError for what is no layer class, has no name, or has the name of another.
 * @example
 * export class Swish extends Layer { static override readonly typeName = "Swish"; … }
 * register(Swish, (layer) => [layer.beta]);
 */
export function register<L extends AnyLayer>(
  layer: abstract new (...args: never[]) => L, argumentsOf?: ArgumentsOf<L>,
): void {
  const given: unknown = layer, how: unknown = argumentsOf, where = "register";
  const name = typeof given === "function" && given.prototype instanceof Layer ? typeNameOf(given) : "";
  if (name === "") {
    const allowed = "a class that extends Layer, with a name or a static typeName";
    throw new OptionError({ where, given: show(given), allowed, advice: ofAnotherCopy(given, Layer) });
  }
  if (how !== undefined && typeof how !== "function") {
    const allowed = "a function of a layer, as (layer) => [layer.beta]";
    throw new OptionError({ where: `${where} ${name}`, given: show(how), allowed });
  }
  const known = entries.get(name);
  if (known !== undefined && known.layer !== layer) {
    const allowed = "names that no other layer has";
    const advice = 'Rename the class, or give it a name that minifiers keep: static typeName = "Swish". Minified '
      + "classes may share a name.";
    throw new OptionError({ where, given: `another class named "${name}"`, allowed, advice });
  }
  const write: ArgumentsOf<AnyLayer> | undefined = argumentsOf
    && ((given, isNew) => (given instanceof layer ? argumentsOf(given, isNew) : []));
  if (known === undefined || write !== undefined) entries.set(name, { layer, argumentsOf: write });
}

/** The layer class of this name. @throws OptionError naming the nearest one when there is none. */
export function registered(name: string): LayerClass {
  const found = entries.get(checkText("layer name", name));
  if (found !== undefined) return found.layer;
  const names = [...entries.keys()], advice = `${didYouMean(name, names, show)} Say register(MyLayer).`.trim();
  throw new OptionError({ where: "layer name", given: show(name), allowed: names.join(", "), advice });
}

/**
 * What a layer is made again from, by its class.
 * @throws OptionError for a class that is not registered.
 */
export function argumentsOf(layer: AnyLayer, isNew: IsNew): readonly unknown[] {
  const name = typeNameOf(layer.constructor), entry = entries.get(name);
  if (entry?.layer === layer.constructor) {
    return entry.argumentsOf?.(layer, isNew) ?? ownAboutOf(layer).constructorArguments?.(layer, isNew) ?? [];
  }
  const advice = `Say register(${name}); where its constructor takes arguments, say which: `
    + `register(${name}, (layer) => [ … ]).`;
  const allowed = "layers of registered classes";
  throw new OptionError({ where: `${layer}`, given: `the class ${name}, which is not registered`, allowed, advice });
}
