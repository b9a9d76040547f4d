/** Puts others in the place of the constructors and methods of arrays, for as long as a layer runs. */
import { Patch } from "./patch.ts";

type Method = (...given: never[]) => unknown;
/** What the caller gets instead of an array, or of a number, that a function, or method, makes. */
type Instead = (called: Method, made: unknown, method?: string) => unknown;

/** The methods that are replaced, as they are before. */
export function arrayMethods(): ReadonlyMap<string | symbol, Method> {
  return new Map(["push", "map", "slice", "concat", "reduce"].map((key) => {
    return [key, Reflect.get(Array.prototype, key) as Method];
  }));
}

/** Returns what puts all back. */
export function patchArrays(
  methods: ReadonlyMap<string | symbol, Method>, instead: Instead, isTraced: (items: object) => boolean,
): () => void {
  const patch = new Patch(), real = globalThis;
  type Type = new (...given: never[]) => object;
  for (const type of [Float64Array, Float32Array, Array] as readonly Type[]) {
    const make = (_: unknown, given: never[]): object => instead(make, new type(...given)) as object;
    const call = (_: unknown, __: unknown, given: never[]) => instead(call, new type(...given));
    const get = (_: unknown, key: PropertyKey): unknown => {
      const own: unknown = Reflect.get(type, key);
      if ((key !== "from" && key !== "of") || typeof own !== "function") return own;
      const factory = (...given: unknown[]): unknown => instead(factory, Reflect.apply(own, type, given));
      return factory;
    };
    patch.replace(real, type.name, new Proxy(type, { construct: make, apply: call, get }));
  }
  for (const [key, method] of methods) {
    const replaced = function(this: unknown[], ...given: unknown[]): unknown {
      const found: unknown = Reflect.apply(method, this, given);
      if (key === "push" && !isTraced(this)) instead(replaced, this, key);
      if (key === "reduce") return instead(replaced, found, key);
      return key === "map" || (key !== "push" && isTraced(this)) ? instead(replaced, found) : found;
    };
    patch.replace(Array.prototype, key, replaced);
  }
  return () => { patch.undo(); };
}
