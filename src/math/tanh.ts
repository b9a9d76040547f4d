import { expm1 } from "./expm1.ts";

/** 2^-28: below it x³/3 is less than a quarter of x's last place. From 22 on, 1 - tanh x is below 2^-60. */
const SO_SMALL_THAT_TANH_IS_X = 3.725290298461914e-9;
const ALMOST_ONE = 22;

/**
 * The hyperbolic tangent, within 3 ulp. tanh(-x) is exactly -tanh(x).
 *
 * Formula: (e^x - e^-x) / (e^x + e^-x) = 1 - 2 / (e^2x + 1), which for large x differs little from 1; or, with
 *          t = e^-2x - 1, -t / (t + 2), which for small x has no digits to lose.
 */
export function tanh(x: number): number {
  const size = Math.abs(x);
  if (size < SO_SMALL_THAT_TANH_IS_X) return x;
  if (size >= ALMOST_ONE) return Math.sign(x);
  const t = expm1(size < 1 ? -2 * size : 2 * size);
  const y = size < 1 ? -t / (t + 2) : 1 - 2 / (t + 2);
  return x < 0 ? -y : y;
}
