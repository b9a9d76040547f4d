import * as backend from "../backends/dispatch.ts";
import { rowsAndColumns } from "../tensor/shape.ts";
import { allocate, Tensor } from "../tensor/tensor.ts";
import { checkTensors } from "./operands.ts";

/**
 * exp(x_j) / Σ_l exp(x_l) over the last axis, computed from x - max x, so that nothing overflows. The tensor knows that
 * it holds probabilities, so a loss that takes logits throws for it.
 */
export function softmax(x: Tensor): Tensor {
  return softmaxAndSums(x);
}

/** Softmax for a loss. @param others a number for each row, to be Σ exp(x_l - max x) without the largest x. */
export function softmaxAndSums(x: Tensor, others?: Float64Array): Tensor {
  checkTensors("softmax", x);
  const y = new Tensor(allocate(x.data.length, x.dtype), x.shape, "probabilities");
  backend.softmax(y.data, x.data, rowsAndColumns(x.shape).columns, others);
  return y;
}
