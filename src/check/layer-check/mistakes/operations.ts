/** Mistakes on the way from one operation of forward to another: a path that backward leaves out, doubles or scales. */
import type { Numbers, Tensor } from "../../../tensor/tensor.ts";
import { formatNumber } from "../verdict.ts";
import { perturbedCopy } from "../evidence.ts";
import { surrogateOf, type LayerCopy } from "../layer-copy.ts";
import { rememberedOf } from "../remembered.ts";
import { followed, overwrite, shownPlace, Watch } from "../watch.ts";
import { near, type Facts, type Finding, type KnownMistake } from "./facts.ts";
import { solve } from "./least-squares.ts";

/** How far the target is moved along a direction, to either side. */
export const STEP = 1e-5;
/** More operations than this are those of a loop over very many numbers; so many paths are tried. */
const MOST_OPERATIONS = 400, MOST_PATHS = 300;

/** What an operation reads that an earlier one made, or the target itself. */
export interface Path {
  readonly told: string;
  /** For each direction, what comes to the outputs tried by this path alone. */
  readonly parts: readonly Float64Array[];
}

/** Along each direction, what comes to the outputs tried: yours, and the right one. */
export interface Slopes {
  readonly yours: readonly Float64Array[];
  readonly right: readonly Float64Array[];
  readonly size: number;
}

/** Both, along three directions. */
export function slopesOf(facts: Facts): Slopes & { readonly directions: readonly Float64Array[] } {
  const { evidence: { subject, dy }, target, outputs } = facts, noise = subject.random(11).normal(dy).data;
  const directions = [0, 1, 2].map((d) => Float64Array.from(target.entries, (_, e) => {
    return noise[(7 * e + 3 * d) % noise.length] + 0.3 * ((5 * e + d) % 7) - 1;
  }));
  const along = (matrix: readonly Float64Array[]) => directions.map((direction) => {
    return Float64Array.from(outputs, (_, k) => matrix.reduce((sum, column, e) => sum + direction[e] * column[k], 0));
  });
  const yours = along(facts.yours), right = along(facts.right);
  const size = [...yours, ...right].flatMap((v) => [...v]).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  return { yours, right, size, directions };
}

/** What `run` returns while the target's numbers are moved by so many steps along a direction. */
export function whileMoved<T>(
  data: Numbers, { target }: Facts, steps: number, direction: ArrayLike<number>, run: () => T,
): T {
  const held = target.entries.map((at) => data[at]);
  target.entries.forEach((at, e) => { data[at] = held[e] + steps * STEP * direction[e]; });
  try {
    return run();
  } finally {
    target.entries.forEach((at, e) => { data[at] = held[e]; });
  }
}

/** One forward with the target moved along directions, and what is cut of it. */
class Cuts {
  readonly yours: readonly Float64Array[];
  readonly right: readonly Float64Array[];
  readonly size: number;
  readonly watch = new Watch();
  readonly made: readonly { readonly place: string; readonly data: Numbers }[];
  private found: readonly Path[] | undefined;
  private readonly facts: Facts;
  private readonly copy: LayerCopy;
  private readonly inputs: readonly Tensor[];
  private readonly target: Numbers;
  private readonly held: Numbers;
  private readonly directions: readonly Float64Array[];

  constructor(facts: Facts) {
    const { evidence, target } = facts, { subject, mode } = evidence;
    this.facts = facts;
    this.copy = perturbedCopy(subject, mode);
    this.copy.drawsLater = evidence.copy.drawsLater;
    const { parameters } = this.copy.layer;
    this.inputs = evidence.inputs.map(followed);
    this.target = (target.kind === "input" ? this.inputs[target.index] : parameters[target.index].value).data;
    this.held = this.target.slice();
    const slopes = slopesOf(facts);
    [this.yours, this.right, this.size, this.directions] = [slopes.yours, slopes.right, slopes.size, slopes.directions];
    this.run(0, 0);
    this.made = this.watch.made.map(({ place, data }) => ({ place, data: data.slice() }));
  }

