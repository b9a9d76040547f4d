/** The loops that define every operation, bit for bit. Whatever is faster must give the same bits. */
export * from "./reference/adaptive.ts";
export * from "./reference/convolution.ts";
export * from "./reference/elementwise.ts";
export * from "./reference/normalization.ts";
export * from "./reference/norms.ts";
export * from "./reference/pooling.ts";
export * from "./reference/products.ts";
export * from "./reference/sgd.ts";
export * from "./reference/softmax.ts";
export * from "./reference/softmax-backward.ts";
