/** Operations number by number, each computed in float64 and rounded once. */
import * as backend from "../backends/dispatch.ts";
import { emptyLike } from "../tensor/buffer-pool.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Key } from "../tensor/threefry.ts";
import { checkAlike, checkFactor, checkTensors } from "./operands.ts";

export { allFinite } from "../backends/dispatch.ts";

/** x + y. */
export function add(x: Tensor, y: Tensor): Tensor {
  checkAlike("add", x, y);
  const out = new Tensor(x.data.slice(), x.shape);
  backend.addTo(out.data, y.data);
  return out;
}

/** x · factor. */
export function scale(x: Tensor, by: number): Tensor {
  checkTensors("scale", x);
  checkFactor("scale", by);
  const out = emptyLike(x);
  backend.scale(out.data, x.data, by);
  return out;
}

/** max(0, x). */
export function relu(x: Tensor): Tensor {
  const y = emptyLike(x);
  backend.relu(y.data, x.data);
  return y;
}

/** dx = 0 where y is 0, else dy: so also where y is NaN. */
export function reluBackward(dy: Tensor, y: Tensor): Tensor {
  const dx = emptyLike(dy);
  backend.reluBackward(dx.data, dy.data, y.data);
  return dx;
}

/** x · factor where the mask is 1, else 0. */
export function applyMask(x: Tensor, mask: Tensor, by: number): Tensor {
  const y = emptyLike(x);
  backend.applyMask(y.data, x.data, mask.data, by);
  return y;
}

/** 1 with that probability, else 0, in the shape and dtype of x: word i of the key's stream decides number i. */
export function bernoulliLike(x: Tensor, key: Key, probability: number): Tensor {
  const out = emptyLike(x);
  backend.bernoulli(out.data, key, probability);
  return out;
}
