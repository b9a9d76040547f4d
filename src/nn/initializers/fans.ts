import { sizeOf, type Shape } from "../../tensor/shape.ts";

/**
 * How many numbers each output is a sum of (in), and each input goes into (out), told by the shape of the
 * weights: [in, out] of an affine layer, [out, in, ...kernel] of a convolution, whose kernel multiplies both.
 * One axis alone, as of biases, is both.
 */
export function fansOf(shape: Shape): { fanIn: number; fanOut: number } {
  if (shape.length < 3) return { fanIn: shape[0], fanOut: shape[shape.length - 1] };
  const [outputs, inputs, ...kernel] = shape;
  return { fanIn: inputs * sizeOf(kernel), fanOut: outputs * sizeOf(kernel) };
}
