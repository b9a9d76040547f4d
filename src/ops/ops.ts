/** The operations layers are written in. What each means, bit by bit, is in backends/reference/. */
export * from "./dropout.ts";
export * from "./elementwise.ts";
export * from "./norms.ts";
export * from "./products.ts";
export * from "./sgd.ts";
export * from "./softmax.ts";
export { zeroLazily, resident, gradientBuffer, residentZeros, type ParameterSet } from "../backends/wasm/resident.ts";
