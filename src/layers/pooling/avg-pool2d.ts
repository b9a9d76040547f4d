import { pixel, place } from "../convolution/window.ts";
import { averagePool, averagePoolBackward } from "../../ops/pooling.ts";
import { checkChoice } from "../../tensor/checks.ts";
import type { Shape } from "../../tensor/shape.ts";
import { zeros, type Tensor } from "../../tensor/tensor.ts";
import { Pool2d, type Pool2dOptions } from "./pool2d.ts";
import type { Pair } from "../convolution/window.ts";
import type { LayerDescription } from "../../nn/description.ts";

/** Options of AvgPool2d. */
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
    equations(layer, image: Shape) {
      const [height, width] = layer.window.kernel, window = `a < ${height}, b < ${width}`;
      const row = pixel(layer.window, 0, "r", "a"), column = pixel(layer.window, 1, "q", "b");
      const r = place(layer.window, 0, "h", "a"), q = place(layer.window, 1, "v", "b");
      return {
        forward: [`y[n, c, r, q] = sum(${window}: x[n, c, ${row}, ${column}]) / ${counted(layer, "r", "q", image)}`],
        backward: [`dx[n, c, h, v] = sum(${window}: dy[n, c, ${r}, ${q}] / ${counted(layer, r, q, image)})`],
      };
    },
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

/** How many numbers the window sees at a place: with countPadding those of the padding too. */
function counted(layer: AvgPool2d, r: string, q: string, [, height, width]: Shape): string {
  const { kernel, padding } = layer.window;
  const inside = [height, width].map((length, axis) => {
    const at = pixel(layer.window, axis, `(${[r, q][axis]})`, ["i", "j"][axis]);
    const frame = layer.countPadding ? padding[axis] : 0;
    return `${at} >= -${frame} and ${at} < ${length + frame}`;
  });
  return `count(i < ${kernel[0]}, j < ${kernel[1]} where ${inside.join(" and ")}: 1)`;
}
