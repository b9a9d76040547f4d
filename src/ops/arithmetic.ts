/** Products, quotients and differences number by number, each computed in float64 and rounded once. */
import * as backend from "../backends/dispatch.ts";
import { emptyLike } from "../tensor/buffer-pool.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkAlike } from "./operands.ts";

/** x · y, each by each. */
export function multiply(x: Tensor, y: Tensor): Tensor {
  checkAlike("multiply", x, y);
  const out = emptyLike(x);
  backend.multiply(out.data, x.data, y.data);
  return out;
}

/** x - y, of one shape and dtype: nothing is broadcast; repeat() spells it out. */
export function subtract(x: Tensor, y: Tensor): Tensor {
  checkAlike("subtract", x, y);
  const out = emptyLike(x);
  for (let i = 0; i < out.data.length; i++) out.data[i] = x.data[i] - y.data[i];
  return out;
}

/** x / y, each by each, of one shape and dtype; x / 0 is infinite and 0 / 0 NaN, as in JavaScript. */
export function divide(x: Tensor, y: Tensor): Tensor {
  checkAlike("divide", x, y);
  const out = emptyLike(x);
  for (let i = 0; i < out.data.length; i++) out.data[i] = x.data[i] / y.data[i];
  return out;
}
