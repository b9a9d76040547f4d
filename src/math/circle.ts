import { errorOfSum } from "./float64.ts";

/** Coefficients on |x| <= π/4: FreeBSD msun k_sin.c and k_cos.c, from fdlibm (Sun Microsystems, 1993). */
const S1 = -1.66666666666666324348e-1;
const S2 = 8.33333333332248946124e-3;
const S3 = -1.98412698298579493134e-4;
const S4 = 2.75573137070700676789e-6;
const S5 = -2.50507602534068634195e-8;
const S6 = 1.58969099521155010221e-10;

const C1 = 4.16666666666666019037e-2;
const C2 = -1.38888888888741095749e-3;
const C3 = 2.48015872894767294178e-5;
const C4 = -2.75573143513906633035e-7;
const C5 = 2.08757232129817482790e-9;
const C6 = -1.13596475577881948265e-11;

/** The cosine of 0 <= x <= 2^20, within 1 ulp: who needs no more need not ship what larger angles take. */
export function cosWithin(x: number): number {
  return cosOf(reduceAngle(x));
}

export function sinOf({ quadrant, upper, lower }: ReducedAngle): number {
  const y = quadrant === 1 || quadrant === 3 ? cosNearZero(upper, lower) : sinNearZero(upper, lower);
  return quadrant < 2 ? y : -y;
}

export function cosOf({ quadrant, upper, lower }: ReducedAngle): number {
  const y = quadrant === 1 || quadrant === 3 ? sinNearZero(upper, lower) : cosNearZero(upper, lower);
  return quadrant === 1 || quadrant === 2 ? -y : y;
}

/**
 * sin(r + rest) for |r| <= π/4: r - r³/6 + r⁵/120 - ... with the rest's share, rest · cos r, as
 * rest · (1 - r²/2). r, the largest term, is added last.
 */
function sinNearZero(r: number, rest: number): number {
  const rr = r * r;
  const rrr = rr * r;
  const series = S2 + rr * (S3 + rr * (S4 + rr * (S5 + rr * S6)));
  return r - (rr * (0.5 * rest - rrr * series) - rest - rrr * S1);
}

/**
 * cos(r + rest) for |r| <= π/4: 1 - r²/2 + r⁴/24 - ... with the rest's share, -rest · sin r = -rest · r.
 * 1 - r²/2 is rounded, and what that drops is added back with the small terms.
 */
function cosNearZero(r: number, rest: number): number {
  const rr = r * r;
  const series = rr * (C1 + rr * (C2 + rr * (C3 + rr * (C4 + rr * (C5 + rr * C6)))));
  const half = 0.5 * rr;
  const difference = 1 - half;
  return difference + (1 - difference - half + (rr * series - r * rest));
}

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
