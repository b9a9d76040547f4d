import { beyondLinear, ONE_OVER_LN2, OVERFLOW } from "./exp.ts";
import { errorOfSum, LN2_LOWER, LN2_UPPER, scale } from "./float64.ts";

/** e^x - 1 is x to the last bit where |x| is below 2^-54, and -1 where x is below this. */
const SO_SMALL_THAT_EXPM1_IS_X = 5.551115123125783e-17;
const ALMOST_MINUS_ONE = -40;

/**
 * e^x - 1, within 1 ulp, where exp(x) - 1 would lose the digits that 1 and e^x share.
 *
 * Range:   as for exp, so e^x - 1 = 2^k · (e^r - 2^-k) = 2^k · ((1 - 2^-k) + r + (e^r - 1 - r)).
 * Sum:     1 - 2^-k is exact unless 2^-k is too small to matter; what adding r to it drops is added back.
 */
export function expm1(x: number): number {
  if (Math.abs(x) < SO_SMALL_THAT_EXPM1_IS_X) return x;
  if (x < ALMOST_MINUS_ONE) return -1;
  if (!(x <= OVERFLOW)) return x > OVERFLOW ? Infinity : NaN;
  const k = Math.floor(x * ONE_OVER_LN2 + 0.5);
  const upper = x - k * LN2_UPPER;
  const lower = k * LN2_LOWER;
  const correction = beyondLinear(upper - lower) - lower;
  const one = 1 - scale(1, -k);
  const sum = one + upper;
  return scale(sum + (errorOfSum(one, upper, sum) + correction), k);
}
