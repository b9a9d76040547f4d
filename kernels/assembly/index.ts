/**
 * The SIMD kernels for what needs no weights: elementwise operations and masks. Those for weights are in weights.ts, what
 * only some networks need is in family.ts. Each gives, bit for bit, what the loop of its name in
 * src/backends/reference/ gives.
 */
export * from "./each";
export * from "./random";

/** Makes the two versions of this module differ: an engine reuses what it compiled of bytes it has seen before. */
export const wide: i32 = WIDE;
