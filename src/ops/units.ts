/** Along which axis of a layer's weights its units lie, for what is kept of each unit by itself, as its norm. */
import type { Units } from "../backends/backend.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

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
