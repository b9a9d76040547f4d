/** What backward would have to read at one place for the gradients to be right. */
import { GRADIENTS, largestOf, type BackwardReads, type Effects } from "../backward-reads.ts";
import type { Site } from "../traced.ts";
import { nearest } from "./least-squares.ts";

const SAME = 1e-5;

/** Gradients that are compared: of the target alone with all that are right, or of all targets. */
export interface Wanted {
  readonly reads: BackwardReads;
  readonly at: readonly number[];
  readonly right: readonly Float64Array[];
  /** For each dy, by how much yours is off. */
  readonly gaps: readonly Float64Array[];
  readonly size: number;
}

export function wantedOf(reads: BackwardReads, isWanted: (t: number) => boolean): Wanted {
  const { evidence: { targets }, starts, right, yours } = reads;
  const at = targets.flatMap(({ entries }, t) => (isWanted(t) ? entries.map((_, e) => starts[t] + e) : []));
  const gaps = right.map((gradient, d) => Float64Array.from(at, (i) => gradient[i] - yours[d][i]));
  return { reads, at, right, gaps, size: Math.max(...right.map(largestOf), ...yours.map(largestOf)) };
}

/** The columns of some gradients, one below the other, each times what a factor 2 or, of numbers without dy, 1 adds. */
function stacked({ columns, given, isOfDy }: Effects, { at }: Wanted, count: number): readonly Float64Array[] {
  return (columns[0] ?? []).map((_, c) => {
    const all = new Float64Array(count * at.length);
    for (let d = 0; d < count; d++) {
      const by = isOfDy && count > 1 ? given[d][c] : 1;
      at.forEach((i, k) => { all[d * at.length + k] = by * columns[d][c][i]; });
    }
    return all;
  });
}

/** Whether numbers other than those could make the first gradient right. */
export function isPossible(effects: Effects, wanted: Wanted): boolean {
  const { rest } = nearest(stacked(effects, wanted, 1), wanted.gaps[0]);
  return rest <= SAME * wanted.size;
}

/** What is read, and what would have to be: by number, or as factors if it depends on dy. */
export interface Needed {
  readonly factors: Float64Array;
  readonly indices: readonly number[];
  readonly given: Float64Array;
  readonly isOfDy: boolean;
}

export function neededAt(effects: Effects, wanted: Wanted): Needed | undefined {
  const { at, gaps, size } = wanted, vector = new Float64Array(GRADIENTS * at.length);
  gaps.forEach((gap, d) => { vector.set(gap, d * at.length); });
  const all = stacked(effects, wanted, GRADIENTS);
  // What moves nothing may be anything.
  const used = [...all.keys()].filter((c) => largestOf(all[c]) > 1e-9 * size);
  if (used.length === 0 || used.length * 1.3 > vector.length) return undefined;
  const { coefficients, rest, isUnique } = nearest(used.map((c) => all[c]), vector);
  if (!isUnique || rest > SAME * size) return undefined;
  const given = Float64Array.from(used, (c) => effects.given[0][c]);
  const factors = coefficients.map((by, i) => (effects.isOfDy ? 1 + by : (given[i] + by) / given[i]));
  return { factors, given, isOfDy: effects.isOfDy, indices: used.map((c) => effects.indices[c]) };
}

/** How often the effects are measured anew where they depend on the numbers themselves; how many these may be. */
const STEPS = 7, MOST_NUMBERS = 24, DYS = 2;

/**
 * What would have to be read for the gradients to be right if these are not linear in it, as where one number is read
 * at every step of a recurrence: by Newton's steps. As factors if it depends on dy.
 */
export function neededByNewton(site: Site, { reads, at, right, size }: Wanted): Needed | undefined {
  const groups = reads.groupsOf(site, false), lists = [...groups.values()], { given, isOfDy } = reads.givenAt(lists);
  if (lists.length > MOST_NUMBERS || lists.length * 1.3 > DYS * at.length) return undefined;
  const by = new Float64Array(lists.length), count = at.length;
  const scale = Float64Array.from(lists, (_, c) => (isOfDy ? 1 : Math.max(Math.abs(given[0][c]), 0.1)));
  const runAt = (d: number, c: number, step: number) => {
    const changed = new Map<number, (value: number) => number>();
    lists.forEach((list, i) => {
      const add = by[i] + (i === c ? step : 0), change = (value: number) => (isOfDy ? value * (1 + add) : value + add);
      for (const read of list) changed.set(read, change);
    });
    return reads.run(d, changed);
  };
  let before = Infinity;
  for (let n = 0; n < STEPS; n++) {
    const gap = new Float64Array(DYS * count), columns = lists.map(() => new Float64Array(DYS * count));
    for (let d = 0; d < DYS; d++) {
      const here = runAt(d, -1, 0);
      if (here === undefined) return undefined;
      at.forEach((i, k) => { gap[d * count + k] = right[d][i] - here[i]; });
      if (largestOf(gap.subarray(d * count, (d + 1) * count)) > 2 * before) return undefined;
      for (let c = 0; c < lists.length; c++) {
        const step = 1e-5 * scale[c], moved = runAt(d, c, step);
        if (moved === undefined) return undefined;
        at.forEach((i, k) => { columns[c][d * count + k] = (moved[i] - here[i]) / step; });
      }
    }
    const off = largestOf(gap);
    // What moves nothing may be anything.
    const used = [...columns.keys()].filter((c) => largestOf(columns[c]) > 1e-9 * size);
    const of = <T>(all: readonly T[]) => used.map((c) => all[c]);
    if (off <= 1e-7 * size) {
      const values = Float64Array.from(used, (c) => given[0][c]), added = Float64Array.from(used, (c) => by[c]);
      const factors = added.map((add, i) => (isOfDy ? 1 + add : 1 + add / values[i]));
      return { factors, given: values, isOfDy, indices: of([...groups.keys()]) };
    }
    if (n > 1 && off > 0.5 * before) return undefined;
    const { coefficients, isUnique, rest } = nearest(of(columns), gap);
    if (!isUnique || rest > 0.5 * off) return undefined;
    used.forEach((c, i) => { by[c] += coefficients[i]; });
    before = off;
  }
  return undefined;
}
