/** One number that backward's loops read wrongly: found by what it would have to be for the gradients to be right. */
import { sizeOf } from "../../../tensor/shape.ts";
import { TOLERANCE, type Evidence, type Target } from "../evidence.ts";
import { BackwardReads, GRADIENTS, type Effects } from "../backward-reads.ts";
import type { Site } from "../traced.ts";
import { formatNumber } from "../verdict.ts";
import { near, type Facts, type Finding, type KnownMistake } from "./facts.ts";
import { layoutsOf } from "./layouts.ts";
import { isPossible, neededAt, neededByNewton, wantedOf, type Needed, type Wanted } from "./needed.ts";
import { softmaxAt } from "./softmax-reads.ts";
import { Tables } from "./tables.ts";

/** What explains the gradients: at one place of backward, by one array. */
interface Located {
  readonly site: Site;
  /** "T has the wrong sign, a minus": T for what is read there; undefined if it is not known. */
  readonly told: string | undefined;
  readonly name: string;
}

const BESIDE = [
  [0, ""], [-1, " of the place before (0 at the first)"], [1, " of the place after (0 at the last)"],
] as const;

/** What stands in its place, number by number, if other numbers would do as well, or if it is read in another order. */
function inPlace({ site, indices, given, columns, isOfDy }: Effects, wanted: Wanted): Told | undefined {
  const { reads, at, gaps, size } = wanted, { known } = reads;
  const isIt = (belongs: (d: number, c: number) => number) => gaps.every((gap, d) => {
    const by = given[d].map((value, c) => belongs(d, c) - value);
    return at.every((i, k) => near(by.reduce((sum, value, c) => sum + value * columns[d][c][i], 0), gap[k], 10 * size));
  });
  const length = known.find(({ name }) => name === site.source)?.data.length ?? indices.length;
  const column = new Map(indices.map((index, c) => [index, c]));
  for (const { told, from } of layoutsOf(length)) {
    if (isIt((d, c) => given[d][column.get(from[indices[c]]) ?? -1])) return [0, `T must be read ${told}`];
  }
  for (const { name, data } of known) {
    if (data.length !== length || isOfDy || name === site.source) continue;
    if (isIt((_, c) => data[indices[c]])) return [0, `${name} belongs, not T`];
    if (isIt((d, c) => given[d][c] * data[indices[c]])) return [0, `the factor ${name} is missing: T·${name} belongs`];
  }
  // A term that lacks, as of the step before, which is 0 at the first.
  const width = length / reads.evidence.rows;
  for (const { name, data } of known) {
    if (data.length !== length || isOfDy || !Number.isInteger(width)) continue;
    for (const [by, where] of BESIDE) {
      const of = (c: number) => {
        const at = (indices[c] % width) + by;
        return at < 0 || at >= width ? 0 : data[indices[c] + by];
      };
      if (by !== 0 && width < 2) continue;
      if (by !== 0 && isIt((_, c) => of(c))) return [0, `${name}${where} belongs, not T`];
      for (const sign of [1, -1]) {
        if (!isIt((d, c) => given[d][c] + sign * of(c))) continue;
        return [0, `a term is missing: T ${sign < 0 ? "-" : "+"} ${name}${where} belongs`];
      }
    }
  }
  return undefined;
}

/** What belongs there, in the plainest words, and how plain they are. */
type Told = readonly [rank: number, text: string];

