/** The steps of the adaptive optimizers, in place. */
export type { AdaGradScalars, AdamScalars, RMSPropScalars, Update } from "../backends/backend.ts";
export { adaGrad, adam, adamUpdateIsFinite, rmsProp } from "../backends/dispatch.ts";
