/** Pooling of images x [batch, channels, height, width]; y has a number for each place of the window. */
import type { Pooling, PoolingLayout } from "../backends/backend.ts";
import * as backend from "../backends/dispatch.ts";
import type { Shape } from "../tensor/shape.ts";
import { allocate, type Tensor } from "../tensor/tensor.ts";

/** y = max of the x under the window. Returns the index of each maximum: of equal ones the first, of NaNs the last. */
export function maxPool(y: Tensor, x: Tensor, window: Pooling): Int32Array {
  const winners = new Int32Array(allocate(y.data.length, "float32").buffer);
  backend.maxPool(y.data, winners, x.data, layoutOf(x.shape, y.shape, window));
  return winners;
}

/** dx = the sum of the dy of all places whose maximum it is. */
export function maxPoolBackward(dx: Tensor, dy: Tensor, winners: Int32Array): void {
  backend.maxPoolBackward(dx.data, dy.data, winners);
}

/** y = Σ x under the window / count, summed in float64; the frame counts or does not. */
export function averagePool(y: Tensor, x: Tensor, window: Pooling, countPadding: boolean): void {
  backend.averagePool(y.data, x.data, layoutOf(x.shape, y.shape, window), countPadding);
}

/** dx += dy / count under each place of the window. */
export function averagePoolBackward(dx: Tensor, dy: Tensor, window: Pooling, countPadding: boolean): void {
  backend.averagePoolBackward(dx.data, dy.data, layoutOf(dx.shape, dy.shape, window), countPadding);
}

function layoutOf(x: Shape, y: Shape, { kernel, stride, padding }: Pooling): PoolingLayout {
  return {
    kernel, stride, padding, images: x[0], channels: x[1], height: x[2], width: x[3], places: [y[2], y[3]],
  };
}
