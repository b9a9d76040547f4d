/** The step of SGD, in place. */
export type { SgdScalars, Update } from "../backends/backend.ts";
export { sgd, sgdUpdateIsFinite } from "../backends/dispatch.ts";
