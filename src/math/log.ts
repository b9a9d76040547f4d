import { exponentOf, LN2_LOWER, LN2_UPPER, scale } from "./float64.ts";

/** Coefficients of the tail (see log): FreeBSD msun e_log.c, from fdlibm (Sun Microsystems, 1993). */
const L1 = 6.666666666666735130e-1;
const L2 = 3.999999999940941908e-1;
const L3 = 2.857142874366239149e-1;
const L4 = 2.222219843214978396e-1;
const L5 = 1.818357216161805012e-1;
const L6 = 1.531383769920937332e-1;
const L7 = 1.479819860511658591e-1;

/**
 * The natural logarithm, within 1 ulp. log(0) is -Infinity, of negative numbers NaN.
 *
 * Range:   x = 2^k · (1 + f) with 1 + f between √½ and √2, so log x = k · ln 2 + log(1 + f).
 * Formula: with s = f / (2 + f), log(1 + f) = log(1 + s) - log(1 - s) = 2s + 2/3 s³ + 2/5 s⁵ + ..., or
 *          2s + s · tail. As 2s = f - s · f = f - f²/2 + s · f²/2, it is f - (f²/2 - s · (f²/2 + tail)): f is
 *          exact, and what is rounded is small beside it.
 */
export function log(x: number): number {
  if (x === 0) return -Infinity;
  if (!(x > 0)) return NaN;
  if (x === Infinity) return x;
  const k = exponentOf(x);
  const f = scale(x, -k) - 1;
  const s = f / (2 + f);
  const ss = s * s;
  const tail = ss * (L1 + ss * (L2 + ss * (L3 + ss * (L4 + ss * (L5 + ss * (L6 + ss * L7))))));
  const halfSquare = 0.5 * f * f;
  return k * LN2_UPPER - (halfSquare - (s * (halfSquare + tail) + k * LN2_LOWER) - f);
}

/**
 * log(1 + x), within 2 ulp, where 1 + x would drop the digits of a small x.
 *
 * Formula: with u = 1 + x as rounded, log(1 + x) = log u + log((1 + x) / u), and the second is as good as
 *          (x - (u - 1)) / u, what the rounding has dropped over u.
 */
export function log1p(x: number): number {
  const u = 1 + x;
  if (u === 1) return x;
  if (!(u > 0) || u === Infinity) return log(u);
  return log(u) + (x - (u - 1)) / u;
}
