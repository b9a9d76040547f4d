/** The layers that a file exports, and how each is made. */
import type { LayerExample } from "../../check/layer-check.ts";
import { Layer, type AnyLayer } from "../../nn/layer.ts";
import { didYouMean, ofAnotherCopy, OptionError, show } from "../../tensor/errors.ts";
import { typeNameOf } from "../../tensor/type-name.ts";
import { loadModule, type Module } from "../load.node.ts";
import type { Options } from "./options.node.ts";

/** A layer class that can be instantiated: it has forward and backward. */
export interface Found {
  readonly name: string;
  readonly example: LayerExample;
}

/**
 * @throws OptionError if there is no such file, it cannot be loaded, it exports no layer, or the sizes of a layer are
 * not known.
 */
export async function findLayers(options: Options): Promise<readonly Found[]> {
  const { file, names } = options;
  const module = await loadModule(file, "a module that exports a layer class");
  const classes = new Map<string, LayerClass>();
  for (const [exported, value] of Object.entries(module)) {
    if (isLayerClass(value)) classes.set(exported === "default" ? typeNameOf(value) || exported : exported, value);
  }
  if (classes.size === 0) throw nothingFound(file, module);
  const known = [...classes.keys()];
  const missing = names.find((name) => !classes.has(name));
  if (missing !== undefined) {
    const advice = didYouMean(missing, known);
    throw new OptionError({ where: "--layer", given: missing, allowed: known.join(", "), advice });
  }
  const wanted = names.length === 0 ? known : names;
  return [...classes].filter(([name]) => wanted.includes(name)).map(([name, Class]) => {
    return { name, example: exampleOf(name, Class, options) };
  });
}

type LayerClass = (new (...args: unknown[]) => AnyLayer) & { example?: () => LayerExample };

function isLayerClass(value: unknown): value is LayerClass {
  return typeof value === "function" && value.prototype instanceof Layer && looksLikeLayer(value);
}

function looksLikeLayer(value: unknown): boolean {
  const made: unknown = typeof value === "function" ? value.prototype : undefined;
  if (typeof made !== "object" || made === null) return false;
  return ["forward", "backward"].every((name) => typeof Reflect.get(made, name) === "function");
}

function nothingFound(file: string, module: Module): OptionError {
  const foreign = Object.entries(module).find(([, value]) => looksLikeLayer(value));
  if (foreign !== undefined) {
    const given = `${foreign[0]}, which does not extend this chainrule's Layer`;
    const advice = ofAnotherCopy(foreign[1], Layer)
      || 'Say "extends Layer", and import Layer from the chainrule that checks it.';
    return new OptionError({ where: file, given, allowed: "classes that extend Layer", advice });
  }
  const names = Object.keys(module).join(", ") || "nothing";
  const advice = "Write export class MyLayer extends Layer, with forward and backward as methods.";
  return new OptionError({ where: file, given: `exports of ${names}`, allowed: "a layer class among "
    + "them", advice });
}

function exampleOf(name: string, Class: LayerClass, { shapes, keep }: Options): LayerExample {
  const own = typeof Class.example === "function" ? Class.example() : undefined;
  const how = `static example() { return { layer: (seed) => new ${name}(…), inputShapes: [4] }; }`;
  if (own !== undefined && (typeof own !== "object" || own === null || own.layer === undefined)) {
    throw new OptionError({ where: `${name}.example()`, given: show(own), allowed: "{ layer, inputShapes "
      + "}", advice: how });
  }
  const inputShapes = shapes ?? own?.inputShapes;
  if (inputShapes === undefined) {
    const advice = `Say --input 4, or write ${how}`;
    throw new OptionError({ where: name, given: "no sizes", allowed: "the shape of each input", advice });
  }
  const dropout = keep === undefined ? own?.dropout : { keep };
  const layer = own?.layer ?? made(name, Class, how);
  return { ...(own?.expected && { expected: own.expected }), layer, inputShapes, ...(dropout && { dropout }) };
}

/** A class whose constructor needs no arguments. */
function made(name: string, Class: LayerClass, how: string): AnyLayer {
  try {
    return new Class();
  } catch (error) {
    const given = `new ${name}() throws ${error instanceof Error ? error.message : show(error)}`;
    const allowed = "a constructor without arguments, or an example", advice = `Write ${how}`;
    throw new OptionError({ where: name, given, allowed, advice });
  }
}
