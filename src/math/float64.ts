/** A number is ± m · 2^k. These take it apart, put it together, and say what rounding has dropped. */

const SMALLEST_EXPONENT = -1074;
const LARGEST_EXPONENT = 1023;

/** 2^k at [k + 1074]: each doubling is exact, also where the numbers are subnormal. */
const POWERS_OF_TWO = powersOfTwo();

function powersOfTwo(): Float64Array {
  const powers = new Float64Array(LARGEST_EXPONENT - SMALLEST_EXPONENT + 1);
  for (let i = 0, power = 5e-324; i < powers.length; i++, power *= 2) powers[i] = power;
  return powers;
}

/** 2^k, exactly, for k = -1074 .. 1023. */
function powerOfTwo(k: number): number {
  return POWERS_OF_TWO[k - SMALLEST_EXPONENT];
}

/**
 * y · 2^k, rounded once, for k = -2000 .. 2000. Where 2^k itself is no float64 it takes two steps; the first
 * is exact for y between 1/2 and 2, and for subnormal y with k > 0, which is all that is asked of it here.
 */
export function scale(y: number, k: number): number {
  if (k > LARGEST_EXPONENT) return y * powerOfTwo(LARGEST_EXPONENT) * powerOfTwo(k - LARGEST_EXPONENT);
  if (k < SMALLEST_EXPONENT) return y * powerOfTwo(k - SMALLEST_EXPONENT) * powerOfTwo(SMALLEST_EXPONENT);
  return y * powerOfTwo(k);
}

/** The smallest float64 that has all its digits. */
export const SMALLEST_NORMAL = powerOfTwo(-1022);
const TWO_TO_54 = powerOfTwo(54);
/** The upper 32 bits (sign, exponent, 20 bits of the fraction) of √½. */
const UPPER_BITS_OF_SQRT_HALF = 0x3fe6a09e;

/** A DataView reads the upper half first on machines of either byte order. */
const bits = new DataView(new ArrayBuffer(8));

/**
 * The k for which x / 2^k lies between √½ and √2 (to within 2^-20), for x finite and > 0. The exponent sits
 * above the 20 bits of fraction, so taking √½ away makes it step at √½ · 2^k instead of at 2^k.
 */
export function exponentOf(x: number): number {
  if (x < SMALLEST_NORMAL) return exponentOf(x * TWO_TO_54) - 54;
  bits.setFloat64(0, x);
  return (bits.getInt32(0) - UPPER_BITS_OF_SQRT_HALF) >> 20;
}

/** Between these, squares of numbers and of their differences neither overflow nor lose digits. */
const SMALLEST_SAFE = powerOfTwo(-400), LARGEST_SAFE = powerOfTwo(400);

/**
 * The unit in which numbers up to this size are squared and summed without overflow or underflow: a power of two near
 * it, by which they are divided exactly, as they are multiplied by 1 / unit. 1 for ordinary sizes, and for those that
 * are 0 or not finite.
 */
export function unitFor(size: number): number {
  if (!(size > 0 && size < Infinity) || (size >= SMALLEST_SAFE && size <= LARGEST_SAFE)) return 1;
  return powerOfTwo(Math.min(Math.max(exponentOf(size), -LARGEST_EXPONENT), LARGEST_EXPONENT));
}

/** The largest absolute value; NaN if one is NaN. */
export function largestSize(values: Iterable<number>): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}

/** a + b - sum, exactly, where sum is a + b as rounded (Knuth, TAOCP vol. 2, 4.2.2, theorem B). */
export function errorOfSum(a: number, b: number, sum: number): number {
  const bRounded = sum - a;
  return a - (sum - bRounded) + (b - bRounded);
}

/** ln 2 in two parts. The first ends in 20 zero bits, so that k · LN2_UPPER is exact for |k| < 2^20. */
export const LN2_UPPER = 6.93147180369123816490e-1;
export const LN2_LOWER = 1.90821492927058770002e-10;

/** 2⁻⁶⁴. Sums of terms made this much smaller do not overflow, and keep their digits. */
export const TWO_TO_MINUS_64 = 5.421010862427522e-20;
