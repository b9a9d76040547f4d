import { pixel } from "../convolution/window.ts";
import { maxPool, maxPoolBackward } from "../../ops/pooling.ts";
import { empty } from "../../tensor/buffer-pool.ts";
import { sizeOf, type Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Pool2d, type Pool2dOptions } from "./pool2d.ts";
import type { Pair } from "../convolution/window.ts";
import type { LayerDescription } from "../../nn/description.ts";

/**
 * The largest number in each position of a sliding window.
 *
 *   forward:   y  = max of the x under the window
 *   backward:  dx = the sum of the dy of all windows whose maximum it is, else 0
 *
 * Shapes: x [batch, channels, height, width], y the same with height ⌊(height + 2·padding - kernel) / stride⌋ + 1, and
 * so for the width; with ceilMode ⌈…⌉ + 1, as long as the last window starts within the image or the padding before it.
 * Of equal numbers the first, row by row, is the maximum; padding never is; NaN always is.
 * Source: CS231n, "Convolutional networks", pooling layer.
 * @throws OptionError for sizes out of range, padding of more than half the window, and unknown options.
 * @example
 * new MaxPool2d(2).forward(tensor([[[[1, 2, 5, 0], [4, 3, 0, 0]]]])); // [[[[4, 5]]]]
 */
export class MaxPool2d extends Pool2d<{ shape: Shape; winners: Int32Array }> {
  static override readonly typeName: string = "MaxPool2d";
  static override readonly about: LayerDescription<MaxPool2d> = {
    retainsNothing: true,
    formula: () => ({ forward: "y = max x in the window", backward: "dx = Σ dy where x is the max" }),
    equations(layer) {
      const [height, width] = layer.window.kernel, window = `a < ${height}, b < ${width}`;
      const x = `x[n, c, ${pixel(layer.window, 0, "r", "a")}, ${pixel(layer.window, 1, "q", "b")}]`;
      const largest = `argmax(${window}: ${x})`;
      const row = pixel(layer.window, 0, "r", `floor(${largest} / ${width})`);
      const column = pixel(layer.window, 1, "q", `mod(${largest}, ${width})`);
      return {
        forward: [`y[n, c, r, q] = max(${window}: ${x})`],
        backward: [`dx[n, c, h, v] = sum(r, q where ${row} == h and ${column} == v: dy[n, c, r, q])`],
      };
    },
    constructorArguments: ({ window: { kernel, stride, padding, ceilMode } }) => (
      [kernel, { stride, padding, ceilMode }]),
  };
  constructor(kernel: Pair, options: Pool2dOptions = {}) {
    super(kernel, options);
  }

  forward(x: Tensor): Tensor {
    const shape = [x.shape[0], ...this.outputShape(x.shape.slice(1))], y = empty(shape, sizeOf(shape), x.dtype);
    const winners = maxPool(y, x, this.window);
    this.remember({ shape: x.shape, winners });
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { shape, winners } = this.recall();
    const dx = empty(shape, sizeOf(shape), dy.dtype);
    maxPoolBackward(dx, dy, winners);
    return dx;
  }
}
