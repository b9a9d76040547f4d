import { OptionError, ShapeError, show } from "./errors.ts";

/** The lengths of the axes, outermost first. */
export type Shape = readonly number[];

export function sizeOf(shape: Shape): number {
  return shape.reduce((size, length) => size * length, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

export function showShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** The most numbers a tensor may have: 4 GiB in float32, what every engine of today can hold in one array. */
const MOST = 1 << 30;

/**
 * Refuses what is not a list of integers >= 0, or more numbers than can be held, before any memory is
 * asked for; returns a copy nobody else can change.
 */
export function checkShape(where: string, shape: unknown): Shape {
  // Copied first, as in a copy a hole is undefined, not passed over.
  const checked: Shape = Object.freeze(Array.isArray(shape) ? [...(shape as number[])] : [NaN]);
  if (!checked.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    const given = Array.isArray(shape) ? `[${checked.map(show).join(", ")}]` : show(shape);
    throw new OptionError({ where, given, allowed: "a list of integers of at least 0" });
  }
  const size = sizeOf(checked), gigabytes = (4 * size) / 1e9;
  if (size <= MOST) return checked;
  const given = `${showShape(checked)}, which is ${gigabytes} GB, and as much again for a gradient`;
  throw new OptionError({ where, given, allowed: `at most ${MOST} numbers, 4.3 GB in float32` });
}

/** Refuses two shapes that should be the same. */
export function checkSameShape(where: string, given: Shape, wanted: Shape): void {
  if (sameShape(given, wanted)) return;
  throw new ShapeError({ where, given: `shape ${showShape(given)}`, allowed: `shape ${showShape(wanted)}` });
}

/** How many rows and columns a tensor of this shape has when its last axis is taken as the columns. */
export function rowsAndColumns(shape: Shape): { rows: number; columns: number } {
  const columns = shape.length === 0 ? 1 : shape[shape.length - 1];
  return { rows: sizeOf(shape.slice(0, -1)), columns };
}
