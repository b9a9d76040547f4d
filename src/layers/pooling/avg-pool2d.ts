import { averagePool, averagePoolBackward } from "../../ops/pooling.ts";
import { checkChoice } from "../../tensor/checks.ts";
import type { Shape } from "../../tensor/shape.ts";
import { zeros, type Tensor } from "../../tensor/tensor.ts";
import { Pool2d, type Pool2dOptions } from "./pool2d.ts";
import type { Pair } from "../convolution/window.ts";
import type { LayerDescription } from "../../nn/description.ts";

/** What an AvgPool2d can be told. */
export interface AvgPool2dOptions extends Pool2dOptions {
  /** Whether the zeros of the padding count as numbers of the mean; default true, as in PyTorch. */
  countPadding?: boolean;
}

/**
 * The mean of the numbers in each position of a sliding window.
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
  static override readonly typeName: string = "AvgPool2d";
  static override readonly about: LayerDescription<AvgPool2d> = {
    retainsNothing: true,
    formula: () => ({ forward: "y = Σ x / count in the window", backward: "dx = Σ dy / count" }),
    constructorArguments: ({ window: { kernel, stride, padding, ceilMode }, countPadding }) => (
      [kernel, { stride, padding, ceilMode, countPadding }]),
  };
  readonly countPadding: boolean;

  constructor(kernel: Pair, options: AvgPool2dOptions = {}) {
    super(kernel, options, ["countPadding"]);
    this.countPadding = checkChoice("AvgPool2d countPadding", options.countPadding ?? true, [true, false]);
  }

  forward(x: Tensor): Tensor {
    this.remember({ shape: x.shape });
    const y = zeros([x.shape[0], ...this.outputShape(x.shape.slice(1))], x.dtype);
    averagePool(y, x, this.window, this.countPadding);
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { shape } = this.recall();
    const dx = zeros(shape, dy.dtype);
    averagePoolBackward(dx, dy, this.window, this.countPadding);
    return dx;
  }
}
