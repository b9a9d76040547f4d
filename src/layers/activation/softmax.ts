import { softmaxGradient } from "../../ops/softmax-slopes.ts";
import { softmax } from "../../ops/softmax.ts";
import { ShapeError } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Layer } from "../../nn/layer.ts";
import type { LayerDescription } from "../../nn/description.ts";

/**
 * Softmax over the last axis: turns each row into probabilities.
 *
 *   forward:   y_j  = exp(x_j) / Σ_l exp(x_l)          (computed from x - max x, so that nothing overflows)
 *   backward:  dx_j = y_j · (dy_j - Σ_l y_l · dy_l)
 *
 * Backward computes y anew from x, in float64 and more, and rounds each dx once.
 * Shapes: any; y as x. Source: Goodfellow et al., "Deep Learning", section 6.2.2.3.
 * To train a classifier, give CrossEntropy the logits instead; it includes the softmax.
 * @example
 * new Softmax().forward(tensor([[0, 0]])); // [[0.5, 0.5]]
 */
export class Softmax extends Layer<{ x: Tensor }> {
  static override readonly typeName: string = "Softmax";
  static override readonly about: LayerDescription = {
    draws: false, retainsNothing: true, isSoftmax: true,
    formula: () => ({ forward: "y = exp(x) / Σ exp(x)", backward: "dx = y · (dy - Σ y · dy)" }),
    equations() {
      return {
        forward: ["top[N] = max(j: x[N, j])", "y[N, j] = exp(x[N, j] - top[N]) / sum(k: exp(x[N, k] - top[N]))"],
        backward: ["dx[N, j] = y[N, j] * (dy[N, j] - sum(k: y[N, k] * dy[N, k]))"],
      };
    },
  };
  override outputShape(inputShape: Shape, ...more: Shape[]): Shape {
    const given = super.outputShape(inputShape, ...more);
    if (given.length > 0) return given;
    const allowed = "an axis beside the batch";
    throw new ShapeError({ where: this.name, given: "rows of shape []", allowed });
  }

  forward(x: Tensor): Tensor {
    this.remember({ x });
    return softmax(x);
  }

  backward(dy: Tensor): Tensor {
    return softmaxGradient(dy, this.recall().x);
  }
}
