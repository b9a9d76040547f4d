/**
 * The SIMD kernels that networks with weights need: products, sums over rows and steps of SGD. A module of its own, so that
 * bundles without weights do without.
 */
export { packRows, packRowsTransposed } from "./block";
export { multiplyDense, multiplyFew, multiplySqueezed } from "./product";
export { addRow, sumRows } from "./rows";
export { sgd, sgdStaysFinite } from "./sgd";
export { squeeze, squeezeTransposed } from "./squeeze";
