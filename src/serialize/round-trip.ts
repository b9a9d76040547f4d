import { Network } from "../network/network.ts";
import { Layer } from "../nn/layer.ts";
import { allLayersOf, type LayerLike } from "../nn/parts.ts";
import { Parameter } from "../nn/parameter.ts";
import { OptionError, show } from "../tensor/errors.ts";
import { isPlainObject } from "../tensor/realms.ts";
import { sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { typeNameOf } from "../tensor/type-name.ts";

/** Fields that say how a layer is used, not what it is; a description has them next to its arguments. */
const APART = ["name", "needsInputGradient"];

/**
 * Throws for a layer that is not the same when it is made again from its description: one that has another
 * class, other plain fields, or other parameters. Tensors are not looked at, for numbers are saved beside.
 */
export function checkRoundTrip(network: Network, rebuilt: Network): void {
  const layers = allLayersOf(network), others = allLayersOf(rebuilt);
  layers.forEach((layer, i) => {
    const other: LayerLike | undefined = others[i];
    if (other?.constructor !== layer.constructor) throw refusal(layer, "layers within it", other);
    const fields = new Map<string, unknown>(Object.entries(layer));
    const made = new Map<string, unknown>(Object.entries(other));
    for (const name of new Set([...fields.keys(), ...made.keys()])) {
      const field = fields.get(name), again = made.get(name);
      // The plan of a network is made of what its description lists, by the same code.
      if (APART.includes(name) || (layer instanceof Network && typeof field === "object")) continue;
      if (!isSame(field, again, new Set())) throw refusal(layer, `field "${name}" as ${show(field)}`, again);
    }
  });
  if (others.length !== layers.length) throw refusal(network, `${layers.length} layers`, others.length);
}

function refusal(layer: LayerLike, what: string, again: unknown): OptionError {
  const name = typeNameOf(layer.constructor);
  const given = `a layer that has its ${what}, but ${show(again)} when it is made again`;
  const advice = `Say what its constructor takes: register(${name}, (layer) => [ … ]).`;
  const allowed = "layers that can be made again as they are";
  return new OptionError({ where: layer.toString(), given, allowed, advice });
}

function isSame(a: unknown, b: unknown, seen: Set<unknown>): boolean {
  if (Object.is(a, b) || seen.has(a)) return true;
  if (isNumbersToCome(a) && isNumbersToCome(b)) return true;
  if (typeof a === "function") return typeof b === "function";
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  seen.add(a);
  const areAlike = (isPlainObject(a) && isPlainObject(b)) || (Array.isArray(a) && Array.isArray(b));
  if (!areAlike && a.constructor !== b.constructor) return false;
  if (a instanceof Layer) return true; // compared on its own
  if (a instanceof Parameter) return b instanceof Parameter && isSameParameter(a, b);
  const fields = Object.keys(a), others = new Set(Object.keys(b));
  if (fields.length !== others.size || fields.some((name) => !others.has(name))) return false;
  return fields.every((name) => isSame(Reflect.get(a, name), Reflect.get(b, name), seen));
}

/** A tensor, or a field in which one may come. */
function isNumbersToCome(value: unknown): boolean {
  return value === undefined || value instanceof Tensor;
}

function isSameParameter(a: Parameter, b: Parameter): boolean {
  const isAlike = a.name === b.name && a.decay === b.decay && a.unitAxis === b.unitAxis && sameShape(a.shape, b.shape);
  return isAlike && isSame(a.constraint, b.constraint, new Set());
}
