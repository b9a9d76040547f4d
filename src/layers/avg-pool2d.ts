import { checkChoice } from "../tensor/checks.ts";
import type { Shape } from "../tensor/shape.ts";
import { zeros, type Tensor } from "../tensor/tensor.ts";
import { Pool2d, type Pool2dOptions } from "./pool2d.ts";
import type { Pair } from "./window.ts";

/** What an AvgPool2d can be told. */
export interface AvgPool2dOptions extends Pool2dOptions {
  /** Whether the zeros of the padding count as numbers of the mean; default true, as in PyTorch. */
  countPadding?: boolean;
}

/**
 * The mean of the numbers under each place of a window.
 *
 *   forward:   y  = Σ x under the window / count
 *   backward:  dx = Σ dy / count over all windows that see it
 *
 * count is how many numbers the window sees: pixels, and with countPadding the zeros of the padding too, but
 * never what lies beyond it. Shapes: as MaxPool2d. Sums are made in float64, in index order, and rounded once.
 * Source: LeCun et al. 1998, section II.B (subsampling).
 * @throws OptionError for sizes out of range, padding of more than half the window, and unknown options.
 * @example
 * new AvgPool2d(2).forward(tensor([[[[1, 2], [4, 5]]]])); // [[[[3]]]]
 */
export class AvgPool2d extends Pool2d<{ shape: Shape }> {
  readonly countPadding: boolean;

  constructor(kernel: Pair, options: AvgPool2dOptions = {}) {
    super(kernel, options, ["countPadding"]);
    this.countPadding = checkChoice("AvgPool2d countPadding", options.countPadding ?? true, [true, false]);
  }

  override get formula() {
    return { forward: "y = Σ x / count in the window", backward: "dx = Σ dy / count" };
  }

  forward(x: Tensor): Tensor {
    this.remember({ shape: x.shape });
    const y = zeros([x.shape[0], ...this.outputShape(x.shape.slice(1))], x.dtype);
    const rowLength = x.shape[3];
    this.forEachPlace(x.shape, y.shape, (out, first, height, width, covered) => {
      let sum = 0;
      for (let row = first; row < first + height * rowLength; row += rowLength) {
        for (let at = row; at < row + width; at++) sum += x.data[at];
      }
      y.data[out] = sum / (this.countPadding ? covered : height * width);
    });
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { shape } = this.recall();
    const dx = zeros(shape, dy.dtype);
    const rowLength = shape[3];
    this.forEachPlace(shape, dy.shape, (out, first, height, width, covered) => {
      const share = dy.data[out] / (this.countPadding ? covered : height * width);
      for (let row = first; row < first + height * rowLength; row += rowLength) {
        for (let at = row; at < row + width; at++) dx.data[at] += share;
      }
    });
    return dx;
  }
}
