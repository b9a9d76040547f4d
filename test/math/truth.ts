/** exp, log, sin, cos, pow, tanh and erf to over 200 bits in integers of any size: what tests measure against. */

/** The number digits · 2^exponent. */
export interface Exact {
  readonly digits: bigint;
  readonly exponent: number;
}

const BITS = 260;

/** A float64, exactly. */
export function exactly(x: number): Exact {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 2047n);
  const fraction = bits & ((1n << 52n) - 1n);
  const digits = biased === 0 ? fraction : fraction | (1n << 52n);
  return { digits: bits >> 63n === 1n ? -digits : digits, exponent: Math.max(biased, 1) - 1075 };
}

/** A number in units of 2^-bits, rounded down. */
function fixed({ digits, exponent }: Exact, bits: number): bigint {
  return shift(digits, exponent + bits);
}

function shift(digits: bigint, by: number): bigint {
  return by >= 0 ? digits << BigInt(by) : digits >> BigInt(-by);
}

function size(digits: bigint): bigint {
  return digits < 0n ? -digits : digits;
}

/** How many bits an integer has. */
function length(digits: bigint): number {
  const hex = size(digits).toString(16);
  return hex === "0" ? 0 : 4 * hex.length - Math.clz32(parseInt(hex[0], 16)) + 28;
}

function memoize(compute: (bits: number) => bigint): (bits: number) => bigint {
  const known = new Map<number, bigint>();
  return (bits) => {
    const value = known.get(bits) ?? compute(bits);
    known.set(bits, value);
    return value;
  };
}

/** ln 2 = 1/2 + 1/(2 · 2²) + 1/(3 · 2³) + ... */
const ln2 = memoize((bits) => {
  let sum = 0n;
  for (let n = 1n; n < BigInt(bits + 32); n++) sum += (1n << BigInt(bits + 32)) / (n << n);
  return sum >> 32n;
});

/** π = 24 arctan(1/8) + 8 arctan(1/57) + 4 arctan(1/239) (Størmer). */
const pi = memoize((bits) => {
  const arctan = (q: bigint): bigint => {
    let sum = 0n;
    let power = (1n << BigInt(bits + 32)) / q;
    for (let odd = 1n; power !== 0n; odd += 2n, power /= -(q * q)) sum += power / odd;
    return sum;
  };
  return (24n * arctan(8n) + 8n * arctan(57n) + 4n * arctan(239n)) >> 32n;
});

/** e^(z · 2^-bits): z = k · ln 2 + r, then the series of e^(r/256), squared eight times. */
function expOf(z: bigint, bits: number): Exact {
  const k = z / ln2(bits);
  const one = 1n << BigInt(bits);
  const r = (z - k * ln2(bits)) >> 8n;
  let sum = one;
  for (let term = r, n = 2n; size(term) > 1n; n++) {
    sum += term;
    term = ((term * r) >> BigInt(bits)) / n;
  }
  for (let i = 0; i < 8; i++) sum = (sum * sum) >> BigInt(bits);
  return { digits: sum, exponent: Number(k) - bits };
}

export function trueExp(x: number): Exact {
  return expOf(fixed(exactly(x), BITS), BITS);
}

/** So many bits that a small x has 260 of its own. */
function bitsFor({ exponent }: Exact): number {
  return BITS + Math.max(0, -53 - exponent);
}

/** e^x - 1 in units of 2^-bits. */
function expm1Of(x: Exact, bits: number): bigint {
  const { digits, exponent } = expOf(fixed(x, bits), bits);
  return shift(digits, exponent + bits) - (1n << BigInt(bits));
}

export function trueExpm1(x: number): Exact {
  const given = exactly(x), bits = bitsFor(given);
  return { digits: expm1Of(given, bits), exponent: -bits };
}

/** With t = e^2x - 1, tanh x = t / (t + 2). */
export function trueTanh(x: number): Exact {
  const { digits, exponent } = exactly(x), bits = bitsFor({ digits, exponent });
  const t = expm1Of({ digits, exponent: exponent + 1 }, bits);
  return { digits: (t << BigInt(bits)) / (t + (2n << BigInt(bits))), exponent: -bits };
}

