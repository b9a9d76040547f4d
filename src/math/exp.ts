import { errorOfSum, LN2_LOWER, LN2_UPPER, scale } from "./float64.ts";

/** Above this e^x overflows, below that it rounds to 0. */
export const OVERFLOW = 709.782712893383973096;
const UNDERFLOW = -745.13321910194110842;

export const ONE_OVER_LN2 = 1.44269504088896338700;

/** Coefficients of R (see exponential): FreeBSD msun e_exp.c, from fdlibm (Sun Microsystems, 1993). */
const P1 = 1.66666666666666019037e-1;
const P2 = -2.77777777770155933842e-3;
const P3 = 6.61375632143793436117e-5;
const P4 = -1.65339022054652515390e-6;
const P5 = 4.13813679705723846039e-8;

/**
 * e^x, within 1 ulp, also where the result is subnormal. exp(-Infinity) is 0.
 */
export function exp(x: number): number {
  if (x < UNDERFLOW) return 0;
  if (x <= OVERFLOW) return exponential(x, 0);
  return x > OVERFLOW ? Infinity : NaN;
}

/**
 * e^(x + rest) for x between the limits above and a rest far smaller than x: what pow needs beyond 53 bits.
 *
 * Range:   x = k · ln 2 + r with k whole and |r| <= ln 2 / 2, so e^x = 2^k · e^r. ln 2 comes in two parts,
 *          and so does r = upper - lower, where upper is exact.
 * Formula: R(r) = r · (e^r + 1) / (e^r - 1) = 2 + r²/6 - r⁴/360 + ..., an even function that five terms give
 *          to 2^-59. Solved for e^r: with c = r - (R - 2), e^r = 1 + r + r · c / (2 - c).
 * Sum:     1 + upper is rounded, and what that drops is added back with the small terms.
 */
export function exponential(x: number, rest: number): number {
  const k = Math.floor(x * ONE_OVER_LN2 + 0.5);
  const upper = x - k * LN2_UPPER;
  const lower = k * LN2_LOWER - rest;
  const correction = beyondLinear(upper - lower) - lower;
  const sum = 1 + upper;
  const dropped = upper - (sum - 1);
  return scale(sum + (dropped + correction), k);
}

/** e^r - 1 - r = r · c / (2 - c), for |r| <= ln 2 / 2. */
export function beyondLinear(r: number): number {
  const rr = r * r;
  const c = r - rr * (P1 + rr * (P2 + rr * (P3 + rr * (P4 + rr * P5))));
  return (r * c) / (2 - c);
}

/** e^(a - b), with what the difference drops, which for large ones is many units in the last place of the result. */
export function expOfDifference(a: number, b: number): number {
  const x = a - b;
  return x < UNDERFLOW || !(x <= OVERFLOW) ? exp(x) : exponential(x, errorOfSum(a, -b, x));
}
