/** The steps of the adaptive optimizers, in place. */
export type { AdaGradStep, AdamStep, CommonStep, RMSPropStep, StepNumbers } from "../backends/backend.ts";
export { adaGrad, adam, adamUpdateIsFinite, rmsProp } from "../backends/dispatch.ts";
