/** Every operation by the WebAssembly kernels, if these are faster; else by the reference loops. Same bits. */
export * from "./wasm/adaptive.ts";
export * from "./wasm/convolution.ts";
export * from "./wasm/dropout.ts";
export * from "./wasm/elementwise.ts";
export * from "./wasm/normalization.ts";
export * from "./wasm/norms.ts";
export * from "./wasm/pooling.ts";
export * from "./wasm/products.ts";
export * from "./wasm/sgd.ts";
export * from "./wasm/softmax.ts";
