/**
 * The SIMD kernels that only some networks need: a module of its own, so that bundles of others do without. What they
 * do is defined in src/backends/reference/.
 */
export * from "./adam";
export * from "./columns";
export * from "./frame";
export * from "./norms";
export * from "./patches";
export * from "./planes";
export * from "./pool";
export { addShifted, multiplyShifted } from "./shifted";
export * from "./root-mean-square";
