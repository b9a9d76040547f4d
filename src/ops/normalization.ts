export type { Scaling, Slopes, Statistics } from "../backends/backend.ts";
export { standardize, standardizeBackward, standardizeBy } from "../backends/dispatch.ts";
export { statisticsOf } from "../backends/reference/normalization.ts";
