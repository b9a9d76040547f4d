/** Significant digits, if nothing else is asked for. */
export const DIGITS = 4;

const SMALLEST = 1e-4;
const LARGEST = 1e5;

/** A number with so many significant digits, without zeros at the end; in powers of ten if it is small or large. */
export function significant(value: number, digits = DIGITS): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "-∞";
  if (size >= SMALLEST && size < LARGEST) return plain(value, digits);
  const [mantissa, exponent] = value.toExponential(Math.min(digits, 17) - 1).split("e");
  return `${String(Number(mantissa))}e${Number(exponent)}`;
}

/** Integers are shown whole: 12345 with four digits is not 12340. */
function plain(value: number, digits: number): string {
  if (digits >= 17 || Number.isInteger(value)) return String(value);
  const shown = Number(value.toPrecision(digits));
  return Math.abs(shown) >= LARGEST ? String(value) : String(shown);
}
