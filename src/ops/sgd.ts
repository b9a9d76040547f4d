import type { SgdStep } from "../backends/backend.ts";
import * as backend from "../backends/dispatch.ts";
import type { Tensor } from "../tensor/tensor.ts";

export type { SgdStep };

/** What one SGD step reads and writes. Without momentum there is no velocity. */
export interface SgdTensors {
  value: Tensor;
  velocity: Tensor | undefined;
  gradient: Tensor;
}

/** Whether the step would leave finite numbers alone. Nothing is changed. */
export function sgdUpdateIsFinite({ value, velocity, gradient }: SgdTensors, step: SgdStep): boolean {
  return backend.sgdUpdateIsFinite({ value: value.data, velocity: velocity?.data, gradient: gradient.data }, step);
}

/** One step of SGD, in place. */
export function sgd({ value, velocity, gradient }: SgdTensors, step: SgdStep): void {
  backend.sgd({ value: value.data, velocity: velocity?.data, gradient: gradient.data }, step);
}
