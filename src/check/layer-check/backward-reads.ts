/** What the numbers that backward reads, at one place of the code, do to the gradients. */
import { stateOf } from "../../nn/state.ts";
import { copyOf, Tensor, zeros } from "../../tensor/tensor.ts";
import { gather, perturbedCopy, type Evidence } from "./evidence.ts";
import { inside } from "./inside.ts";
import type { LayerCopy } from "./layer-copy.ts";
import { Trace, type Site } from "./traced.ts";
import { placeOfCall, shownPlace } from "./watch.ts";

/** So many gradients are compared, each for another dy. */
export const GRADIENTS = 4;
/** Backward is run so often at most, and less often if it reads much. */
const MOST_RUNS = 2500, MOST_READS = 6e6;

/** Numbers that are known beside those that are read: they do not depend on dy. */
export interface Known {
  readonly name: string;
  readonly data: ArrayLike<number>;
}

/** What one site's numbers do: by number of its source, or by read. */
export interface Effects {
  readonly site: Site;
  /** Of each column, the number of the source; the same one several times if by read. */
  readonly indices: readonly number[];
  /** For each dy, what was read, and by how much the gradients move if it is 1 more. */
  readonly given: readonly Float64Array[];
  readonly columns: readonly (readonly Float64Array[])[];
  /** Whether what is read depends on dy. */
  readonly isOfDy: boolean;
}

export class BackwardReads {
  readonly evidence: Evidence;
  readonly known: Known[] = [];
  /** For each dy, the gradients of all targets, one after the other: backward's, and the right ones. */
  readonly yours: Float64Array[] = [];
  readonly right: readonly Float64Array[];
  /** The places of the targets in these. */
  readonly starts: readonly number[];
  readonly sites: readonly Site[];
  private readonly dys: readonly Tensor[];
  private readonly given: (readonly number[])[] = [];
  private readonly copy: LayerCopy;
  private readonly trace = new Trace();
  private runs: number;

  /** One row shows what more would, in less time, if rows do not mix. */
  constructor({ subject, mode, place, copy }: Evidence, rows: number) {
    const evidence = this.evidence = gather(subject, mode, place, { rows, drawsLater: copy.drawsLater });
    const { targets, y, dy } = evidence, n = y.data.length;
    this.copy = perturbedCopy(subject, mode);
    this.copy.drawsLater = copy.drawsLater;
    const noise = subject.random(12).normal(zeros([GRADIENTS, n], "float64")).data;
    this.dys = Array.from({ length: GRADIENTS }, (_, d) =>
      (d === 0 ? dy : new Tensor(noise.slice(d * n, (d + 1) * n), y.shape)));
    let start = 0;
    this.starts = targets.map(({ entries }) => (start += entries.length) - entries.length);
    this.right = this.dys.map(({ data }) => Float64Array.from(targets.flatMap(({ slopes }) => slopes.map((column) =>
      column.reduce((sum, slope, o) => sum + slope * (o < n ? data[o] : 1), 0)))));
    this.runs = 1e9;
    const outer = placeOfCall();
    for (let d = 0; d < GRADIENTS; d++) {
      this.yours[d] = this.run(d, new Map()) ?? new Float64Array(0);
      this.given[d] = [...this.trace.values];
    }
    this.sites = this.trace.sites.filter(({ place: at, source }) => {
      return at !== outer && at !== "" && source !== `${at}…`;
    });
    this.runs = Math.min(MOST_RUNS, MOST_READS / (this.trace.values.length + 1));
  }

  /** A line as it is shown. */
  shown(place: string): string {
    return shownPlace(place, this.sites.map((site) => site.place));
  }

  /** What each read of the backward for that dy gave. */
  valuesOf(d: number): readonly number[] {
    return this.given[d];
  }

  /** Runs backward with other numbers at some reads; undefined if it fails, reads otherwise then, or ran too often. */
  run(d: number, changed: ReadonlyMap<number, (value: number) => number>): Float64Array | undefined {
    if (this.runs-- < 0) return undefined;
    const { copy, trace, evidence } = this, { layer } = copy;
    for (const { grad } of layer.parameters) grad.data.fill(0);
    trace.changed = changed;
    try {
      const dx = inside(() => {
        copy.rewind().forward(evidence.inputs);
        if (this.known.length === 0) this.remember();
        const state = stateOf(layer), { remembered } = state, dy = copyOf(this.dys[d]);
        if (remembered !== undefined) state.remembered = { value: trace.wrap(remembered.value, "") };
        for (const [key, value] of this.fields()) Reflect.set(layer, key, trace.wrap(value, key));
        const values = layer.parameters.map(({ name, value }) => trace.wrap(value, name));
        layer.parameters.forEach((parameter, p) => {
          Object.defineProperty(parameter, "value", { value: values[p], configurable: true, writable: true });
        });
        try {
          return trace.run(() => copy.backwardOf(trace.wrap(dy, "dy") as Tensor));
        } finally {
          layer.parameters.forEach((parameter) => Reflect.deleteProperty(parameter, "value"));
        }
      });
      if (!trace.isSame) return undefined;
      return Float64Array.from(evidence.targets.flatMap(({ kind, index, entries }) => {
        const { data } = kind === "input" ? dx[index] : layer.parameters[index].grad;
        return entries.map((at) => data[at]);
      }));
    } catch {
      return undefined;
    }
  }

