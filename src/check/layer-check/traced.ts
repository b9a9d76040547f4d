/** Follows the numbers that loops read from arrays, one by one, and can give them other numbers to read. */
import { BufferPool } from "../../tensor/buffer-pool.ts";
import { OptionError } from "../../tensor/errors.ts";
import { isPlainObject } from "../../tensor/realms.ts";
import { allocate, Tensor, type DType, type Numbers } from "../../tensor/tensor.ts";
import { arrayMethods, patchArrays } from "./patched-arrays.ts";
import { isCalledByUser, placeOfCall } from "./watch.ts";
import { withPool } from "./inside.ts";

/** A line of the user's code, and the array that it reads there: by name, or by the line that made it, with "…". */
export interface Site {
  readonly place: string;
  readonly source: string;
  /** Which of all reads are its own, and which number of the source each of them reads. */
  readonly reads: number[];
  readonly indices: number[];
}

type Items = Numbers | unknown[];

/** A run that reads more numbers than this takes too long to be repeated. */
const MOST_READS = 12_000;

class Pool extends BufferPool {
  override readonly minLength = 0;
  private readonly wrap: (items: Items) => Numbers;

  constructor(wrap: (items: Items) => Numbers) {
    super(0);
    this.wrap = wrap;
  }

  override allocate(length: number, dtype: DType): Numbers {
    return dtype === "float64" ? this.wrap(allocate(length, dtype)) : allocate(length, dtype);
  }
}

export class Trace {
  readonly sites: Site[] = [];
  /** What each read of the last run got. */
  readonly values: number[] = [];
  /** Other numbers for some reads. */
  changed: ReadonlyMap<number, (value: number) => number> = new Map();
  private readonly siteOf: Site[] = [];
  private readonly known = new Map<string, Site>();
  private readonly wrapped = new WeakMap<object, object>();
  private readonly counts = new Map<string, number>();
  /** Of each call of what is replaced, in order, whether it is the user's. */
  private readonly isUsers: boolean[] = [];
  private calls = 0;
  private readonly literals = new WeakMap<object, { name: string; start: number; known: number }>();
  private isKnown = false;
  /** Methods of arrays as they are before they are replaced. */
  readonly methods = arrayMethods();
  private readonly ofNumbers = Float64Array;
  isOn = false;
  private count = 0;

  /** Runs something while what it reads of wrapped arrays, and of those it makes, is followed. */
  run<T>(pass: () => T): T {
    this.counts.clear();
    this.count = this.calls = 0;
    this.values.length = 0;
    return withPool(new Pool((items) => this.made(items) as Numbers), () => {
      const restore = patchArrays(this.methods, this.ofUser, (items) => this.wrapped.has(items));
      try {
        this.isOn = true;
        return pass();
      } finally {
        this.isOn = false;
        restore();
        this.isKnown = true;
      }
    });
  }

  /** Whether the last run made the reads of the first one. */
  get isSame(): boolean {
    return this.count === this.siteOf.length;
  }

  /** The same, with the arrays within it, as something whose reads are followed. */
  wrap(value: unknown, name: string): unknown {
    if (typeof value !== "object" || value === null) return value;
    const known = this.wrapped.get(value);
    if (known !== undefined) return known;
    if (value instanceof Tensor) return Object.create(value, { data: { value: this.array(value.data, name) } });
    if (value instanceof Float32Array || value instanceof Float64Array) return this.array(value, name);
    if (!Array.isArray(value) && !isPlainObject(value)) return value;
    this.wrapped.set(value, value);
    for (const [key, one] of Object.entries(value) as [string, unknown][]) {
      const path = Array.isArray(value) ? name : name === "" ? key : `${name}.${key}`;
      if (typeof one === "object") Reflect.set(value, key, this.wrap(one, path));
      else if (typeof one === "number" && !Array.isArray(value)) {
        const index = this.next(path);
        Object.defineProperty(value, key, { get: () => (this.isOn ? this.read(one, path, index) : one) });
      }
    }
    this.wrapped.delete(value);
    return Array.isArray(value) ? this.array(value, name) : value;
  }

  /** What a method of numbers gave, as numbers of the same kind. */
  numbers(result: unknown): unknown {
    const all = Array.isArray(result) ? result as number[] : [], numbers = new this.ofNumbers(all.length);
    all.forEach((value, i) => { numbers[i] = value; });
    return this.made(numbers);
  }

  made(items: Items): unknown {
    return this.isOn ? this.array(items, "") : items;
  }

  array(items: Items, given: string): unknown {
    const known = this.wrapped.get(items);
    if (known !== undefined) return known;
    const name = given === "" ? `${this.isKnown ? "" : this.here()}…` : given, start = this.counts.get(name) ?? 0;
    if (items.length > 0 && typeof items[0] !== "object") this.counts.set(name, start + items.length);
    const proxy: object = new Proxy<Items>(items, new Followed(this, name, start));
    this.wrapped.set(items, proxy).set(proxy, proxy);
    return proxy;
  }

