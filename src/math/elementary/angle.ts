import { errorOfSum, scale } from "./float64.ts";

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
const LARGEST_IN_FLOAT64 = 1048576; // 2^20

/**
 * Takes whole multiples of π/2 off x >= 0, and keeps the remainder to well beyond 53 bits, however close to a
 * multiple x is.
 */
export function reduceAngle(x: number): ReducedAngle {
  if (x > LARGEST_IN_FLOAT64) return reduceLargeAngle(x);
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

/** π/2 must be right to 1,024 bits for the largest x, and 62 + 53 more for x closest to a multiple of π/2. */
const FRACTION_BITS = 1200n;
/** Of the remainder so many are kept: 62 zeros at most, then twice 53 and some. */
const KEPT_BITS = 180;

let halfPi: bigint | undefined;

/**
 * The same in whole numbers of any size. Far slower, but angles past a million are rare, and it is as exact
 * there as everywhere.
 */
function reduceLargeAngle(x: number): ReducedAngle {
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
