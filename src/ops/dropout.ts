/** What dropout does: masks are drawn and applied. */
import * as backend from "../backends/dispatch.ts";
import { emptyLike } from "../tensor/buffer-pool.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Key } from "../tensor/threefry.ts";

/** x · factor where the mask is 1, else 0. */
export function applyMask(x: Tensor, mask: Tensor, by: number): Tensor {
  const y = emptyLike(x);
  backend.applyMask(y.data, x.data, mask.data, by);
  return y;
}

/** 1 with that probability in `out`, else 0: word i of the key's stream decides number i. */
export function bernoulli(out: Tensor, key: Key, probability: number): void {
  backend.bernoulli(out.data, key, probability);
}
