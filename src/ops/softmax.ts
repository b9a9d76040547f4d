import * as backend from "../backends/dispatch.ts";
import { emptyLike } from "../tensor/buffer-pool.ts";
import { rowsAndColumns } from "../tensor/shape.ts";
import { allocate, Tensor } from "../tensor/tensor.ts";
import { checkAlike, checkTensors } from "./operands.ts";

/**
 * exp(x_j) / Σ_l exp(x_l) over the last axis, computed from x - max x, so that nothing overflows. The tensor knows that
 * it holds probabilities, so a loss that takes logits refuses it.
 */
export function softmax(x: Tensor): Tensor {
  checkTensors("softmax", x);
  const y = new Tensor(allocate(x.data.length, x.dtype), x.shape, "probabilities");
  backend.softmax(y.data, x.data, rowsAndColumns(x.shape).columns);
  return y;
}

/** dx of y = softmax(x), from dy and y: dx_j = y_j · (dy_j - Σ_l y_l · dy_l). */
export function softmaxBackward(dy: Tensor, y: Tensor): Tensor {
  checkAlike("softmaxBackward", dy, y);
  const dx = emptyLike(dy);
  backend.softmaxBackward(dx.data, dy.data, y.data, rowsAndColumns(y.shape).columns);
  return dx;
}
