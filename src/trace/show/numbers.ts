import type { Shape } from "../../tensor/shape.ts";
import { significant } from "../expressions/significant.ts";

/** Numbers of a table, padded so that their points stand in line; "." is an exact zero. */
export function cells(values: readonly number[], digits: number): readonly string[] {
  const texts = values.map((value) => (value === 0 ? "." : significant(value, digits)));
  const after = texts.reduce((most, text) => Math.max(most, text.length - pointOf(text)), 0);
  return texts.map((text) => text.padEnd(pointOf(text) + after));
}

/** Where the point of a number is, or would be. */
function pointOf(text: string): number {
  const point = text.search(/[.e]/);
  return point < 0 ? text.length : point;
}

export function brief(value: number): string {
  return Number.isFinite(value) && value !== 0 ? value.toExponential(1) : String(value);
}

export function showSizes(shape: Shape): string {
  return shape.length === 0 ? "1" : shape.join("×");
}