function rootOf(square: bigint): bigint {
  let root = 1n << BigInt((length(square) >> 1) + 1);
  for (;;) {
    const next = (root + square / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** 2/√π · (x - x³/3 + x⁵/(5 · 2!) - ...), for |x| up to 8: its terms grow to e^64 before they shrink. */
export function trueErf(x: number): Exact {
  const given = exactly(x), bits = bitsFor(given) + 100;
  const z = fixed(given, bits), zz = (z * z) >> BigInt(bits);
  let sum = 0n;
  for (let power = z, n = 1n; size(power) > 0n; n++) {
    sum += power / (2n * n - 1n);
    power = -((power * zz) >> BigInt(bits)) / n;
  }
  return { digits: (sum << BigInt(bits + 1)) / rootOf(pi(2 * bits)), exponent: -bits };
}

/** log x for x > 0, in units of 2^-bits: x = 2^k · m, and log m = 2 artanh s with s = (m - 1) / (m + 1). */
function logOf({ digits, exponent }: Exact, bits: number): bigint {
  const atLeastThreeHalves = 2n * digits >= 3n << BigInt(length(digits) - 1);
  const k = exponent + length(digits) - (atLeastThreeHalves ? 0 : 1);
  const one = 1n << BigInt(bits);
  const m = shift(digits, exponent - k + bits);
  const s = ((m - one) << BigInt(bits)) / (m + one);
  const ss = (s * s) >> BigInt(bits);
  let sum = 0n;
  for (let power = s, odd = 1n; size(power) > 1n; odd += 2n) {
    sum += power / odd;
    power = (power * ss) >> BigInt(bits);
  }
  return 2n * sum + BigInt(k) * ln2(bits);
}

export function trueLog(x: number): Exact {
  return { digits: logOf(exactly(x), BITS), exponent: -BITS };
}

export function trueLog1p(x: number): Exact {
  const { digits, exponent } = exactly(x), bits = bitsFor({ digits, exponent });
  const least = Math.min(exponent, 0);
  const onePlusX = { digits: shift(digits, exponent - least) + (1n << BigInt(-least)), exponent: least };
  return { digits: logOf(onePlusX, bits), exponent: -bits };
}

/** x^y = e^(y · log x) for x > 0. */
export function truePow(x: number, y: number): Exact {
  const { digits, exponent } = exactly(y);
  const bits = BITS + 80;
  return expOf(shift(digits * logOf(exactly(x), bits), exponent - 80), BITS);
}

/** sin(x + quarters · π/2): multiples of π/2 are taken off, then the series of sin or cos of the rest. */
function sinOf(x: number, quarters: bigint): Exact {
  const { digits, exponent } = exactly(x);
  // Enough for small x, where sin x is as small; and for large x, where π is multiplied by as much.
  const bits = BITS + Math.abs(exponent + 53) + 53;
  const angle = shift(digits, exponent + bits);
  const right = pi(bits) >> 1n;
  const n = angle / right;
  const r = angle - n * right;
  const quadrant = (((n + quarters) % 4n) + 4n) % 4n;
  const isCos = quadrant % 2n === 1n;
  const rr = (r * r) >> BigInt(bits);
  let sum = 0n;
  let term = isCos ? 1n << BigInt(bits) : r;
  for (let i = isCos ? 1n : 2n; size(term) > 1n; i += 2n) {
    sum += term;
    term = -((term * rr) >> BigInt(bits)) / (i * (i + 1n));
  }
  return { digits: quadrant >= 2n ? -sum : sum, exponent: -bits };
}

export function trueSin(x: number): Exact {
  return sinOf(x, 0n);
}

export function trueCos(x: number): Exact {
  return sinOf(x, 1n);
}

/** The first digits after the point, in decimal. */
export function decimals({ digits, exponent }: Exact, count: number): string {
  const scaled = shift(digits * 10n ** BigInt(count), exponent).toString().padStart(count + 1, "0");
  return `${scaled.slice(0, -count)}.${scaled.slice(-count)}`;
}

export interface Format {
  readonly precision: number;
  readonly smallestExponent: number;
  readonly largestExponent: number;
}
export const FLOAT64: Format = { precision: 53, smallestExponent: -1074, largestExponent: 1023 };
export const FLOAT32: Format = { precision: 24, smallestExponent: -149, largestExponent: 127 };

/**
 * |y - truth| in units of the truth's last place in that format. An infinite y counts as the power of two
 * beyond the largest number; a truth beyond that asks for it.
 */
export function errorInUlp(y: number, truth: Exact, format: Format): number {
  const limit = 1n << BigInt(format.largestExponent + 1);
  const isBeyond = truth.exponent + length(truth.digits) > format.largestExponent + 1;
  if (Number.isNaN(y)) return Infinity;
  if (isBeyond) return y === (truth.digits < 0n ? -Infinity : Infinity) ? 0 : Infinity;
  const given = Number.isFinite(y) ? exactly(y) : { digits: y < 0 ? -limit : limit, exponent: 0 };
  const top = truth.exponent + length(truth.digits) - 1;
  const ulp = Math.max(Math.min(top, format.largestExponent) - format.precision + 1, format.smallestExponent);
  // In units of 2^-20 ulp; a truth far below the smallest number counts as 0, to keep integers short.
  const isFarBelow = top < format.smallestExponent - 64;
  const difference = fixed(given, 20 - ulp) - (isFarBelow ? 0n : fixed(truth, 20 - ulp));
  return Number(size(difference)) / 1048576;
}
