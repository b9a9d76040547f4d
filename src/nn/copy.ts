import { isPlainObject, isTagged } from "../tensor/realms.ts";
import { copyOf, Tensor, type DType } from "../tensor/tensor.ts";
import { branch, type Key } from "../tensor/threefry.ts";
import { instrument, Layer, type AnyLayer } from "./layer.ts";
import { Parameter } from "./parameter.ts";
import { isUnseeded } from "./random.ts";
import { copyState, stateOf } from "./state.ts";

/**
 * A copy of a layer, with all that is inside it, whose numbers are in the given dtype and its own. What was
 * shared stays shared within the copy. With draws = false what is still to be drawn stays so in the copy; the layer
 * itself is then to be used no more. With a key, undrawn weights without a seed stay undrawn in the layer; the copy
 * draws these, and masks without a seed, by the key. It copies fields: a layer's state must be there, not in
 * #private ones.
 */
export function convert<T extends AnyLayer>(layer: T, dtype: DType, draws: boolean | Key = true): T {
  const copies = new Map<object, object>(), key = typeof draws === "object" ? draws : undefined;
  let keyed = 0;

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

  const copyObject = (value: object): object => {
    if (value instanceof Tensor) return copyOf(value, dtype);
    if (ArrayBuffer.isView(value)) return copyOfView(value);
    if (isTagged(value, "Map")) return new Map([...value].map(([key, held]) => [copy(key), copy(held)]));
    if (isTagged(value, "Set")) return new Set([...value].map(copy));
    if (Array.isArray(value)) return value.map(copy);
    if (value instanceof Parameter) {
      const ownKey = key !== undefined && value.isUnseeded ? branch(key, keyed++) : undefined;
      if (!draws) value.drawIn(dtype);
      else if (ownKey === undefined) copy(value.value); // drawn now, so that both hold the same numbers
      const made = copyFields(value, Object.create(Parameter.prototype) as Parameter);
      if (ownKey !== undefined) {
        made.drawIn(dtype);
        made.key = ownKey;
      }
      if (made.unitAxis !== undefined) made.claimUnits(made.unitAxis);
      return made;
    }
    if (value instanceof Layer) {
      const made = Object.create(Reflect.getPrototypeOf(value)) as AnyLayer;
      instrument(made);
      copyState(value, made, copies);
      const state = stateOf(made);
      if (key !== undefined && state.place === undefined && isUnseeded(state.key)) state.key = branch(key, keyed++);
      return copyFields<AnyLayer>(value, made);
    }
    return isPlainObject(value) ? copyFields(value, {}) : value;
  };

  return copy(layer) as T;
}

/** A typed array of the same kind, with numbers of its own. */
function copyOfView(value: ArrayBufferView): object {
  return value instanceof DataView ? value : (Reflect.construct(value.constructor, [value]) as object);
}
