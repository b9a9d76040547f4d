import { sumBesideLargest } from "../../ops/softmax.ts";
import { expOfDifference, log1p } from "../../math/elementary.ts";
import { TWO_TO_MINUS_64 } from "../../math/float64.ts";
import { rowsAndColumns } from "../../tensor/shape.ts";
import { Tensor, zerosLike } from "../../tensor/tensor.ts";
import { Layer } from "../../nn/layer.ts";
import type { LayerDescription } from "../../nn/description.ts";

/**
 * The logarithm of softmax over the last axis, without its underflow.
 *
 *   forward:   y_j  = x_j - log Σ_l exp(x_l)          (computed from x - max x, so that nothing overflows)
 *   backward:  dx_j = dy_j - p_j · Σ_l dy_l              (p = exp(y); at the largest x by the others' p)
 *
 * Shapes: any; y as x. Sums are made in float64, in index order, and each y and dx is rounded once.
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
    const y = zerosLike(x), { columns } = rowsAndColumns(x.shape);
    for (let row = 0; row < x.data.length; row += columns) {
      const { max, others } = sumBesideLargest(x.data, row, columns), logSum = log1p(others);
      for (let j = row; j < row + columns; j++) y.data[j] = x.data[j] - max - logSum;
    }
    this.remember({ x });
    return new Tensor(y.data, y.shape, "log-probabilities");
  }

  backward(dy: Tensor): Tensor {
    const { x } = this.recall();
    const dx = zerosLike(x), { columns } = rowsAndColumns(x.shape);
    for (let row = 0; row < x.data.length; row += columns) {
      const { at, max, others } = sumBesideLargest(x.data, row, columns);
      // Sums of numbers near the largest overflow, but not those of their 2⁻⁶⁴th parts.
      for (const scale of [1, TWO_TO_MINUS_64]) {
        let rest = 0;
        for (let j = row; j < row + columns; j++) if (j !== at) rest += dy.data[j] * scale;
        const sum = rest + dy.data[at] * scale;
        for (let j = row; j < row + columns; j++) {
          dx.data[j] = (dy.data[j] * scale - expOfDifference(x.data[j], max) / (1 + others) * sum) / scale;
        }
        dx.data[at] = (dy.data[at] * scale * others - rest) / (1 + others) / scale;
        if (dx.data.subarray(row, row + columns).every(Number.isFinite)) break;
      }
    }
    return dx;
  }
}
