import * as backend from "../backends/dispatch.ts";
import { emptyLike } from "../tensor/buffer-pool.ts";
import { rowsAndColumns } from "../tensor/shape.ts";
import { allocate, Tensor } from "../tensor/tensor.ts";

/** Softmax over the last axis. */
export function softmax(x: Tensor): Tensor {
  const y = new Tensor(allocate(x.data.length, x.dtype), x.shape, "probabilities");
  backend.softmax(y.data, x.data, rowsAndColumns(x.shape).columns);
  return y;
}

/** dx of softmax over the last axis. */
export function softmaxBackward(dy: Tensor, y: Tensor): Tensor {
  const dx = emptyLike(dy);
  backend.softmaxBackward(dx.data, dy.data, y.data, rowsAndColumns(y.shape).columns);
  return dx;
}
