/**
 * Slopes of a layer in one of its numbers, or along a direction, by finite differences, with a bound of their
 * error.
 */
import type { Numbers } from "../tensor/tensor.ts";

/** Half the distance between the two points of a first difference, for numbers of at most 1. */
export const STEP = 1e-5;
/** How finely numbers are known, as a share of the largest that goes into them: a few last bits are rounding. */
const ROUNDING = 16 * Number.EPSILON;
/** Each further h is this much smaller or larger; so many are tried. */
const RATIO = 4, SMALLER = 18, LARGER = 6;
/** At a kink, one-sided slopes keep their distance as h shrinks by this factor; so many such h are compared. */
const KINK_RATIO = 16, KINK_STEPS = 6;
/** A slope counts as between those at a kink to within rounding and h. */
const HALF_JUMP = 0.51;
/** At a jump, one-sided slopes grow as 1/h: by this factor at least from one h to the next. */
const JUMP_GROWTH = KINK_RATIO / 2;

/** f = Σ weight · output, of one number. */
export interface Objective {
  /** The outputs at that value of the number; undefined outside the domain. */
  readonly at: (value: number) => Numbers | undefined;
  readonly weights: Numbers;
}

/** A slope, and how far the true one may be from it. */
export interface Slope {
  readonly slope: number;
  readonly uncertainty: number;
}

interface Difference {
  readonly slope: number;
  /** What rounding may contribute. */
  readonly rounding: number;
}

/** (f(x + h) - f(x - h)) / 2h. Outputs that do not change are left out, with their rounding. */
function difference({ at, weights }: Objective, x: number, h: number): Difference {
  const right = x + h, left = x - h, above = at(right), below = at(left);
  if (above === undefined || below === undefined) return { slope: NaN, rounding: NaN };
  let change = 0, size = 0;
  for (let o = 0; o < weights.length; o++) {
    if (above[o] === below[o]) continue;
    change += weights[o] * (above[o] - below[o]);
    size += Math.abs(weights[o]) * Math.max(Math.abs(above[o]), Math.abs(below[o]));
  }
  const slope = change / (right - left);
  return { slope, rounding: (ROUNDING * Math.max(1, size, Math.abs(x * slope))) / h };
}

/** Extrapolates to h = 0 from ever smaller h (Ridders 1982), until `isFine` or rounding outweighs what is gained. */
function extrapolate(f: Objective, x: number, step: number, isFine: (one: Slope) => boolean): Slope {
  let best: Slope = { slope: NaN, uncertainty: Infinity }, before: readonly number[] = [];
  for (let k = 0, h = step; k < SMALLER && !isFine(best); k++, h /= RATIO) {
    const { slope, rounding } = difference(f, x, h);
    if (rounding > best.uncertainty) break;
    const row = [slope];
    for (let j = 1, power = RATIO * RATIO; j <= before.length; j++, power *= RATIO * RATIO) {
      row[j] = (power * row[j - 1] - before[j - 1]) / (power - 1);
      const spread = Math.max(Math.abs(row[j] - row[j - 1]), Math.abs(row[j] - before[j - 1]));
      if (spread + rounding < best.uncertainty) best = { slope: row[j], uncertainty: spread + rounding };
    }
    before = row;
  }
  return best;
}

/** Larger h have less rounding; they count as long as they agree with smaller ones. */
function widen(f: Objective, x: number, step: number, from: Slope, isFine: (one: Slope) => boolean): Slope {
  let best = from, before = difference(f, x, step).slope;
  for (let k = 0, h = RATIO * step; k < LARGER && !isFine(best); k++, h *= RATIO) {
    const { slope, rounding } = difference(f, x, h);
    const uncertainty = 2 * Math.abs(slope - before) + rounding;
    if (!(Math.abs(slope - best.slope) <= uncertainty + best.uncertainty)) break;
    if (uncertainty < best.uncertainty) best = { slope, uncertainty };
    before = slope;
  }
  return best;
}

