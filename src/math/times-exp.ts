import { exponential } from "./exp.ts";

/**
 * a · b · e^(x + rest), for x <= 0: e^x by halves where it alone would be subnormal, so that the product keeps its
 * digits. 0 for x below -1500, whatever a and b.
 */
export function timesExp(a: number, b: number, x: number, rest = 0): number {
  if (x < -1500) return 0;
  if (!(x < -600)) return a * (b * exponential(x, rest));
  const half = exponential(x / 2, rest / 2);
  return (a * half) * (b * half);
}
