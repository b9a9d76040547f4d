import { OptionError, ShapeError, show } from "./errors.ts";

/** The lengths of the axes, outermost first. */
export type Shape = readonly number[];

export function sizeOf(shape: Shape): number {
  let size = 1;
  // By index, here and below: engines are slow to iterate over frozen arrays, and shapes are checked in each operation.
  for (let axis = 0; axis < shape.length; axis++) size *= shape[axis];
  return size;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return a.length === b.length;
}

/** The axes from one on, without so many at the end: as slice, which is slow for frozen arrays. */
export function axesOf(shape: Shape, first: number, without = 0): number[] {
  const axes: number[] = [];
  for (let axis = first; axis < shape.length - without; axis++) axes.push(shape[axis]);
  return axes;
}

export function showShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** The most numbers a tensor may have: 4 GiB in float32, what every engine of today can hold in one array. */
const MAX_SIZE = 1 << 30;

/**
 * Throws for what is not a list of integers >= 0, or more numbers than can be held, before any memory is
 * asked for; returns a list nobody can change: a frozen one itself, else a copy.
 */
export function checkShape(where: string, shape: unknown): Shape {
  const isList = Array.isArray(shape), isFrozen = isList && Object.isFrozen(shape);
  const checked: Shape = isFrozen ? shape : Object.freeze(isList ? [...(shape as number[])] : [NaN]);
  for (let axis = 0; axis < checked.length; axis++) {
    if (Number.isSafeInteger(checked[axis]) && checked[axis] >= 0) continue;
    const given = isList ? `[${[...checked].map(show).join(", ")}]` : show(shape);
    throw new OptionError({ where, given, allowed: "a list of integers of at least 0" });
  }
  const size = sizeOf(checked);
  if (size <= MAX_SIZE) return checked;
  const given = `${showShape(checked)}, which is ${(4 * size) / 1e9} GB`;
  throw new OptionError({ where, given, allowed: `at most ${MAX_SIZE} numbers, 4.3 GB in float32` });
}

/** Throws unless two shapes are the same. */
export function checkSameShape(where: string, given: Shape, wanted: Shape): void {
  if (sameShape(given, wanted)) return;
  throw new ShapeError({ where, given: `shape ${showShape(given)}`, allowed: `shape ${showShape(wanted)}` });
}

/** How many rows and columns a tensor of this shape has when its last axis is taken as the columns. */
export function rowsAndColumns(shape: Shape): { rows: number; columns: number } {
  const columns = shape.length === 0 ? 1 : shape[shape.length - 1];
  let rows = 1;
  for (let axis = 0; axis < shape.length - 1; axis++) rows *= shape[axis];
  return { rows, columns };
}
