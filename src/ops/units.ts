/** Along which axis of a layer's weights its units lie, for what is kept of each unit by itself, as its norm. */
import { sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Units along one axis of an array [blocks, count, inner]: unit u is all numbers [·, u, ·]. */
export interface Units {
  readonly count: number;
  /** How many numbers of a unit lie side by side: 1 for the columns of a matrix. */
  readonly inner: number;
}

const axes = new WeakMap<Tensor, number>();

/** Says along which axis the units of these weights lie. */
export function markUnits(weights: Tensor, axis: number | undefined): Tensor {
  if (axis !== undefined) axes.set(weights, axis);
  return weights;
}

/** The units of a tensor: along the axis that was marked, else along its last, as the columns of [in, out]. */
export function unitsOf(weights: Tensor): Units {
  const { shape } = weights, axis = axes.get(weights) ?? shape.length - 1;
  return { count: shape[axis] ?? 1, inner: sizeOf(shape.slice(axis + 1)) };
}
