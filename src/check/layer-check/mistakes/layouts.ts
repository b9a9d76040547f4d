/** Other orders of the numbers of a tensor: axes exchanged, turned round, moved by one. */

interface Layout {
  readonly told: string;
  /** Where the number comes from that stands at a place. */
  readonly from: Int32Array;
}

/** Longer arrays have too many. */
const LONGEST = 600;

const cache = new Map<number, readonly Layout[]>();

/** All of a length, whatever the axes are; of two that are alike the plainer. */
export function layoutsOf(length: number): readonly Layout[] {
  const known = cache.get(length);
  if (known !== undefined) return known;
  const found = new Map<string, Layout>();
  const add = (told: string, of: (i: number) => number) => {
    const from = Int32Array.from({ length }, (_, i) => of(i)), key = from.join();
    if (from.some((value, i) => value !== i) && !found.has(key)) found.set(key, { told, from });
  };
  const divisors = Array.from({ length }, (_, d) => d + 1).filter((d) => length % d === 0 && length <= LONGEST);
  // As [outer, a, b, inner]: the two in the middle exchanged; as [outer, a, inner]: the middle one turned or moved.
  for (const inner of divisors) {
    for (const b of divisors) {
      const row = b * inner;
      if (b < 2 || length % row !== 0) continue;
      const isLast = inner === 1, axis = isLast ? "its last axis" : `an axis of ${b}`;
      const at = (i: number) => Math.floor(i / inner) % b;
      add(`turned round along ${axis}, reversed or flipped`, (i) => i + (b - 1 - 2 * at(i)) * inner);
      if (b > 2) {
        add(`moved by one along ${axis}, an index off by one`, (i) => i + (at(i) > 0 ? -inner : (b - 1) * inner));
        add(`moved back by one along ${axis}, an index off by one`, (i) =>
          i + (at(i) < b - 1 ? inner : (1 - b) * inner));
      } else add(`with the two halves of ${axis} exchanged, swapped`, (i) => i + (1 - 2 * at(i)) * inner);
      for (const a of divisors) {
        if (a < 2 || length % (a * row) !== 0) continue;
        add(`transposed, axes of ${a} and ${b} exchanged`, (i) => {
          const block = Math.floor(i / (a * row)) * a * row, within = Math.floor((i - block) / inner);
          return block + ((within % a) * b + Math.floor(within / a)) * inner + (i % inner);
        });
      }
    }
  }
  const list = [...found.values()];
  cache.set(length, list);
  return list;
}
