/** Powers of ten that float64 holds exactly. */
const POWERS = Float64Array.of(
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
);
const POINT = 46, PLUS = 43, MINUS = 45, ZERO = 48;

/**
 * The float64 nearest to a number in ASCII: digits with at most one point, then optionally an exponent. NaN for
 * anything else, infinite beyond the range of float64. The time is linear in the length.
 * Up to 2^53 the digits are an integer that float64 holds, and so are powers of ten up to 10^22: one product or
 * quotient of the two is rounded once, so it is correctly rounded (Clinger 1990, "How to read floating point numbers
 * accurately").
 * @param point the decimal mark, as a byte; a comma in many languages.
 */
export function parseDecimal(bytes: Uint8Array, start: number, end: number, point = POINT): number {
  let at = start;
  const sign = bytes[at], isNegative = sign === MINUS;
  if (at < end && (isNegative || sign === PLUS)) at++;
  let mantissa = 0, scale = 0;
  const first = at;
  for (; at < end; at++) {
    const digit = bytes[at] - ZERO;
    if (digit < 0 || digit > 9) break;
    mantissa = mantissa * 10 + digit;
  }
  let digits = at - first;
  if (at < end && bytes[at] === point) {
    const after = ++at;
    for (; at < end; at++) {
      const digit = bytes[at] - ZERO;
      if (digit < 0 || digit > 9) break;
      mantissa = mantissa * 10 + digit;
    }
    scale = at - after;
    digits += scale;
  }
  if (digits === 0) return NaN;
  let exponent = 0;
  if (at < end) {
    if ((bytes[at] | 32) !== 101) return NaN;
    const down = bytes[++at] === MINUS;
    if (at < end && (down || bytes[at] === PLUS)) at++;
    if (at === end) return NaN;
    for (; at < end; at++) {
      const digit = bytes[at] - ZERO;
      if (digit < 0 || digit > 9) return NaN;
      exponent = Math.min(exponent * 10 + digit, 1e9);
    }
    if (down) exponent = -exponent;
  }
  const power = exponent - scale, size = power < 0 ? -power : power;
  if (mantissa > Number.MAX_SAFE_INTEGER || size > 22) return slowly(bytes.subarray(start, end), point);
  const value = power < 0 ? mantissa / POWERS[size] : mantissa * POWERS[size];
  return isNegative ? -value : value;
}

/** A number as it is written in tables. Every character is looked at once. */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Whether a text is a finite number, written in decimal digits. */
export function isNumberText(text: string): boolean {
  return NUMBER.test(text) && Number.isFinite(Number(text));
}

/** What the engine makes of it; it reads linear in the digits. */
function slowly(bytes: Uint8Array, point: number): number {
  const text = new TextDecoder().decode(bytes);
  return Number(point === POINT ? text : text.replace(String.fromCharCode(point), "."));
}

/** Whether a value is that of an integer too large for float64 to tell from its neighbours, as the text has it. */
export function isInexactInteger(value: number, bytes: Uint8Array, start: number, end: number): boolean {
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return false;
  for (let at = start + (bytes[start] === MINUS || bytes[start] === PLUS ? 1 : 0); at < end; at++) {
    if (bytes[at] < ZERO || bytes[at] > ZERO + 9) return false;
  }
  return true;
}
