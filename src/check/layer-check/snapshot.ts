import { Layer } from "../../nn/layer.ts";
import { Parameter } from "../../nn/parameter.ts";
import { isPlainObject, isTagged } from "../../tensor/realms.ts";
import { Tensor } from "../../tensor/tensor.ts";

type Restore = () => void;

/** Whether an object's own fields are the layer's state: layers, plain objects and what they hold. */
const hasFields = (value: object) => value instanceof Layer || isPlainObject(value);

/**
 * What a layer's fields hold, but for the numbers of its parameters, so that it can be put back: counters, running
 * statistics, generators and caches, however they are kept.
 */
export class Snapshot {
  private readonly restores: Restore[] = [];
  private readonly seen = new Set<object>();

  constructor(layer: object) {
    this.visit(layer);
    this.seen.clear();
  }

  restore(): void {
    for (const restore of this.restores) restore();
  }

  private visit(value: unknown): void {
    if (typeof value !== "object" || value === null || value instanceof Parameter || this.seen.has(value)) return;
    this.seen.add(value);
    if (value instanceof Tensor) this.visit(value.data);
    else if (ArrayBuffer.isView(value)) this.visitView(value);
    else if (isTagged(value, "Map")) this.visitMap(value);
    else if (isTagged(value, "Set")) this.visitSet(value);
    else if (Array.isArray(value)) this.visitArray(value);
    else if (hasFields(value)) this.visitFields(value);
  }

  private visitFields(owner: object): void {
    const fields = Object.entries(owner) as [string, unknown][], names = new Set(fields.map(([name]) => name));
    this.restores.push(() => {
      for (const name of Object.keys(owner)) if (!names.has(name)) Reflect.deleteProperty(owner, name);
      for (const [name, value] of fields) if (Reflect.get(owner, name) !== value) Reflect.set(owner, name, value);
    });
    for (const [, value] of fields) this.visit(value);
  }

  private visitArray(array: unknown[]): void {
    const items = [...array];
    if (!Object.isFrozen(array)) this.restores.push(() => { array.splice(0, array.length, ...items); });
    for (const item of items) this.visit(item);
  }

  private visitMap(map: Map<unknown, unknown>): void {
    const entries = [...map];
    this.restores.push(() => {
      map.clear();
      for (const [key, value] of entries) map.set(key, value);
    });
    for (const [, value] of entries) this.visit(value);
  }

  private visitSet(set: Set<unknown>): void {
    const items = [...set];
    this.restores.push(() => {
      set.clear();
      for (const item of items) set.add(item);
    });
  }

  private visitView(view: ArrayBufferView): void {
    const live = new Uint8Array(view.buffer, view.byteOffset, view.byteLength), bytes = live.slice();
    this.restores.push(() => live.set(bytes));
  }
}

/** The fields, by path, whose numbers differ between two copies of a layer; parameters are left out. */
export function differingFields(a: object, b: object): readonly string[] {
  const found: string[] = [], seen = new Set<object>();
  const visit = (x: unknown, y: unknown, path: string): void => {
    if (Object.is(x, y)) return;
    const areObjects = typeof x === "object" && typeof y === "object" && x !== null && y !== null;
    if (!areObjects) {
      found.push(path);
      return;
    }
    if (seen.has(x) || x instanceof Parameter) return;
    seen.add(x);
    if (x instanceof Tensor && y instanceof Tensor) visit(x.data, y.data, path);
    else if (ArrayBuffer.isView(x) && ArrayBuffer.isView(y)) {
      if (!sameBytes(x, y)) found.push(path);
    } else if (Array.isArray(x) || hasFields(x)) {
      const names = new Set([...Object.keys(x), ...Object.keys(y)]);
      for (const name of names) visit(Reflect.get(x, name), Reflect.get(y, name),
        path === "" ? name : `${path}.${name}`);
    }
  };
  visit(a, b, "");
  return found;
}

function sameBytes(a: ArrayBufferView, b: ArrayBufferView): boolean {
  if (a.byteLength !== b.byteLength) return false;
  const x = new Uint8Array(a.buffer, a.byteOffset, a.byteLength);
  const y = new Uint8Array(b.buffer, b.byteOffset, b.byteLength);
  return x.every((byte, i) => byte === y[i]);
}
