import type { Shape } from "../../tensor/shape.ts";

/** Smaller than this, four places after the point would show a zero that is none. */
const SMALLEST = 0.00005;
const LARGEST = 10_000;

/** A number in a table: four places after the point, so that points stand in line; "." is an exact zero. */
export function cell(value: number): string {
  if (value === 0) return ".";
  return isPlain(value) ? value.toFixed(4) : brief(value);
}

/** A number in a formula: as short as four places after the point allow. */
export function short(value: number): string {
  if (Object.is(value, -0)) return "0";
  return isPlain(value) ? String(Number(value.toFixed(4))) : brief(value);
}

export function brief(value: number): string {
  return Number.isFinite(value) && value !== 0 ? value.toExponential(1) : String(value);
}

function isPlain(value: number): boolean {
  const size = Math.abs(value);
  return value === 0 || (size >= SMALLEST && size < LARGEST);
}

export function showSizes(shape: Shape): string {
  return shape.length === 0 ? "1" : shape.join("×");
}