  private fields(): readonly [string, unknown][] {
    const { layer } = this.copy;
    return Object.entries(layer).filter(([, value]) => value instanceof Tensor || Array.isArray(value)
      || value instanceof Float64Array || value instanceof Float32Array) as [string, unknown][];
  }

  /** What is known without dy: what is remembered, by name, parameters, x and y. */
  private remember(): void {
    const all = new Map<string, number[]>(), add = (name: string, numbers: Iterable<number>) => {
      all.set(name, [...all.get(name) ?? [], ...numbers]);
    };
    const visit = (value: unknown, name: string): void => {
      if (typeof value === "number") add(name, [value]);
      else if (value instanceof Tensor) add(name, value.data);
      else if (value instanceof Float64Array || value instanceof Float32Array) add(name, value);
      else if (Array.isArray(value)) for (const one of value) visit(one, name);
      else if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
        for (const [key, one] of Object.entries(value)) visit(one, name === "" ? key : `${name}.${key}`);
      }
    };
    visit(stateOf(this.copy.layer).remembered?.value, "");
    for (const [key, value] of this.fields()) visit(value, key);
    const { inputs, y } = this.evidence, further: (readonly [string, Iterable<number>])[] = [
      ...this.copy.layer.parameters.map(({ name, value }) => [name, value.data] as const),
      ...inputs.map(({ data }, i) => [inputs.length > 1 ? `x${i}` : "x", data] as const), ["y", y.data],
    ];
    for (const [name, data] of further) if (!all.has(name)) add(name, data);
    this.known.push(...[...all].map(([name, data]) => ({ name, data })));
  }

  /** Whether a site's numbers reach some of the targets that are wrong, and none that is right. */
  reaches(site: Site, wrong: readonly boolean[]): boolean {
    const change = (value: number) => 1.3 * value + 0.1, changed = new Map(site.reads.map((at) => [at, change]));
    const after = this.run(0, changed);
    if (after === undefined) return false;
    const { targets } = this.evidence;
    const isMoved = targets.map(({ entries, largest }, t) => entries.some((_, e) => {
      const at = this.starts[t] + e;
      return !(Math.abs(after[at] - this.yours[0][at]) <= 1e-7 * largest);
    }));
    return isMoved.some((is) => is) && isMoved.every((is, t) => !is || wrong[t]);
  }

  /** The reads of a site by number of its source, or each by itself. */
  groupsOf(site: Site, byRead: boolean): ReadonlyMap<number, readonly number[]> {
    const groups = new Map<number, number[]>();
    site.indices.forEach((index, r) => {
      const key = byRead ? r : index;
      groups.set(key, [...groups.get(key) ?? [], site.reads[r]]);
    });
    return groups;
  }

  /** What is read, for each dy, and whether it depends on that. */
  givenAt(lists: readonly (readonly number[])[]): Pick<Effects, "given" | "isOfDy"> {
    const given = this.given.map((values) => Float64Array.from(lists, ([first]) => values[first]));
    return { given, isOfDy: given.some((values) => values.some((value, c) => value !== given[0][c])) };
  }

  /** The effects of what is read there; undefined if the gradients are not linear in it. */
  effects(site: Site, byRead: boolean, count: number): Effects | undefined {
    const groups = this.groupsOf(site, byRead);
    if (groups.size * count > Math.min(this.runs, 400)) return undefined;
    const lists = [...groups.values()], own = [...groups.keys()].map((key) => (byRead ? site.indices[key] : key));
    // Of what is made, the numbers that are read alone count.
    const order = [...new Set(own)].sort((a, b) => a - b), isMade = site.source.endsWith("…");
    const indices = isMade ? own.map((index) => order.indexOf(index)) : own;
    const { given, isOfDy } = this.givenAt(lists);
    const columns: Float64Array[][] = [];
    for (let d = 0; d < count; d++) {
      const slopes: Float64Array[] = [], moved = new Map<number, (value: number) => number>();
      const expected = Float64Array.from(this.yours[d]);
      for (const [c, reads] of lists.entries()) {
        const step = 1.37 * Math.max(Math.abs(given[d][c]), 0.1), change = (value: number) => value + step;
        const after = this.run(d, new Map(reads.map((at) => [at, change])));
        if (after === undefined) return undefined;
        slopes.push(after.map((value, i) => (value - this.yours[d][i]) / step));
        const by = (c % 3 === 0 ? -0.7 : 0.4) * step;
        slopes[c].forEach((slope, i) => { expected[i] += by * slope; });
        for (const at of reads) moved.set(at, (value) => value + by);
      }
      const together = this.run(d, moved), size = largestOf(expected);
      if (together?.every((value, i) => Math.abs(value - expected[i]) <= 1e-8 * size) !== true) return undefined;
      columns.push(slopes);
    }
    return { site, indices, given, columns, isOfDy };
  }
}

export function largestOf(numbers: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < numbers.length; i++) most = Math.max(most, Math.abs(numbers[i]));
  return most;
}
