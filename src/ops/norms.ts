import type { Units } from "../backends/backend.ts";
import * as backend from "../backends/dispatch.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkTensors } from "./operands.ts";

/** Scales each unit whose L2 norm is above the limit back to it, in place. */
export function maxNorm(value: Tensor, limit: number): void {
  checkTensors("maxNorm", value);
  backend.maxNorm(value.data, unitsOf(value), limit);
}

/** Scales each unit to L2 norm 1, in place; one of zeros, which has no direction, stays. */
export function unitNorm(value: Tensor): void {
  checkTensors("unitNorm", value);
  backend.unitNorm(value.data, unitsOf(value));
}

/** The units of a tensor: along the axis that it says, else along its last, as the columns of [in, out]. */
function unitsOf({ shape, unitAxis = shape.length - 1 }: Tensor): Units {
  return { count: shape[unitAxis] ?? 1, inner: sizeOf(shape.slice(unitAxis + 1)) };
}
