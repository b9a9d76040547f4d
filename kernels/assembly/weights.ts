/**
 * The SIMD kernels that networks with weights need: products, sums over rows and steps of SGD. A module of its own, so that
 * bundles without weights do without.
 */
export { packRows, packRowsTransposed } from "./block";
export * from "./product";
export * from "./rows";
export * from "./sgd";
export * from "./sparse-rows";
