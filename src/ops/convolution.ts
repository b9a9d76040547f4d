/** Convolutions of images [batch, channels, height, width] with filters. */
import type { Convolution, ConvolutionLayout } from "../backends/backend.ts";
import * as backend from "../backends/dispatch.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

export type { Convolution };

/** y = w ∗ x + b, for x [N, C, H, W], w [O, C / groups, kernel height, kernel width] and y [N, O, places, places]. */
export function convolve(y: Tensor, x: Tensor, w: Tensor, b: Tensor | undefined, how: Convolution): void {
  backend.convolve(y.data, x.data, w.data, b?.data, layoutOf(x.shape, w.shape, y.shape, how));
}

/** dw += dy ∗ x, db += Σ dy. */
export function addFilterGradients(
  dw: Tensor, db: Tensor | undefined, dy: Tensor, x: Tensor, how: Convolution,
): void {
  backend.addFilterGradients(dw.data, db?.data, dy.data, x.data, layoutOf(x.shape, dw.shape, dy.shape, how));
}

/** dx of y = w ∗ x. */
export function inputGradient(dx: Tensor, dy: Tensor, w: Tensor, how: Convolution): void {
  backend.inputGradient(dx.data, dy.data, w.data, layoutOf(dx.shape, w.shape, dy.shape, how));
}

function layoutOf(x: Shape, w: Shape, y: Shape, { stride, padding, dilation, groups }: Convolution): ConvolutionLayout {
  return {
    stride, padding, dilation, groups, images: x[0], channels: x[1], height: x[2], width: x[3],
    filters: w[0], kernel: [w[2], w[3]], places: [y[2], y[3]],
  };
}
