/** A histogram in one line: how many numbers lie in each part of the range, the fullest part as █. */
export function histogram(values: Iterable<number>, from: number, to: number, parts = 40): string {
  const counts = new Array<number>(parts).fill(0);
  for (const value of values) {
    const at = Math.floor(((value - from) / (to - from)) * parts), part = Math.min(parts - 1, Math.max(0, at));
    counts[part] = (counts[part] ?? 0) + 1;
  }
  const most = Math.max(...counts);
  return counts.map((count) => " ▁▂▃▄▅▆▇█"[Math.ceil((8 * count) / most)]).join("");
}
