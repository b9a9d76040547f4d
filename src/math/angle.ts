import { errorOfSum } from "./float64.ts";

/** x = n · π/2 + upper + lower: n's last two bits, and an angle of at most π/4 (a hair more by rounding). */
export interface ReducedAngle {
  readonly quadrant: number;
  readonly upper: number;
  readonly lower: number;
}

/**
 * π/2 in four parts: three of 33 bits, so that n times each is exact for n < 2^20, and the rest rounded.
 * From FreeBSD msun e_rem_pio2.c, from fdlibm (Sun Microsystems, 1993).
 */
const HALF_PI_1 = 1.57079632673412561417;
const HALF_PI_2 = 6.07710050630396597660e-11;
const HALF_PI_3 = 2.02226624871116645580e-21;
const HALF_PI_4 = 8.47842766036889956997e-32;

const TWO_OVER_PI = 6.36619772367581382433e-1;
/** 2^20: what `reduceAngle` takes; large-angle.ts has the rest. */
export const LARGEST_IN_FLOAT64 = 1048576;

/**
 * Takes whole multiples of π/2 off 0 <= x <= 2^20, and keeps the remainder to well beyond 53 bits, however close
 * to a multiple x is.
 */
export function reduceAngle(x: number): ReducedAngle {
  const n = Math.floor(x * TWO_OVER_PI + 0.5);
  const first = x - n * HALF_PI_1; // exact
  const part2 = n * HALF_PI_2; // exact
  const second = first - part2;
  // Exact where `second` is small enough for the third part to matter in full: nothing is dropped there.
  const rest = errorOfSum(first, -part2, second) - n * HALF_PI_3;
  const upper = second + rest;
  const lower = errorOfSum(second, rest, upper) - n * HALF_PI_4;
  return { quadrant: n & 3, upper, lower };
}
