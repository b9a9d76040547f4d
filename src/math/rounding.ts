import type { Numbers } from "../tensor/tensor.ts";

/** What rounds the result of one operation as it is stored: to float32, or in float64 not at all. */
export function roundingOf(like: Numbers): (value: number) => number {
  return like instanceof Float32Array ? Math.fround : (value) => value;
}
