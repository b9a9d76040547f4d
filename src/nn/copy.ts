import { isPlainObject, isTagged } from "../tensor/realms.ts";
import { copyOf, Tensor, type DType } from "../tensor/tensor.ts";
import { instrument, Layer, type AnyLayer } from "./layer.ts";
import { Parameter } from "./parameter.ts";
import { copyState } from "./state.ts";

/**
 * A copy of a layer, with all that is inside it, whose numbers are in the given dtype and its own. What was
 * shared stays shared within the copy. With draws = false what is still to be drawn stays so in the copy; the layer
 * itself is then to be used no more. It copies fields: a layer's state must be there, not in #private ones.
 */
export function convert<T extends AnyLayer>(layer: T, dtype: DType, draws = true): T {
  const copies = new Map<object, unknown>();

  const copy = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (!copies.has(value)) copies.set(value, copyObject(value));
    return copies.get(value);
  };

  const copyFields = <O extends object>(from: O, to: O): O => {
    copies.set(from, to);
    for (const name of Object.keys(from)) Reflect.set(to, name, copy(Reflect.get(from, name)));
    return to;
  };

  const copyObject = (value: object): unknown => {
    if (value instanceof Tensor) return copyOf(value, dtype);
    if (ArrayBuffer.isView(value)) return copyOfView(value);
    if (isTagged(value, "Map")) return new Map([...value].map(([key, held]) => [copy(key), copy(held)]));
    if (isTagged(value, "Set")) return new Set([...value].map(copy));
    if (Array.isArray(value)) return value.map(copy);
    if (value instanceof Parameter) {
      if (draws) copy(value.value); // drawn now, so that both hold the same numbers
      else value.drawIn(dtype);
      const twin = copyFields(value, Object.create(Parameter.prototype) as Parameter);
      if (twin.unitAxis !== undefined) twin.claimUnits(twin.unitAxis);
      return twin;
    }
    if (value instanceof Layer) {
      const twin = Object.create(Reflect.getPrototypeOf(value)) as AnyLayer;
      instrument(twin);
      copyState(value, twin);
      return copyFields<AnyLayer>(value, twin);
    }
    return isPlainObject(value) ? copyFields(value, {}) : value;
  };

  return copy(layer) as T;
}

/** A typed array of the same kind, with numbers of its own. */
function copyOfView(value: ArrayBufferView): unknown {
  return value instanceof DataView ? value : Reflect.construct(value.constructor, [value]);
}
