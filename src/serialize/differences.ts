import type { Json } from "../nn/json-state.ts";

/** A sentence for each place where two descriptions differ: what this one has, and not what the other has. */
export function differences(one: Json | undefined, other: Json | undefined, at = ""): readonly string[] {
  if (isContainer(one) && isContainer(other) && Array.isArray(one) === Array.isArray(other)) {
    const a = new Map(Object.entries(one)), b = new Map(Object.entries(other));
    const isOtherType = typeof a.get("type") === "string" && a.get("type") !== b.get("type");
    const names = isOtherType ? ["type"] : [...new Set([...a.keys(), ...b.keys()])];
    return names.flatMap((name) => differences(a.get(name), b.get(name), at === "" ? name : `${at}.${name}`));
  }
  return one === other ? [] : [`${at} ${shown(one)}, not ${shown(other)}`];
}

function isContainer(value: Json | undefined): value is readonly Json[] | { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null;
}

function shown(value: Json | undefined): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