/** How far any slope between those to the left and right is from their mean, over the outputs that have a kink at x. */
function slackOfKinks({ at, weights }: Objective, x: number, step: number): number {
  const here = at(x), jumps: Float64Array[] = [], floors: Float64Array[] = [];
  if (here === undefined) return 0;
  for (let k = 0, h = step * KINK_RATIO * KINK_RATIO; k < KINK_STEPS; k++, h /= KINK_RATIO) {
    const right = x + h, left = x - h, above = at(right), below = at(left);
    if (above === undefined || below === undefined) continue;
    const slopes = Float64Array.from(here, (y, o) => (above[o] - y) / (right - x));
    jumps.push(Float64Array.from(here, (y, o) => Math.abs(slopes[o] - (y - below[o]) / (x - left))));
    floors.push(Float64Array.from(here, (y, o) => {
      return (4 * ROUNDING * Math.max(1, Math.abs(y), Math.abs(x * slopes[o]))) / h;
    }));
  }
  let slack = 0;
  for (let o = 0; o < weights.length; o++) {
    // The smallest h whose jump is more than rounding decides.
    let k = jumps.length - 1;
    while (k > 0 && !(jumps[k][o] > floors[k][o])) k--;
    if (k <= 0 || !(jumps[k][o] > jumps[k - 1][o] / 2)) continue;
    // A function that jumps at x has no slope there, and any is right.
    if (weights[o] !== 0 && jumps[k][o] > JUMP_GROWTH * jumps[k - 1][o]) return Infinity;
    slack += Math.abs(weights[o]) * HALF_JUMP * Math.max(jumps[k][o], jumps[k - 1][o]);
  }
  return slack;
}

/**
 * The slope of f at x to compare `given` with. The first central difference is enough if the two agree to within
 * `tolerance`; only else the slope is refined, and kinks are looked for.
 */
export function numericSlope(f: Objective, x: number, given: number, tolerance: number): Slope {
  const step = STEP * Math.max(1, Math.abs(x)), first = difference(f, x, step).slope;
  if (relativeError(given, { slope: first, uncertainty: 0 }) <= tolerance) return { slope: first, uncertainty: 0 };
  const size = Number.isFinite(given) ? Math.abs(given) : 0;
  const isFine = ({ slope, uncertainty }: Slope) => uncertainty <= (tolerance / 8) * Math.max(size, Math.abs(slope));
  const refined = widen(f, x, step, extrapolate(f, x, step, isFine), isFine);
  if (relativeError(given, refined) <= tolerance) return refined;
  const slack = slackOfKinks(f, x, step), { slope, uncertainty } = refined;
  if (slack === Infinity) return { slope: given, uncertainty: 0 };
  return slack > 0 ? { slope: Math.min(Math.max(given, slope - slack), slope + slack), uncertainty } : refined;
}

/** The slopes of all outputs in number `at` of `data`, to its left and right; `here` are the outputs as it stands. */
export function slopesBeside(
  data: Numbers, at: number, run: () => Numbers, here: Numbers, by = STEP,
): { readonly left: Float64Array; readonly right: Float64Array } {
  const original = data[at], step = by * Math.max(1, Math.abs(original));
  data[at] = original + step;
  const stepRight = data[at] - original, after = run();
  data[at] = original - step;
  const stepLeft = original - data[at], before = run();
  data[at] = original;
  const left = new Float64Array(here.length), right = new Float64Array(here.length);
  for (let o = 0; o < here.length; o++) {
    left[o] = (here[o] - before[o]) / stepLeft;
    right[o] = (after[o] - here[o]) / stepRight;
  }
  return { left, right };
}

/** Σ weight · output as a function of one number of `data`. */
export function alongNumber(data: Numbers, at: number, run: () => Numbers | undefined, weights: Numbers): Objective {
  const original = data[at];
  return {
    weights,
    at(value) {
      data[at] = value;
      try {
        return run();
      } finally {
        data[at] = original;
      }
    },
  };
}

/** Σ weight · output along a direction: a function of t, with data + t · direction. */
export function alongDirection(
  data: Numbers, direction: Float64Array, run: () => Numbers | undefined, weights: Numbers,
): Objective {
  const original = data.slice();
  return {
    weights,
    at(t) {
      direction.forEach((by, i) => { if (by !== 0) data[i] = original[i] + t * by; });
      try {
        return run();
      } finally {
        data.set(original);
      }
    },
  };
}

/** What of |given - slope| is beyond the slope's uncertainty, over the larger of both; NaN if either is NaN. */
export function relativeError(given: number, { slope, uncertainty }: Slope): number {
  const gap = Math.abs(given - slope);
  return gap === 0 ? 0 : Math.max(gap - uncertainty, 0) / Math.max(Math.abs(given), Math.abs(slope));
}

/** Where to look for a wrong number: directions that move all numbers, and whether the slope along one is wrong. */
interface Search {
  readonly directions: readonly Float64Array[];
  readonly isWrong: (direction: Float64Array) => boolean;
}

/** A wrong number: of a direction along which the slope is wrong, the wrong half is halved until one is left. */
export function findWrong({ directions, isWrong }: Search): number | undefined {
  const direction = directions.find(isWrong);
  if (direction === undefined) return undefined;
  let from = 0, to = direction.length;
  while (to - from > 1) {
    const middle = (from + to) >>> 1, [low, high] = [from, middle];
    if (isWrong(direction.map((by, i) => (i >= low && i < high ? by : 0)))) to = middle;
    else from = middle;
  }
  return from;
}
