import { exponential } from "./exp.ts";
import { errorOfProduct } from "./exact-product.ts";
import { errorOfSum, exponentOf, LN2_LOWER, LN2_UPPER, scale } from "./float64.ts";

/**
 * x^y, within 1 ulp; an integer to an integer power is exact where that fits in 53 bits. The special cases
 * are those of Math.pow: pow(x, ±0) is 1 for every x, also NaN; pow(±1, ±Infinity) and pow(1, NaN) are NaN; a
 * negative x takes integer y only, and returns a negative result (-0 and -Infinity too) for odd y.
 */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;
  const size = Math.abs(x);
  if (Math.abs(y) === Infinity) {
    if (size === 1) return NaN;
    return size > 1 === y > 0 ? Infinity : 0;
  }
  const isNegative = x < 0 || Object.is(x, -0);
  const sign = isNegative && isOdd(y) ? -1 : 1;
  if (size === 0 || size === Infinity) return sign * ((size === 0) === y > 0 ? 0 : Infinity);
  if (isNegative && Math.floor(y) !== y) return NaN;
  return size === 1 ? sign : sign * powerOfPositive(size, y);
}

/** Halving is exact, so an odd y is whole and its half is not. */
function isOdd(y: number): boolean {
  return Math.floor(y) === y && Math.floor(y / 2) !== y / 2;
}

/** Beyond these e^z overflows, or rounds to 0, whatever z's last bits; between them `exponential` decides. */
const SURE_OVERFLOW = 709.79;
const SURE_UNDERFLOW = -745.14;

/** 2/3 in two parts. */
const TWO_THIRDS = 2 / 3;
const TWO_THIRDS_REST = TWO_THIRDS / 18014398509481984; // 2/3 = 0.101010...b, so the rest is 2/3 · 2^-54

/**
 * x^y = e^(y · log x) for finite x > 0, x ≠ 1. An error in y · log x is multiplied by up to 745 in the
 * result's relative error, so log x is computed to some 65 bits: a number, and what its rounding dropped (the
 * names that end in Rest).
 *
 * Range:   x = 2^k · m with m between √½ and √2, so log x = k · ln 2 + log m.
 * Formula: with s = (m - 1) / (m + 1), log m = 2s + s³ · t, t = 2/3 + s² · (2/5 + 2/7 s² + 2/9 s⁴ + ...).
 *          The bracket times s⁵ is below 2^-12 of the first term, so 53 bits do for it.
 */
function powerOfPositive(x: number, y: number): number {
  const k = exponentOf(x);
  const m = scale(x, -k);

  // s = (m - 1) / (m + 1), where m - 1 is exact and m + 1 is not.
  const numerator = m - 1;
  const denominator = m + 1;
  const denominatorRest = m - (denominator - 1);
  const s = numerator / denominator;
  const back = s * denominator;
  const missing = numerator - back - errorOfProduct(s, denominator, back) - s * denominatorRest;
  const sRest = missing / denominator;

  const ss = s * s;
  const ssRest = errorOfProduct(s, s, ss) + 2 * s * sRest;
  const sss = s * ss;
  const sssRest = errorOfProduct(s, ss, sss) + (s * ssRest + sRest * ss);

  const bracket = bracketOfLog(ss);
  const product = ss * bracket;
  const productRest = errorOfProduct(ss, bracket, product) + ssRest * bracket;
  const t = TWO_THIRDS + product;
  const tRest = errorOfSum(TWO_THIRDS, product, t) + (productRest + TWO_THIRDS_REST);
  const tail = sss * t;
  const tailRest = errorOfProduct(sss, t, tail) + (sssRest * t + sss * tRest);

  // log x, its parts from large to small.
  const whole = k * LN2_UPPER; // exact
  const sum = whole + 2 * s;
  const sumRest = errorOfSum(whole, 2 * s, sum);
  const withTail = sum + tail;
  const small = sumRest + errorOfSum(sum, tail, withTail) + (k * LN2_LOWER + (2 * sRest + tailRest));
  const logarithm = withTail + small;
  const logarithmRest = errorOfSum(withTail, small, logarithm);

  const z = y * logarithm;
  if (z > SURE_OVERFLOW) return Infinity;
  if (z < SURE_UNDERFLOW) return 0;
  return exponential(z, errorOfProduct(y, logarithm, z) + y * logarithmRest);
}

/** 2/5 + 2/7 t + 2/9 t² + ... + 2/25 t^10: what is left out is below 2^-59 for t = s² <= 0.0295. */
function bracketOfLog(t: number): number {
  let sum = 0;
  for (let odd = 25; odd >= 5; odd -= 2) sum = sum * t + 2 / odd;
  return sum;
}
