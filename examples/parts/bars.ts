/** A histogram in one line: how many numbers lie in each part of the range, the fullest part as █. */
export function histogram(values: ArrayLike<number>, from: number, to: number, parts = 40): string {
  const counts = Array.from({ length: parts }, () => 0);
  for (let i = 0; i < values.length; i++) {
    const part = Math.floor(((values[i] - from) / (to - from)) * parts);
    counts[Math.min(parts - 1, Math.max(0, part))]++;
  }
  const most = Math.max(...counts);
  return counts.map((count) => " ▁▂▃▄▅▆▇█"[Math.ceil((8 * count) / most)]).join("");
}
