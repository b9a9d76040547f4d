import { beyondLinear, ONE_OVER_LN2 } from "./exp.ts";
import { errorOfSum, LN2_LOWER, LN2_UPPER } from "./float64.ts";

/** (upper + lower) · 2^power, with upper between 0.7 and 1.5. */
export interface WideExp {
  readonly upper: number;
  readonly lower: number;
  readonly power: number;
}

/** Below this e^x is 0 even times the largest number. */
const NOTHING = -1480;

/** e^(a - b) for a <= b, within an eighth of an ulp, and at any size. */
export function wideExpOfDifference(a: number, b: number): WideExp {
  const x = a - b;
  return x < NOTHING ? { upper: 0, lower: 0, power: 0 } : wideExp(x, errorOfSum(a, -b, x));
}

/** e^(x + rest) for a rest far smaller than x: as exponential, but the last sum is left in two parts. */
export function wideExp(x: number, rest: number): WideExp {
  const power = Math.floor(x * ONE_OVER_LN2 + 0.5), r = x - power * LN2_UPPER;
  const below = power * LN2_LOWER - rest, small = beyondLinear(r - below) - below;
  const sum = 1 + r, upper = sum + small;
  return { upper, lower: errorOfSum(1, r, sum) + errorOfSum(sum, small, upper), power };
}
