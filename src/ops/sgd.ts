/** The step of SGD, in place. */
export type { SgdNumbers, SgdStep } from "../backends/backend.ts";
export { sgd, sgdUpdateIsFinite } from "../backends/dispatch.ts";
