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

/** Refuses what is not a list of whole numbers >= 0; returns a copy nobody else can change. */
export function checkShape(where: string, shape: unknown): Shape {
  if (!Array.isArray(shape) || !shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    const given = Array.isArray(shape) ? `[${shape.map(show).join(", ")}]` : show(shape);
    throw new OptionError({ where, given, allowed: "a list of whole numbers of at least 0" });
  }
  return Object.freeze([...(shape as number[])]);
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