function nameOf(needed: Needed, { source }: Site, reads: BackwardReads, tables: Tables): Told | undefined {
  const { factors, given, isOfDy, indices } = needed, [first] = factors, { known } = reads;
  if (factors.every((factor) => near(factor, first, 10 * Math.max(1, Math.abs(first))))) {
    return [0, near(first, -1, 10) ? "T has the wrong sign, a minus" : near(first, 0, 10)
      ? "what T makes there is one term too many" : `a factor ${formatNumber(first)} is missing: `
      + `${formatNumber(first)}·T belongs, by a constant, a mean's divisor or a derivative`];
  }
  const values = factors.map((factor, i) => factor * given[i]), all: Told[] = [];
  // The step before the first one is often a 0 that stands in no array.
  const isThere = Array.from(values, (one) => Math.abs(one) > 1e-9), kept = values.filter((_, i) => isThere[i]);
  const value = isOfDy ? undefined : tables.find(kept, known);
  if (value !== undefined && value.plain !== source && kept.length < values.length) return undefined;
  if (value?.plain === source) {
    const data = known.find(({ name }) => name === source)?.data ?? [];
    const layout = layoutsOf(data.length).find(({ from }) => indices.every((index, i) => isThere[i]
      && near(data[from[index]], values[i], 100 * Math.abs(values[i]))));
    return [0, layout === undefined ? "another number of T belongs, at another index or of another step"
      : `T must be read ${layout.told}`];
  }
  if (value !== undefined) all.push([value.rank, `${value.text} belongs, not T`]);
  const factor = tables.find(factors, known);
  if (factor !== undefined) {
    all.push([factor.rank + 1, `the factor ${factor.text} is missing, a derivative or gate: T·${factor.text} belongs`]);
  }
  const term = isOfDy ? undefined : tables.find(values.map((one, i) => one - given[i]), known);
  if (term !== undefined) {
    all.push([term.rank + 20, `a term is missing: T + ${term.text} belongs`.replace("+ -", "- ")]);
  }
  return plainest(all);
}

function plainest(all: readonly Told[]): Told | undefined {
  return all.reduce<Told | undefined>((top, one) => (top === undefined || one[0] < top[0] ? one : top), undefined);
}

function locate(facts: Facts): Located | undefined {
  const reads = readsOf(facts);
  if (reads === undefined) return undefined;
  const { evidence: { targets }, sites } = reads, own = facts.evidence.targets.indexOf(facts.target);
  const wrong = targets.map(({ error }) => !(error <= TOLERANCE)), tables = new Tables();
  const sets = [wantedOf(reads, () => true)];
  if (wrong.filter((is) => is).length > 1) sets.push(wantedOf(reads, (t) => t === own || !wrong[t]));
  const each = sites.filter((site) => reads.reaches(site, wrong));
  // All reads of one array together, too, as it may be wrong itself: but for those of the sum that makes it.
  const joined = [...new Set(each.map(({ source }) => source))].flatMap((source) => {
    const all = each.filter((site) => site.source === source);
    return [all, all.slice(1)].filter(({ length }) => length > 1).map((some): Site => ({
      source, place: some[0].place, reads: some.flatMap((site) => site.reads),
      indices: some.flatMap((site) => site.indices),
    }));
  });
  const reaching = [...each, ...joined];
  let unnamed: Located | undefined;
  for (const [s, wanted] of sets.entries()) {
    for (const byRead of [false, true]) {
      const named: { readonly site: Site; readonly told: Told }[] = [];
      for (const site of reaching) {
        if (byRead && (!each.includes(site) || new Set(site.indices).size === site.indices.length)) continue;
        const first = effectsAt(reads, site, byRead, 1);
        if (first === undefined) {
          const needed = byRead ? undefined : neededByNewton(site, wanted);
          const told = needed && nameOf(needed, site, reads, tables);
          if (told !== undefined) named.push({ site, told });
          continue;
        }
        if (!isPossible(first, wanted)) continue;
        const effects = effectsAt(reads, site, byRead, GRADIENTS);
        if (effects === undefined) continue;
        const softmax = softmaxAt(effects, wanted);
        if (softmax !== undefined) return { site, told: softmax, name: "softmax coupling missing" };
        const isByFactor = effects.isOfDy && !byRead;
        const needed = neededAt(effects, wanted) ?? (isByFactor ? neededByNewton(site, wanted) : undefined);
        const told = (needed && nameOf(needed, site, reads, tables)) ?? inPlace(effects, wanted);
        if (told !== undefined) named.push({ site, told });
        else if (s === 0 && needed !== undefined) unnamed ??= { site, told, name: "another operand" };
      }
      const best = named.reduce<typeof named[number] | undefined>((top, one) =>
        (top === undefined || one.told[0] < top.told[0] ? one : top), undefined);
      if (best !== undefined) return { site: best.site, told: best.told[1], name: "another operand" };
    }
  }
  return besideAnother(reads, sets, reaching) ?? unnamed;
}

