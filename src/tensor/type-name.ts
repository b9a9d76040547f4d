/**
 * What files, summaries and messages call a class: its own static `typeName`, which minifiers keep, else its name.
 * A typeName that is inherited names the base class, so it does not count.
 */
export function typeNameOf(type: object): string {
  const key = Object.getOwnPropertyDescriptor(type, "typeName") === undefined ? "name" : "typeName";
  const name: unknown = Reflect.get(type, key);
  return typeof name === "string" ? name : "";
}
