/** Runs backward again with other numbers in one of the tensors that it reads, at one line alone. */
import { stateOf } from "../../nn/state.ts";
import { isPlainObject } from "../../tensor/realms.ts";
import { copyOf, Tensor, type Numbers } from "../../tensor/tensor.ts";
import { perturbedCopy, type Evidence } from "./evidence.ts";
import type { LayerCopy } from "./layer-copy.ts";
import { followed, overwrite, placeOfCall, shownPlace, Watch } from "./watch.ts";

/** Tensors that backward reads under one name: several if one for each row, or step, is kept in an array. */
export interface Source {
  readonly name: string;
  readonly arrays: readonly Numbers[];
  readonly isParameter?: boolean;
}

/** A line of backward, and the source that it reads. */
export interface Site {
  readonly place: string;
  readonly source: string;
}

/** The gradients of all targets, of one backward. */
export type Gradients = readonly (readonly number[])[];

interface Slot {
  readonly name: string;
  readonly places: { readonly owner: object; readonly key: string; readonly value: Tensor | Numbers | number[] }[];
}

/** What is remembered, by name; of those in an array of objects, as one for each row, all of one name. */
function slotsOf(memory: unknown): readonly Slot[] {
  const slots = new Map<string, Slot["places"]>();
  const visit = (owner: object, path: string): void => {
    for (const [key, value] of Object.entries(owner) as [string, unknown][]) {
      const name = Array.isArray(owner) ? path : path === "" ? key : `${path}.${key}`;
      if (value instanceof Tensor || isNumbers(value)) {
        slots.set(name, [...slots.get(name) ?? [], { owner, key, value }]);
      } else if (Array.isArray(value) || isPlainObject(value)) visit(value, name);
    }
  };
  if (Array.isArray(memory) || isPlainObject(memory)) visit(memory, "");
  return [...slots].map(([name, places]) => ({ name, places }));
}

function isNumbers(value: unknown): value is Numbers | number[] {
  if (value instanceof Float32Array || value instanceof Float64Array) return true;
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "number");
}

export class Rerun {
  /** What backward reads, by line: remembered tensors, dy, parameters, and results of its own operations. */
  readonly sites: readonly Site[];
  readonly sources: ReadonlyMap<string, Source>;
  private readonly evidence: Evidence;
  private readonly copy: LayerCopy;
  private readonly watch = new Watch();
  private readonly readAt: string[] = [];
  private count = 0;
  private isBack = false;
  private active: Site | undefined;
  private change: (source: Source) => readonly ArrayLike<number>[] = ({ arrays }) => arrays;
  private seen: Source[] = [];
  private changed: readonly Numbers[] | undefined;

  constructor(evidence: Evidence) {
    this.evidence = evidence;
    this.copy = perturbedCopy(evidence.subject, evidence.mode);
    this.copy.drawsLater = evidence.copy.drawsLater;
    for (const parameter of this.copy.layer.parameters) {
      const { grad, value } = parameter, name = parameter.name;
      const read = this.reader(name, value, 0);
      Object.defineProperty(parameter, "value", { get: () => (this.isBack ? read : value), configurable: true });
      Object.defineProperty(parameter, "grad", {
        get: () => {
          if (this.isBack) this.watch.next();
          return grad;
        },
        configurable: true,
      });
    }
    this.run();
    const first = this.readAt.map((read) => read.split("\n")).map(([place, source]) => ({ place, source }));
    const madeAt = [...new Set(this.ownMade.map(({ place }) => place))];
    const steps = this.watch.stepsFrom(this.forwardSteps);
    const own = steps.flatMap((place) => madeAt.filter((from) => from !== place).map((source) => ({ place, source })));
    const key = ({ place, source }: Site) => `${place}\n${source}`;
    this.sites = [...new Map([...first, ...own].map((site) => [key(site), site])).values()];
    this.places = [...new Set([...first.map(({ place }) => place), ...steps])];
    const sources = [...this.seen, ...madeAt.map((name) => this.madeSource(name))];
    this.sources = new Map(sources.map((one) => [one.name, one]));
  }

  private readonly places: readonly string[];
  private forwardMade = 0;
  private forwardSteps = 0;

  private get ownMade() {
    return this.watch.made.slice(this.forwardMade);
  }

  private madeSource(name: string): Source {
    return { name, arrays: this.ownMade.filter(({ place }) => place === name).map(({ data }) => data) };
  }

  /** How often backward reads a tensor. */
  get reads(): number {
    return this.readAt.length;
  }

  /** A line as it is shown. */
  shown(place: string): string {
    return shownPlace(place, this.places);
  }

  /** The gradients if, at that site, other numbers are read; undefined if it throws. */
  with(site: Site, change: (source: Source) => readonly ArrayLike<number>[]): Gradients | undefined {
    [this.active, this.change] = [site, change];
    try {
      return this.run();
    } catch {
      return undefined; // a shape that does not fit
    } finally {
      this.active = undefined;
    }
  }

  private reader(name: string, tensor: Tensor, index: number): Tensor {
    const get = () => {
      if (!this.isBack) return tensor.data;
      const read = this.readAt[this.count++] ??= `${placeOfCall()}\n${name}`, { active } = this;
      if (active?.source !== name || read !== `${active.place}\n${name}`) return tensor.data;
      const source = this.seen.find((one) => one.name === name);
      if (source === undefined) return tensor.data;
      // A loop reads a number at a time: what it reads is made once in each run.
      return (this.changed ??= this.change(source).map((data) => new Float64Array(data)))[index] ?? tensor.data;
    };
    return Object.create(tensor, { data: { get } }) as Tensor;
  }

  private run(): Gradients {
    const { copy, watch, evidence } = this, { layer } = copy, { targets, inputs } = evidence;
    for (const { grad } of layer.parameters) grad.data.fill(0);
    this.count = 0;
    this.changed = undefined;
    const dx = watch.run(() => {
      copy.rewind().forward(inputs);
      [this.forwardMade, this.forwardSteps] = [watch.made.length, watch.steps];
      const dy = followed(copyOf(evidence.dy)), slots = slotsOf(stateOf(layer).remembered?.value);
      this.seen = [
        ...slots.map(({ name, places }) => ({ name, arrays: places.map(({ value }) =>
          (value instanceof Tensor ? value.data : Float64Array.from(value))) })),
        { name: "dy", arrays: [dy.data] },
        ...layer.parameters.map(({ name, value }) => ({ name, arrays: [value.data], isParameter: true })),
        ...inputs.map(({ data }, i) => ({ name: inputs.length > 1 ? `x${i}` : "x", arrays: [data] })),
      ];
      for (const { name, places } of slots) places.forEach(({ owner, key, value }, i) => {
        if (value instanceof Tensor) Reflect.set(owner, key, this.reader(name, value, i));
      });
      const read = this.reader("dy", dy, 0);
      this.isBack = true;
      watch.before = (place) => this.overwriteAt(place);
      try {
        return copy.backwardOf(read);
      } finally {
        this.isBack = false;
        watch.before = undefined;
      }
    });
    return targets.map(({ kind, index, entries }) => {
      const { data } = kind === "input" ? dx[index] : layer.parameters[index].grad;
      return entries.map((at) => data[at]);
    });
  }

  private overwriteAt(place: string): (() => void) | undefined {
    const { active } = this;
    if (active?.place !== place || this.seen.some(({ name }) => name === active.source)) return undefined;
    const source = this.madeSource(active.source), changed = this.change(source);
    return overwrite(source.arrays, (i) => changed[i]);
  }
}
