import { exp, log } from "../../math/elementary.ts";
import { rowsAndColumns } from "../../tensor/shape.ts";
import { zerosLike, type Tensor } from "../../tensor/tensor.ts";
import { Layer } from "../../nn/layer.ts";

/**
 * The logarithm of softmax over the last axis, without its underflow.
 *
 *   forward:   y_j  = x_j - log Σ_l exp(x_l)          (computed from x - max x, so that nothing overflows)
 *   backward:  dx_j = dy_j - exp(y_j) · Σ_l dy_l
 *
 * Shapes: any; y as x. Sums are made in float64, in index order, and each y and dx is rounded once.
 * Source: Goodfellow et al., "Deep Learning", section 6.2.2.3.
 * @example
 * new LogSoftmax().forward(tensor([[7]])); // [[0]]
 */
export class LogSoftmax extends Layer<{ y: Tensor }> {
  static override readonly typeName: string = "LogSoftmax";
  static override readonly retainsNothing = true;
  override get draws(): boolean {
    return false;
  }

  override get formula() { return { forward: "y = x - log Σ exp(x)", backward: "dx = dy - exp(y) · Σ dy" }; }

  forward(x: Tensor): Tensor {
    const y = zerosLike(x), { columns } = rowsAndColumns(x.shape);
    for (let row = 0; row < x.data.length; row += columns) {
      let max = x.data[row], sum = 0;
      for (let j = 1; j < columns; j++) max = Math.max(max, x.data[row + j]);
      for (let j = 0; j < columns; j++) sum += exp(x.data[row + j] - max);
      const logSum = log(sum);
      for (let j = 0; j < columns; j++) y.data[row + j] = x.data[row + j] - max - logSum;
    }
    this.remember({ y });
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { y } = this.recall();
    const dx = zerosLike(y), { columns } = rowsAndColumns(y.shape);
    for (let row = 0; row < y.data.length; row += columns) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += dy.data[row + j];
      for (let j = 0; j < columns; j++) dx.data[row + j] = dy.data[row + j] - exp(y.data[row + j]) * sum;
    }
    return dx;
  }
}
