/** The operations that WebAssembly kernels do. They return undefined for arrays that the loops are to work on. */
export * from "./wasm/adaptive.ts";
export * from "./wasm/convolution.ts";
export * from "./wasm/elementwise.ts";
export * from "./wasm/normalization.ts";
export * from "./wasm/norms.ts";
export * from "./wasm/pooling.ts";
export * from "./wasm/products.ts";
export * from "./wasm/sgd.ts";
