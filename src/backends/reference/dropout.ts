/** What dropout does with numbers. */
import { roundingOf } from "../../math/rounding.ts";
import type { Numbers } from "../../tensor/tensor.ts";
import { words, type Key } from "../../tensor/threefry.ts";

/** y = x · factor where the mask is 1, and +0 where it is 0, whatever x held. */
export function applyMask(y: Numbers, x: Numbers, mask: Numbers, factor: number): void {
  const rounded = roundingOf(y)(factor);
  for (let i = 0; i < x.length; i++) y[i] = mask[i] === 0 ? 0 : x[i] * rounded;
}

/** 1 where the word of the key's stream is below probability · 2^32, else 0. */
export function bernoulli(out: Numbers, key: Key, probability: number): void {
  const random = words(key, out.length), threshold = probability * 4294967296;
  for (let i = 0; i < random.length; i++) out[i] = random[i] < threshold ? 1 : 0;
}