  /** y of the outputs tried, with the target moved by that many steps along a direction. */
  private run(steps: number, direction: number): Float64Array {
    const { target, facts, copy } = this;
    try {
      const y = whileMoved(target, facts, steps, this.directions[direction], () => (
        this.watch.run(() => copy.rewind().forward(this.inputs))));
      return Float64Array.from(facts.outputs, (o) => y.data[o]);
    } finally {
      this.watch.before = undefined;
    }
  }

  /** All that an operation makes of what an earlier one made, or of the target, and that reaches y. */
  paths(facts: Facts): readonly Path[] {
    if (this.found !== undefined) return this.found;
    const { made } = this, places = [...new Set(made.map(({ place }) => place))], all: Path[] = [];
    let tried = 0;
    for (const at of places) {
      const last = made.length - 1 - [...made].reverse().findIndex(({ place }) => place === at);
      for (const from of [undefined, ...places]) {
        const isBehind = from === undefined || made.findIndex(({ place }) => place === from) < last;
        if (!isBehind || from === at || tried++ > MOST_PATHS) continue;
        const parts = this.part((place) => place === at, from);
        const name = nameOfMade(facts, this, from) ?? `the result of ${this.shown(from ?? "")}`;
        if (parts !== undefined) all.push({ told: `what ${this.shown(at)} makes of ${name}`, parts });
      }
    }
    return (this.found = all);
  }

  shown(place: string): string {
    return shownPlace(place, this.made.map((one) => one.place));
  }

  /** What reaches y because operations `at` read what was made at `from`, or the target; undefined if nothing does. */
  part(at: (place: string, index: number) => boolean, from: string | undefined): readonly Float64Array[] | undefined {
    const cut = (place: string, index: number) => {
      if (!at(place, index)) return undefined;
      if (from === undefined) return overwrite([this.target], () => this.held);
      const before = [...this.watch.made.keys()].filter((i) => this.made[i].place === from);
      return overwrite(before.map((i) => this.watch.made[i].data), (b) => this.made[before[b]].data);
    };
    const runWith = (steps: number, d: number) => {
      this.watch.before = cut;
      return this.run(steps, d);
    };
    const whole = this.run(1, 0), without = runWith(1, 0);
    if (without.every((value, k) => value === whole[k])) return undefined;
    const parts = this.directions.map((_, d) => {
      const [up, down] = [runWith(1, d), runWith(-1, d)];
      return up.map((value, k) => this.right[d][k] - (value - down[k]) / (2 * STEP));
    });
    return parts.some((part) => part.some((value) => Math.abs(value) > 1e-7 * this.size)) ? parts : undefined;
  }
}

/** What of a path is wrong if yours has this much of it. */
export function wrongIn(share: number): string {
  if (near(share, 0, 10)) return "is missing, forgotten";
  if (near(share, 2, 10)) return "is counted twice, doubled";
  if (near(share, -1, 10)) return "has the wrong sign, a minus";
  if (near(share, 0.5, 10)) return "is counted half";
  return `has a factor ${formatNumber(share)} that it should not have`;
}

/** How much of some paths is in yours, the rest being right; undefined if that does not explain it. */
export function sharesOf({ yours, right, size }: Slopes, paths: readonly Path[]): readonly number[] | undefined {
  const flat = (vectors: readonly Float64Array[]) => vectors.flatMap((vector) => [...vector]);
  const gap = flat(yours.map((vector, d) => vector.map((value, k) => value - right[d][k])));
  const shares = solve(paths.map(({ parts }) => flat(parts)), gap), all = paths.map(({ parts }) => flat(parts));
  const isIt = shares !== undefined && gap.every((value, i) => {
    return Math.abs(value - shares.reduce((sum, share, p) => sum + share * all[p][i], 0)) <= 1e-5 * size;
  });
  return isIt ? shares.map((share) => 1 + share) : undefined;
}

