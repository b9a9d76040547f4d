import { logSoftmax, logSoftmaxGradient } from "../../ops/softmax-slopes.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { Layer } from "../../nn/layer.ts";
import type { LayerDescription } from "../../nn/description.ts";

/**
 * The logarithm of softmax over the last axis, without its underflow.
 *
 *   forward:   y_j  = x_j - log Σ_l exp(x_l)          (computed from x - max x, so that nothing overflows)
 *   backward:  dx_j = dy_j - p_j · Σ_l dy_l              (p = exp(y); at the largest x by the others' p)
 *
 * Shapes: any; y as x. Sums are made in float64 and more, in index order, and each y and dx is rounded once.
 * Source: Goodfellow et al., "Deep Learning", section 6.2.2.3.
 * @example
 * new LogSoftmax().forward(tensor([[7]])); // [[0]]
 */
export class LogSoftmax extends Layer<{ x: Tensor }> {
  static override readonly typeName: string = "LogSoftmax";
  static override readonly about: LayerDescription = {
    draws: false, retainsNothing: true,
    formula: () => ({ forward: "y = x - log Σ exp(x)", backward: "dx = dy - exp(y) · Σ dy" }),
    equations() {
      return {
        forward: ["top[N] = max(j: x[N, j])", "y[N, j] = x[N, j] - top[N] - log(sum(k: exp(x[N, k] - top[N])))"],
        backward: ["dx[N, j] = dy[N, j] - exp(y[N, j]) * sum(k: dy[N, k])"],
      };
    },
  };
  forward(x: Tensor): Tensor {
    this.remember({ x });
    const y = logSoftmax(x);
    return new Tensor(y.data, y.shape, "log-probabilities");
  }

  backward(dy: Tensor): Tensor {
    return logSoftmaxGradient(dy, this.recall().x);
  }
}
