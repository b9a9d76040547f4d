/** The steps of the adaptive optimizers, in place. */
import type { StepNumbers } from "../backends/backend.ts";
import { isFinite } from "../backends/dispatch.ts";
import * as reference from "../backends/reference/adaptive.ts";
import type { Numbers } from "../tensor/tensor.ts";

export type { AdaGradStep, AdamStep, CommonStep, RMSPropStep, StepNumbers } from "../backends/backend.ts";
export { adaGrad, adam, adamUpdateIsFinite, rmsProp } from "../backends/dispatch.ts";

/** Whether a step would leave finite numbers alone: it is made on copies. Nothing is changed. */
export function updateIsFinite(
  numbers: StepNumbers, gradient: Numbers, update: (numbers: StepNumbers, gradient: Numbers) => void,
): boolean {
  return reference.updateIsFinite(numbers, gradient, update, isFinite);
}
