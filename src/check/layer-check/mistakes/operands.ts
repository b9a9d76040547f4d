/** One operand of backward that is wrong: with another at that line, every gradient that it reaches would be right. */
import { TOLERANCE } from "../evidence.ts";
import { Rerun, type Gradients, type Site, type Source } from "../rerun.ts";
import { near, type Facts, type KnownMistake } from "./facts.ts";
import { layoutsOf } from "./layouts.ts";

/** Backward is run so often at most; less often if it reads numbers one by one, in loops. */
const MOST_RUNS = 3000, MOST_READS = 2e6, LEAST_RUNS = 300;

type Numbers = ArrayLike<number>;

/** Other numbers for a source, and what is said of them. */
interface Substitute {
  readonly told: string;
  readonly of: (source: Source) => readonly Numbers[] | undefined;
}

/** With T for the source, and U for another. */
const OF_ONE: readonly (readonly [string, (v: number) => number])[] = [
  ["T has the wrong sign, a minus", (v) => -v], ["1 - T belongs, not T", (v) => 1 - v],
  ["the square of T, T², belongs", (v) => v * v],
  ["1 minus the square of T, tanh' = 1 - T², belongs, not T", (v) => 1 - v * v],
  ["T times (1 - T), σ' = T·(1 - T), belongs, not T", (v) => v * (1 - v)],
  ["1/T belongs: multiplied for divided, or the reverse", (v) => 1 / v], ["the root of T belongs", Math.sqrt],
  ["T is needed twice, a factor 2", (v) => 2 * v], ["half of T is needed, a factor 1/2", (v) => v / 2],
  ["the sign of T belongs", Math.sign], ["|T| belongs", Math.abs],
  ["the factor T is one too many", () => 1], ["the term with T is one too many", () => 0],
  ["-(1 - T) belongs", (v) => v - 1], ["1 + T belongs", (v) => 1 + v], ["T³ belongs", (v) => v * v * v],
];

const OF_TWO: readonly (readonly [string, (v: number, u: number) => number])[] = [
  ["the factor U is missing: T·U belongs", (v, u) => v * u],
  ["a division by U is missing: T/U belongs", (v, u) => v / u],
  ["the term -U is missing: T - U belongs", (v, u) => v - u],
  ["the term +U is missing: T + U belongs", (v, u) => v + u],
  ["the factor 1 - U is missing: T·(1 - U) belongs", (v, u) => v * (1 - u)],
  ["the derivative of a tanh is missing, the factor 1 - U²: T·(1 - U²) belongs", (v, u) => v * (1 - u * u)],
  ["the derivative of a sigmoid is missing, the factor U·(1 - U): T·U·(1 - U) belongs", (v, u) => v * u * (1 - u)],
  ["the mask of a ReLU is missing: T only where U > 0", (v, u) => (u > 0 ? v : 0)],
  ["U - T belongs", (v, u) => u - v], ["the factor U² is missing: T·U² belongs", (v, u) => v * u * u],
  ["a division by U² is missing: T/U² belongs", (v, u) => v / (u * u)],
];

function each(numbers: Numbers, f: (value: number, i: number) => number): Float64Array {
  const changed = new Float64Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) changed[i] = f(numbers[i], i);
  return changed;
}

/** How numbers of `from` lie beside those of `to`: as many, one for each part of it, or the same for each part. */
function beside(from: readonly Numbers[], to: readonly Numbers[]): readonly ((i: number, a: number) => number)[] {
  if (to.length === 0 || from.length === 0) return [];
  const at = (a: number) => from[from.length === 1 ? 0 : a];
  if (from.length !== 1 && from.length !== to.length) return [];
  const n = from[0].length, m = to[0].length;
  if (n === m) return [(i, a) => at(a)[i]];
  if (n < 2 || m % n !== 0) return [];
  return [(i, a) => at(a)[Math.floor((i * n) / m)], (i, a) => at(a)[i % n]];
}

function substitutesOf(source: Source, others: readonly Source[]): readonly Substitute[] {
  const all: Substitute[] = [], fits = others.filter(({ name }) => name !== source.name);
  for (const { name, arrays } of fits) {
    for (const u of beside(arrays, source.arrays)) {
      all.push({ told: `${name} belongs, not T`,
        of: ({ arrays: now }) => now.map((data, a) => each(data, (_, i) => u(i, a))) });
    }
  }
  const length = source.arrays[0]?.length ?? 0;
  for (const [told, f] of OF_ONE) all.push({ told, of: ({ arrays }) => arrays.map((data) => each(data, f)) });
  if (source.arrays.every((data) => data.length === length)) {
    for (const { told, from } of layoutsOf(length)) {
      all.push({ told: `T must be read ${told}`,
        of: ({ arrays }) => arrays.map((data) => each(data, (_, i) => data[from[i]])) });
    }
  }
  for (const [told, f] of OF_TWO) {
    for (const { name, arrays, isParameter } of fits) {
      // Sums of parameters are seldom meant: with two gates p and 1 - p they say what p would.
      if (isParameter === true && told.includes("term")) continue;
      for (const u of beside(arrays, source.arrays)) {
        all.push({ told: told.replaceAll("U", name),
          of: ({ arrays: now }) => now.map((data, a) => each(data, (value, i) => f(value, u(i, a)))) });
      }
    }
  }
  return all;
}