/** What is said of paths. */
export function found({ target, isInput, example }: Facts, told: readonly string[]): Finding {
  return {
    seen: `Yours is right but for ${told.length > 1 ? "two paths" : "one path"}, from operation to operation of `
      + `forward: ${told.join(", and ")} ${example}.`,
    meaning: "A number that is used by several operations gets the sum of what comes back from each: the sum and the "
      + "product rule.",
    question: `Which line of backward sends back what ${isInput ? target.name : "the weight"} does by that way?`,
  };
}

const onePath: KnownMistake = {
  name: "one path of several",
  find(facts) {
    const cuts = cutsOf(facts), ofSteps = cuts && steps(facts, cuts);
    if (cuts === undefined || ofSteps !== undefined) return ofSteps;
    for (const path of cuts.paths(facts)) {
      const shares = sharesOf(cuts, [path]);
      if (shares !== undefined && !near(shares[0], 1, 10)) return found(facts, [`${path.told} ${wrongIn(shares[0])}`]);
    }
    return undefined;
  },
};

const twoPaths: KnownMistake = {
  name: "one path of several",
  find(facts) {
    const cuts = cutsOf(facts);
    if (cuts === undefined) return undefined;
    const paths = cuts.paths(facts);
    for (const [p, first] of paths.entries()) {
      for (const second of paths.slice(p + 1)) {
        const shares = sharesOf(cuts, [first, second]);
        if (shares?.every((share) => [-1, 0, 0.5, 2].some((one) => near(share, one, 10))) !== true) continue;
        return found(facts, [first, second].map(({ told }, i) => `${told} ${wrongIn(shares[i])}`));
      }
    }
    return undefined;
  },
};

/** The same operation with the same weight, once for each step: some of the steps are wrong. */
function steps(facts: Facts, cuts: Cuts): Finding | undefined {
  const paths = cuts.made.flatMap((_, index) => {
    const parts = cuts.part((_place, i) => i === index, undefined);
    return parts === undefined ? [] : [{ told: cuts.shown(cuts.made[index].place), parts }];
  });
  const shares = paths.length > 1 && paths.length < 20 ? sharesOf(cuts, paths) : undefined;
  const wrong = shares?.flatMap((share, p) => (near(share, 1, 10) ? [] : [p])) ?? [];
  if (shares === undefined || wrong.length === 0) return undefined;
  const [first] = wrong, isOne = wrong.every((p) => near(shares[p], shares[first], 10));
  if (!isOne) return undefined;
  const which = wrong.length === paths.length ? "each" : wrong.map((p) => p + 1).join(", ");
  const lines = [...new Set(wrong.map((p) => paths[p].told))], isLoop = paths.every(({ told }) => told === lines[0]);
  return found(facts, [`${facts.target.name} is used ${paths.length} times, `
    + (isLoop ? `as in steps of a loop, at ${lines[0]}, and the part of use ${which}, counted from 1, `
      : `and the part of its use at ${lines.join(" and ")} `) + wrongIn(shares[first])]);
}

/** The name under which what is made there is remembered, if it is; the target's own. */
function nameOfMade(facts: Facts, { made }: Cuts, from: string | undefined): string | undefined {
  if (from === undefined) return facts.target.name;
  const first = made.find(({ place }) => place === from)?.data;
  return rememberedOf(facts.evidence).find(({ data }) => {
    return data.length === first?.length && first.every((value, i) => value === data[i]);
  })?.name;
}

const cache = new WeakMap<Facts, Cuts | undefined>();

function cutsOf(facts: Facts): Cuts | undefined {
  const { evidence } = facts;
  if (evidence.isLarge || !facts.isWhole || surrogateOf(evidence.copy.layer) !== undefined) return undefined;
  if (!cache.has(facts)) {
    const cuts = new Cuts(facts);
    cache.set(facts, cuts.made.length > 0 && cuts.made.length <= MOST_OPERATIONS ? cuts : undefined);
  }
  return cache.get(facts);
}

export const ONE_PATH = onePath;
export const TWO_PATHS = twoPaths;
