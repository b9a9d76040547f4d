import type { ReducedAngle } from "./circle.ts";
import { scale } from "./float64.ts";

/** π/2 must be right to 1,024 bits for the largest x, and 62 + 53 more for x closest to a multiple of π/2. */
const FRACTION_BITS = 1200n;
/** Of the remainder so many are kept: 62 zeros at most, then twice 53 and some. */
const KEPT_BITS = 180;

let halfPi: bigint | undefined;

/**
 * Takes whole multiples of π/2 off x > 2^20, in integers of any size. Far slower than in float64, but
 * angles past a million are rare, and it is as exact there as everywhere.
 */
export function reduceLargeAngle(x: number): ReducedAngle {
  halfPi ??= computeHalfPi();
  // From 2^53 on x is whole; below, the last bit of x > 2^20 is worth at least 2^-32.
  const fixed = x < scale(1, 53) ? BigInt(scale(x, 32)) << (FRACTION_BITS - 32n) : BigInt(x) << FRACTION_BITS;
  const n = (2n * fixed + halfPi) / (2n * halfPi);
  const remainder = (fixed - n * halfPi) >> (FRACTION_BITS - BigInt(KEPT_BITS));
  const upper = Number(remainder);
  const lower = Number(remainder - BigInt(upper));
  return { quadrant: Number(n & 3n), upper: scale(upper, -KEPT_BITS), lower: scale(lower, -KEPT_BITS) };
}

/** π/2 · 2^1200 by Machin's formula: π/4 = 4 arctan(1/5) - arctan(1/239). */
function computeHalfPi(): bigint {
  const guard = 16n;
  const one = 1n << (FRACTION_BITS + guard);
  return (2n * (4n * arctanOfInverse(5n, one) - arctanOfInverse(239n, one))) >> guard;
}

/** arctan(1/q) = 1/q - 1/(3q³) + 1/(5q⁵) - ... in units of 1/one. */
function arctanOfInverse(q: bigint, one: bigint): bigint {
  let sum = 0n;
  for (let power = one / q, odd = 1n; power !== 0n; power /= -q * q, odd += 2n) sum += power / odd;
  return sum;
}
