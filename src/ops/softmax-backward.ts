import * as backend from "../backends/dispatch.ts";
import { emptyLike } from "../tensor/buffer-pool.ts";
import { rowsAndColumns } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkAlike } from "./operands.ts";

/** dx of y = softmax(x), from dy and y: dx_j = y_j · (dy_j - Σ_l y_l · dy_l). */
export function softmaxBackward(dy: Tensor, y: Tensor): Tensor {
  checkAlike("softmaxBackward", dy, y);
  const dx = emptyLike(dy);
  backend.softmaxBackward(dx.data, dy.data, y.data, rowsAndColumns(y.shape).columns);
  return dx;
}
