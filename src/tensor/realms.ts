/**
 * What a value is, whichever realm it comes from: an iframe, a vm context and jest's jsdom have globals of their own,
 * of which nothing is an instance of ours.
 */

/** The typed arrays that numbers come in. */
type TypedArray = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | BigUint64Array
  | BigInt64Array | Float32Array | Float64Array;
type Kind = TypedArray[typeof Symbol.toStringTag];

/** Whether it is a typed array of this kind, or of a class derived from it. */
export function isTyped<K extends Kind>(
  value: unknown, kind: K,
): value is Extract<TypedArray, { readonly [Symbol.toStringTag]: K }> {
  return ArrayBuffer.isView(value) && Reflect.get(value, Symbol.toStringTag) === kind;
}

/** What else is told by tag. */
interface Tagged {
  ArrayBuffer: ArrayBuffer;
  Map: Map<unknown, unknown>;
  Promise: Promise<unknown>;
  Set: Set<unknown>;
}

/** Whether its tag is this one. */
export function isTagged<K extends keyof Tagged>(value: unknown, tag: K): value is Tagged[K] {
  return Object.prototype.toString.call(value) === `[object ${tag}]`;
}

/** Whether it is an object as { … } or JSON.parse makes it. */
export function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Reflect.getPrototypeOf(value);
  return prototype === null || (typeof prototype === "object" && Reflect.getPrototypeOf(prototype) === null
    && Object.getOwnPropertyDescriptor(prototype, "isPrototypeOf") !== undefined);
}
