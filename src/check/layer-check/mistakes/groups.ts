import type { Facts } from "./facts.ts";

/** Numbers of x that move the numbers of y of the same indices, and no others: a row, a column, or all. */
export interface Group {
  readonly entries: readonly number[];
  /** Both square, [number of x, number of y]. */
  readonly right: readonly (readonly number[])[];
  readonly yours: readonly (readonly number[])[];
  readonly x: readonly number[];
  readonly y: readonly number[];
}

const cache = new WeakMap<Facts, readonly Group[] | undefined>();

/** The groups that forward couples, if x and y have one size; undefined if nothing is coupled. */
export function groupsOf(facts: Facts): readonly Group[] | undefined {
  if (!cache.has(facts)) cache.set(facts, makeGroups(facts));
  return cache.get(facts);
}

function makeGroups(facts: Facts): readonly Group[] | undefined {
  const { evidence, target, right, yours } = facts, { y } = evidence, count = y.data.length;
  if (!facts.isInput || !facts.isWhole || target.entries.length !== count) return undefined;
  const group = Array.from({ length: count }, (_, i) => i);
  const find = (i: number): number => (group[i] === i ? i : (group[i] = find(group[i])));
  for (let e = 0; e < count; e++) {
    for (let k = 0; k < count; k++) if (!facts.isFlat(right[e][k])) group[find(e)] = find(k);
  }
  const members = new Map<number, number[]>();
  for (let e = 0; e < count; e++) members.set(find(e), [...members.get(find(e)) ?? [], e]);
  const groups = [...members.values()].map((entries) => {
    const part = (matrix: readonly Float64Array[]) => entries.map((e) => entries.map((k) => matrix[e][k]));
    return {
      entries, right: part(right), yours: part(yours),
      x: entries.map((e) => target.values[e]), y: entries.map((k) => y.data[k]),
    };
  });
  const isInGroups = yours.every((column, e) => column.every((slope, k) => find(e) === find(k) || facts.isFlat(slope)));
  return groups.some(({ entries }) => entries.length > 1) && isInGroups ? groups : undefined;
}

/** The numbers less their mean. */
export const centred = (x: readonly number[]) => {
  const mean = x.reduce((sum, value) => sum + value / x.length, 0);
  return x.map((value) => value - mean);
};
