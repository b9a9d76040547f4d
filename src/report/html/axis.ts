/** Where an axis begins and ends, and where it is marked. */
export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
}

/** The smallest of 1, 2 and 5 times a power of ten that cuts the span into at most `count` steps. */
function niceStep(span: number, count: number): number {
  for (let power = -6; power < 9; power++) {
    for (const digit of [1, 2, 5]) {
      // Read as a decimal: 2 * 0.1 would already carry an error into every tick.
      const step = Number(`${digit}e${power}`);
      if (step * count >= span) return step;
    }
  }
  return span / count;
}

/** An axis that holds both ends, begins and ends on a tick, and has at most `count` + 2 of them. */
export function axisFor(low: number, high: number, count: number, smallestStep = 0): Axis {
  const step = Math.max(smallestStep, niceStep(high > low ? high - low : 1, count));
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil(high / step));
  // Rounded, as 3 * 0.1 is 0.30000000000000004.
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toFixed(6)));
  return { from: ticks[0], to: ticks[ticks.length - 1], ticks };
}
