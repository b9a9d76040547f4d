import { LARGEST_IN_FLOAT64, reduceAngle, cosOf, sinOf, type ReducedAngle } from "./circle.ts";
import { reduceLargeAngle } from "./large-angle.ts";

/** 2^-27: below it x³/6 is less than an eighth of x's last place. */
const SO_SMALL_THAT_SIN_IS_X = 7.450580596923828125e-9;

/**
 * The sine of x radians, within 1 ulp for every finite x; NaN for ±Infinity. sin(-x) is exactly -sin(x).
 *
 * Range: x = n · π/2 + r with n whole and |r| <= π/4; the last two bits of n say which of ±sin r and ±cos r
 * it is.
 */
export function sin(x: number): number {
  if (Math.abs(x) < SO_SMALL_THAT_SIN_IS_X) return x;
  if (x < 0) return -sin(-x);
  if (!(x < Infinity)) return NaN;
  return sinOf(reduced(x));
}

/** The cosine of x radians, within 1 ulp for every finite x; NaN for ±Infinity. Range as for sin. */
export function cos(x: number): number {
  const size = Math.abs(x);
  if (!(size < Infinity)) return NaN;
  return cosOf(reduced(size));
}

function reduced(x: number): ReducedAngle {
  return x > LARGEST_IN_FLOAT64 ? reduceLargeAngle(x) : reduceAngle(x);
}
