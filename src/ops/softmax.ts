import * as backend from "../backends/dispatch.ts";
import { expOfDifference } from "../math/elementary.ts";
import { emptyLike } from "../tensor/buffer-pool.ts";
import { rowsAndColumns } from "../tensor/shape.ts";
import { allocate, Tensor, type Numbers } from "../tensor/tensor.ts";
import { checkAlike, checkTensors } from "./operands.ts";

/**
 * exp(x_j) / Σ_l exp(x_l) over the last axis, computed from x - max x, so that nothing overflows. The tensor knows that
 * it holds probabilities, so a loss that takes logits throws for it.
 * @param others a number for each row, to be Σ exp(x_l - max x) without the largest x.
 */
export function softmax(x: Tensor, others?: Float64Array): Tensor {
  checkTensors("softmax", x);
  const y = new Tensor(allocate(x.data.length, x.dtype), x.shape, "probabilities");
  backend.softmax(y.data, x.data, rowsAndColumns(x.shape).columns, others);
  return y;
}

/** dx of y = softmax(x), from dy and y: dx_j = y_j · (dy_j - Σ_l y_l · dy_l). */
export function softmaxBackward(dy: Tensor, y: Tensor): Tensor {
  checkAlike("softmaxBackward", dy, y);
  const dx = emptyLike(dy);
  backend.softmaxBackward(dx.data, dy.data, y.data, rowsAndColumns(y.shape).columns);
  return dx;
}

/**
 * Where the largest x of a row lies, and Σ exp(x - max x) of the others: with 1 for the largest, log1p of it is the
 * log of the whole sum, without the digits that 1 would push out.
 */
export function sumBesideLargest(
  x: Numbers, row: number, columns: number,
): { readonly at: number; readonly max: number; readonly others: number } {
  let max = x[row];
  for (let j = row + 1; j < row + columns; j++) max = Math.max(max, x[j]);
  let at = row, others = 0;
  while (x[at] < max) at++;
  for (let j = row; j < row + columns; j++) if (j !== at) others += expOfDifference(x[j], max);
  // Infinity - Infinity, or NaN: no sum.
  return { at, max, others: max - max === 0 ? others : NaN };
}