/** Whether a site reaches the target, and nothing that is right already. */
function reaches({ evidence: { targets }, target }: Facts, before: Gradients, after: Gradients | undefined): boolean {
  if (after === undefined) return false;
  const isSame = (t: number) => before[t].every((value, e) => near(value, after[t][e], targets[t].largest));
  return targets.every((one, t) => (one === target ? !isSame(t) : !(one.error <= TOLERANCE) || isSame(t)));
}

function isRight({ evidence: { targets }, target }: Facts, given: Gradients | undefined): boolean {
  return given !== undefined && targets.every((one, t) => {
    return (one !== target && !(one.error <= TOLERANCE))
      || one.numeric.every((value, e) => near(given[t][e], value, one.largest));
  });
}

const wrongOperand: KnownMistake = {
  name: "another operand",
  find(facts) {
    const { evidence, isLinear, target } = facts;
    if (evidence.isLarge || !isLinear || target.entries.length < 3) return undefined;
    const rerun = rerunOf(facts), before = evidence.targets.map(({ yours }) => [...yours]);
    if (rerun === undefined) return undefined;
    const moved = ({ arrays }: Source) => arrays.map((data) => each(data, (value, i) => (i % 2 - 0.4) * (value + 0.1)));
    const most = Math.min(MOST_RUNS, Math.max(LEAST_RUNS, MOST_READS / rerun.reads));
    let runs = 0;
    // Each run says what every gradient would be: other targets look at the same ones.
    const run = (site: Site, key: string, change: (source: Source) => readonly Numbers[]) => {
      runs++;
      return once(rerun, `${rerun.sites.indexOf(site)} ${key}`, () => rerun.with(site, change));
    };
    const sites = rerun.sites.filter((site) => reaches(facts, before, run(site, "moved", moved)));
    const lists = sites.map(({ source: name }) => once(rerun, `substitutes ${name}`, () => {
      const source = rerun.sources.get(name);
      return source === undefined ? [] : substitutesOf(source, [...rerun.sources.values()]);
    }));
    const longest = lists.reduce((most, list) => Math.max(most, list.length), 0);
    // The plainest of every site first.
    for (let s = 0; s < longest; s++) {
      for (const [at, site] of sites.entries()) {
        const substitute = lists[at][s];
        if (substitute === undefined || runs > most) continue;
        const given = run(site, String(s), (source) => substitute.of(source) ?? source.arrays);
        if (isRight(facts, given)) return told(facts, rerun, site, substitute);
      }
    }
    return undefined;
  },
};

function told({ target, example }: Facts, rerun: Rerun, { place, source }: Site, { told: text }: Substitute) {
  const nameOf = (name: string) => (name.includes(":") ? `the result of ${rerun.shown(name)}` : name);
  const made = [...rerun.sources.keys()].filter((name) => name.includes(":"));
  const shown = made.reduce((sum, name) => sum.replaceAll(name, nameOf(name)),
    text.replaceAll(/\bT\b/g, nameOf(source)));
  return {
    seen: `One operand of backward is wrong: where it reads ${nameOf(source)}, at ${rerun.shown(place)}, ${shown}. `
      + `With that the gradient of ${target.name} would be right ${example}.`,
    meaning: "The rest of the formula is right: one tensor in it stands for another of the same shape, or for its "
      + "derivative, complement, sign or transpose, or lacks a factor or term.",
    question: "What has the formula at this place?",
  };
}

const cache = new WeakMap<Facts["evidence"], Rerun | undefined>(), results = new WeakMap<Rerun, Map<string, unknown>>();

/** What is made for a rerun under a key, the first time it is asked for. */
function once<T>(rerun: Rerun, key: string, make: () => T): T {
  const known = results.get(rerun) ?? new Map<string, unknown>();
  results.set(rerun, known);
  if (!known.has(key)) known.set(key, make());
  return known.get(key) as T;
}

function rerunOf({ evidence }: Facts): Rerun | undefined {
  if (!cache.has(evidence)) {
    try {
      cache.set(evidence, new Rerun(evidence));
    } catch {
      cache.set(evidence, undefined); // not a layer that takes such tensors
    }
  }
  return cache.get(evidence);
}

export const OPERANDS = wrongOperand;
