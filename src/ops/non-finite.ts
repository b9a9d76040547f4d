import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { allFinite } from "./elementwise.ts";

/** A number that is NaN or infinite, and its place, an index for each axis. */
export interface NonFinite {
  readonly index: readonly number[];
  readonly value: number;
}

/** The first number of a tensor that is not finite, if there is one. */
export function firstNonFinite({ data, shape }: Tensor): NonFinite | undefined {
  if (allFinite(data)) return undefined;
  const at = data.findIndex((value) => !Number.isFinite(value));
  return { index: indexOf(at, shape), value: data[at] };
}

/** The place of number `flat` of a tensor of this shape, an index for each axis. */
export function indexOf(flat: number, shape: Shape): readonly number[] {
  const index: number[] = [];
  let rest = flat;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = rest % shape[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  return index;
}