/** The same array is read at another place just before or after, and that number would be right here, too. */
function besideAnother(reads: BackwardReads, sets: readonly Wanted[], reaching: readonly Site[]): Located | undefined {
  for (const site of reaching) {
    for (const other of reads.sites.filter((one) => one !== site && one.source === site.source)) {
      for (const isNext of [true, false]) {
        const order = isNext ? other.reads : [...other.reads].reverse();
        const partners = site.reads.map((at) => order.find((one) => (isNext ? one > at : one < at)) ?? -1);
        if (!partners.every((at) => at >= 0)) continue;
        const isIt = ({ at, right, size }: Wanted) => right.every((gradient, d) => {
          const values = reads.valuesOf(d), after = reads.run(d, new Map(site.reads.map((read, r) => {
            return [read, () => values[partners[r]]];
          })));
          return after !== undefined && at.every((i) => near(after[i], gradient[i], 10 * size));
        });
        if (!sets.some(isIt)) continue;
        const told = `another number of T belongs, at another index: the one read at ${reads.shown(other.place)}`;
        return { site, told, name: "another operand" };
      }
    }
  }
  return undefined;
}

const measured = new WeakMap<BackwardReads, Map<string, Effects | undefined>>();

function effectsAt(reads: BackwardReads, site: Site, byRead: boolean, count: number): Effects | undefined {
  const all = measured.get(reads) ?? new Map<string, Effects | undefined>();
  measured.set(reads, all);
  const key = `${site.place}\n${site.source}\n${site.reads.length} ${byRead} ${count}`;
  if (!all.has(key)) all.set(key, reads.effects(site, byRead, count));
  return all.get(key);
}

const cache = new WeakMap<Evidence, BackwardReads | undefined>();

function readsOf({ evidence }: Facts): BackwardReads | undefined {
  if (!cache.has(evidence)) {
    const isMixed = evidence.targets.some(({ kind, slopes, entries, shape }) => kind === "input"
      && slopes.some((column, e) => column.some((slope, o) => Math.abs(slope) > 1e-7 && o < evidence.y.data.length
        && Math.floor((o * evidence.rows) / evidence.y.data.length)
          !== Math.floor((entries[e] * shape[0]) / sizeOf(shape)))));
    let reads: BackwardReads | undefined;
    try {
      reads = new BackwardReads(evidence, isMixed ? 3 : 2);
    } catch {
      reads = undefined; // not a layer that takes such tensors, or that reads too much
    }
    cache.set(evidence, reads?.yours.every(({ length }) => length > 0) === true ? reads : undefined);
  }
  return cache.get(evidence);
}

const located = new WeakMap<Target, Located | undefined>();

function locatedOf(facts: Facts): Located | undefined {
  const { evidence, isLinear } = facts;
  if (evidence.isLarge || evidence.mode === "eval" || !isLinear) return undefined;
  if (!located.has(facts.target)) located.set(facts.target, locate(facts));
  return located.get(facts.target);
}

/** What is read there; what has no name is called T. */
function sourceOf({ source }: Site, reads: BackwardReads): string {
  const made = source.slice(0, -1);
  if (!source.endsWith("…")) return source;
  return made === "reduce" ? "T, the sum of reduce" : `T, of the array made at ${reads.shown(made)}`;
}

function told({ target, example }: Facts, { site, told: text }: Located, reads: BackwardReads): Finding {
  const name = site.source.endsWith("…") ? "T" : site.source;
  return {
    seen: `One operand of backward is wrong: where it reads ${sourceOf(site, reads)}, at ${reads.shown(site.place)}, `
      + `${text?.replaceAll(/\bT\b/g, name) ?? "other numbers belong"}. With that the gradient of ${target.name} `
      + `would be right ${example}.`,
    meaning: "The rest of the formula is right: one number in it stands for another, or for its derivative, "
      + "complement or sign, or lacks a factor or term.",
    question: "What has the formula at this place?",
  };
}

export const READS = ["softmax coupling missing", "another operand"].map((name): KnownMistake => ({
  name,
  find(facts) {
    const found = locatedOf(facts), reads = readsOf(facts);
    return found?.name === name && found.told !== undefined && reads !== undefined ? told(facts, found, reads)
      : undefined;
  },
}));

/** Where it is, if that is all that is known: the one place where other numbers would make all gradients right. */
export function placeOfMistake(facts: Facts): string {
  const found = locatedOf(facts), reads = readsOf(facts);
  return found === undefined || reads === undefined ? "" : ` All gradients would be right with other numbers where `
    + `backward reads ${sourceOf(found.site, reads)}, at ${reads.shown(found.site.place)}.`;
}
