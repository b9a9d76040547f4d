import { exp, log } from "../math/elementary.ts";

/** Where an axis begins and ends, where it is marked, and where a value lies on it. */
export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  /** 0 at `from`, 1 at `to`. */
  at(value: number): number;
}

/** The smallest of 1, 2 and 5 times a power of ten that cuts the span into at most `count` steps. */
function niceStep(span: number, count: number): number {
  for (let power = -12; power < 15; power++) {
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
  const step = Math.max(smallestStep, niceStep(high > low ? high - low : Math.abs(high) || 1, count));
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil(high / step));
  // Rounded, as 3 * 0.1 is 0.30000000000000004.
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  return linear(ticks[0], ticks[ticks.length - 1], ticks);
}

/** An axis from one end to the other, with a tick at each of these values. */
export function linear(from: number, to: number, ticks: readonly number[]): Axis {
  return { from, to, ticks, at: (value) => (value - from) / (to - from) };
}

/** The same share of the axis for the same factor. Ticks are 1, 2 and 5 times powers of ten, or powers alone. */
export function logAxisFor(low: number, high: number, count: number): Axis {
  const candidates = (digits: readonly number[]) => {
    const ticks: number[] = [];
    for (let power = -30; power < 30; power++) for (const digit of digits) ticks.push(Number(`${digit}e${power}`));
    const first = ticks.findLastIndex((tick) => tick <= low), last = ticks.findIndex((tick) => tick >= high);
    return ticks.slice(Math.max(0, first), Math.max(last, first + 1) + 1);
  };
  const fine = candidates([1, 2, 5]);
  const all = fine.length <= count + 2 ? fine : candidates([1]), every = Math.ceil((all.length - 1) / (count + 1));
  const from = all[0], to = all[all.length - 1], span = log(to / from);
  return { from, to, ticks: all.filter((_, i) => i % every === 0), at: (value) => log(value / from) / span };
}

/** Whether values grow by factors: all above zero, and no step between neighbours more than thrice another's factor. */
export function growByFactors(values: readonly number[]): boolean {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  if (sorted.length < 3 || sorted[0] <= 0) return false;
  const logs = sorted.map((value) => log(value));
  const spread = (list: readonly number[]) => {
    const steps = list.slice(1).map((value, i) => value - list[i]);
    return Math.max(...steps) / Math.min(...steps);
  };
  return sorted[sorted.length - 1] / sorted[0] >= 8 && spread(logs) < spread(sorted) && spread(logs) <= 3.5;
}

/** The value at a share of a logarithmic axis. */
export function valueAt({ from, to }: Axis, share: number): number {
  return from * exp(log(to / from) * share);
}

/** All ticks with as many decimals as the finest of them needs: "2.0" below "2.5"; with powers of ten as they are. */
export function tickLabels({ ticks }: Axis): readonly string[] {
  const isWide = ticks.some((tick) => Math.abs(tick) >= 1e6 || (tick !== 0 && Math.abs(tick) < 1e-4));
  const isLog = ticks.length > 2 && ticks[2] - ticks[1] > 1.5 * (ticks[1] - ticks[0]);
  if (isWide || isLog) return ticks.map((tick) => String(tick).replace("-", "\u2212").replace("e+", "e"));
  const decimals = Math.max(...ticks.map((tick) => (String(tick).split(".")[1] ?? "").length));
  return ticks.map((tick) => tick.toFixed(decimals).replace("-", "\u2212"));
}