  /** An array within one that was made, which may be any array. */
  nested(items: Items, index: number, name: string): unknown {
    return (items[index] = this.wrap(items[index], name) as never);
  }

  /** The user's line, found while nothing is followed. */
  private here(): string {
    this.isOn = false;
    try {
      return placeOfCall();
    } finally {
      this.isOn = true;
    }
  }

  /** A read, or a number that is made: what stands in its place. */
  read(value: number, name: string, index: number): number {
    const at = this.count++;
    if (!this.isKnown) {
      const allowed = `at most ${MOST_READS}`;
      if (at > MOST_READS) throw new OptionError({ where: "search", given: "more reads", allowed });
      const place = this.here(), key = `${place}\n${name}`;
      let site = this.known.get(key);
      if (site === undefined) {
        site = { place, source: name, reads: [], indices: [] };
        this.known.set(key, site);
        this.sites[this.sites.length] = site;
      }
      const n = site.reads.length;
      site.reads[n] = at;
      site.indices[n] = index < 0 ? n : index;
      this.siteOf[at] = site;
    }
    this.values[at] = value;
    return this.changed.get(at)?.(value) ?? value;
  }

  /** What the user's own code has from a constructor or method; of a method that makes numbers, these, too. */
  private readonly ofUser = (called: (...given: never[]) => unknown, one: unknown, method = ""): unknown => {
    if (!this.isOn || typeof one !== (method === "reduce" ? "number" : "object")) return one;
    // Those of numbers are a tensor's, whoever makes it.
    if (ArrayBuffer.isView(one)) return this.made(one as Numbers);
    const at = this.calls++;
    if (!this.isKnown) this.isOn = false;
    const isIt = this.isUsers[at] ??= isCalledByUser(called);
    this.isOn = true;
    if (isIt && method === "push") this.follow(one as unknown[]);
    return isIt && method !== "push" ? this.result(one, method) : one;
  };

  /** An array that was written as [] is followed from within: there is no other to put in its place. */
  private follow(items: unknown[]): void {
    let own = this.literals.get(items);
    if (own === undefined) {
      const name = `${this.isKnown ? "" : this.here()}…`;
      this.literals.set(items, own = { name, start: this.counts.get(name) ?? 0, known: 0 });
    }
    const { name, start } = own;
    for (; own.known < items.length; own.known++) {
      const index = own.known;
      let value = this.wrap(items[index], name);
      Object.defineProperty(items, index, {
        get: () => (this.isOn && typeof value === "number" ? this.read(value, name, start + index) : value),
        set: (now: unknown) => { value = now; }, enumerable: true, configurable: true,
      });
    }
    this.counts.set(name, start + items.length);
  }

  /** A number that a method made, or an array. */
  readonly result = (one: unknown, method: string): unknown => {
    if (!this.isOn) return one;
    return typeof one === "number" ? this.read(one, `${method}…`, -1) : this.made(one as Items);
  };

  private next(name: string): number {
    const index = this.counts.get(name) ?? 0;
    this.counts.set(name, index + 1);
    return index;
  }
}

/** What comes before an array's own reads and methods. */
class Followed implements ProxyHandler<Items> {
  private readonly own: readonly [trace: Trace, name: string, start: number];

  constructor(...own: [trace: Trace, name: string, start: number]) {
    this.own = own;
  }

  get(items: Items, key: string | symbol, self: unknown): unknown {
    const [trace, name, start] = this.own;
    if (typeof key === "string" && key.charCodeAt(0) < 58) {
      const index = Number(key), value: unknown = items[index];
      if (!trace.isOn) return value;
      if (typeof value === "number") return trace.read(value, name, start + index);
      return typeof value === "object" && value !== null ? trace.nested(items, index, name) : value;
    }
    if (Array.isArray(items)) return Reflect.get(items, key, self);
    const own: unknown = Reflect.get(items, key, items);
    if (typeof own !== "function" || key === "constructor") return own;
    if (key === "subarray") return (...by: [number]) => trace.array(items.subarray(...by), name);
    const generic: unknown = trace.methods.get(key) ?? Reflect.get(Array.prototype, key);
    if (typeof generic !== "function" || key === "copyWithin" || key === "sort") return own.bind(items);
    return (...by: unknown[]) => {
      const result: unknown = Reflect.apply(generic, self, by);
      if (key === "reduce") return trace.result(result, key);
      return key === "map" || key === "slice" || key === "filter" ? trace.numbers(result) : result;
    };
  }

  set(items: Items, key: string | symbol, value: unknown): boolean {
    return Reflect.set(items, key, value, items);
  }
}
