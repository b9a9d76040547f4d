/**
 * The SIMD kernels that any network needs; what only some need is in family.ts. Each gives, bit for bit, what the
 * loop of its name in src/backends/reference/ gives.
 */
export { packRows, packRowsTransposed } from "./block";
export { addTo, applyMask, clear, copy, isFinite, multiply, relu, reluBackward, scale } from "./each";
export { multiplyDense, multiplyFew, multiplySqueezed } from "./product";
export { bernoulli } from "./random";
export { addRow, maxNorm, sumRows } from "./rows";
export { sgd, sgdStaysFinite } from "./sgd";
export { setup, squeeze, squeezeTransposed } from "./squeeze";
