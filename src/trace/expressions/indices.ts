import { DataError } from "../../tensor/errors.ts";
import { showShape, type Shape } from "../../tensor/shape.ts";
import { isMultiple, type Expression } from "./expression.ts";

/** Where an index is, and how long its axes are: one, or for a capital any number. */
export interface Bound {
  readonly at: readonly number[];
  readonly lengths: Shape;
}

/**
 * What each index of an element is, for a tensor of this shape. One of them may stand for several axes: those that
 * the others leave.
 * @throws DataError if there are too many or too few.
 */
export function bind(
  indices: readonly string[], shape: Shape, at: readonly number[], where: string,
): Map<string, Bound> {
  const bound = new Map<string, Bound>();
  let axis = 0;
  for (const index of indices) {
    const count = isMultiple(index) ? shape.length - indices.length + 1 : 1;
    bound.set(index, { at: at.slice(axis, axis + count), lengths: shape.slice(axis, axis + count) });
    axis += count;
  }
  if (axis === shape.length) return bound;
  const given = `${indices.length} indices for shape ${showShape(shape)}`;
  throw new DataError({ where: `equation ${JSON.stringify(where)}`, given, allowed: "one for each axis" });
}

/** The lengths of the axes that an index runs over: those of a tensor that is indexed by it alone. */
export function lengthsOf(
  index: string, within: Expression, shapeOf: (name: string) => Shape | undefined,
): Shape | undefined {
  const search = (parts: readonly (Expression | undefined)[]) => {
    for (const part of parts) {
      const found = part && lengthsOf(index, part, shapeOf);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  switch (within.kind) {
    case "element": {
      const names = within.indices.map((part) => (part.kind === "name" ? part.name : ""));
      const shape = names.includes(index) ? shapeOf(within.name) : undefined;
      return shape ? bind(names, shape, shape, within.name).get(index)?.lengths : search(within.indices);
    }
    case "negative": return search([within.of]);
    case "operation": return search([within.left, within.right]);
    case "call": return search(within.parts);
    case "choice": return search([within.condition, within.chosen, within.otherwise]);
    case "reduction": return search([within.where, within.of]);
    default: return undefined;
  }
}

/** Where an index is in row-major order. */
export function positionOf(at: readonly number[], shape: Shape): number {
  return at.reduce((position, i, axis) => position * shape[axis] + i, 0);
}

/** The index at a position in row-major order. */
export function indexAt(position: number, shape: Shape): readonly number[] {
  const index: number[] = [];
  let rest = position;
  for (const length of [...shape].reverse()) {
    index.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return index;
}
