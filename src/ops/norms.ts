import * as backend from "../backends/dispatch.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkTensors } from "./operands.ts";
import { unitsOf } from "./units.ts";

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
