import { groupSums, type Groups } from "../../ops/groups.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { showShape, sizeOf, type Shape } from "../../tensor/shape.ts";
import { zeros, type Tensor } from "../../tensor/tensor.ts";
import { Layer } from "../../nn/layer.ts";
import type { LayerDescription } from "../../nn/description.ts";

/**
 * The mean of each channel: an image becomes one number for each channel.
 *
 *   forward:   y  = Σ x / (height · width)
 *   backward:  dx = dy / (height · width)
 *
 * Shapes: x [batch, channels, height, width], y [batch, channels], ready for an affine layer. Sums are made in
 * float64, in index order, and rounded once. Source: Lin et al. 2014, section 3.2.
 * @example
 * new GlobalAvgPool2d().forward(tensor([[[[1, 2], [3, 6]]]])); // [[3]]
 */
export class GlobalAvgPool2d extends Layer<{ shape: Shape }> {
  static override readonly typeName: string = "GlobalAvgPool2d";
  static override readonly about: LayerDescription = {
    draws: false, keepsMeaning: true, retainsNothing: true,
    formula: () => ({ forward: "y = mean x", backward: "dx = dy / (height · width)" }),
    equations() {
      return {
        forward: ["y[n, c] = mean(h, v: x[n, c, h, v])"],
        backward: ["dx[n, c, h, v] = dy[n, c] / count(a, b: x[n, c, a, b])"],
      };
    },
  };
  override outputShape(inputShape: Shape, ...more: Shape[]): Shape {
    const given = super.outputShape(inputShape, ...more);
    if (given.length === 3 && sizeOf(given) > 0) return [given[0]];
    const allowed = "[channels, height, width], without the batch axis";
    throw new ShapeError({ where: this.name, given: `input of shape ${showShape(given)}`, allowed });
  }

  forward(x: Tensor): Tensor {
    this.remember({ shape: x.shape });
    const y = zeros(x.shape.slice(0, 2), x.dtype), planes = planesOf(x.shape);
    groupSums(x.data, planes).forEach((sum, plane) => { y.data[plane] = sum / planes.inner; });
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { shape } = this.recall();
    const dx = zeros(shape, dy.dtype), { inner } = planesOf(shape);
    dy.data.forEach((value, plane) => dx.data.fill(value / inner, plane * inner, (plane + 1) * inner));
    return dx;
  }
}

/** Each channel of each image as a group of its own. */
function planesOf([batch, channels, height, width]: Shape): Groups {
  return { blocks: 1, groups: batch * channels, inner: height * width };
}
