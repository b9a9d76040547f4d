import { checkNumber } from "../tensor/checks.ts";
import { Tensor, zerosLike } from "../tensor/tensor.ts";
import { branch, keyOf, words, type Key } from "../tensor/threefry.ts";
import { cosWithin, log } from "../math/elementary.ts";
import { bernoulli } from "../ops/dropout.ts";
import { emptyLike } from "../tensor/buffer-pool.ts";

/** Random tensors. In training each forward of a layer gets fresh ones; a gradient check the same again. */
export interface RandomStream {
  /** 1 with that probability, else 0. */
  bernoulli(probability: number, like: Tensor): Tensor;
  /** Evenly spread over [0, 1). */
  uniform(like: Tensor): Tensor;
  /** Mean 0, standard deviation 1. */
  normal(like: Tensor): Tensor;
}

/** What a seed is split into, so that two runs which differ in one purpose alone agree in the others. */
export const STREAM = { weights: 0, order: 1, masks: 2, check: 3, data: 4 } as const;

const unseeded = new WeakSet<Key>();
const given = { weights: 0, masks: 0 };

/** A key that nothing else in this process has, for what is given no seed. */
export function unseededKey(stream: "weights" | "masks"): Key {
  const key = keyOf(0, STREAM[stream], 0, ++given[stream]);
  unseeded.add(key);
  return key;
}

/** Whether a key depends on what was made before in this process. */
export function isUnseeded(key: Key): boolean {
  return unseeded.has(key);
}

const TWO_TO_32 = 4294967296;

/** Draws from one key; the n-th draw has a branch of its own. Numbers depend on key, n and index alone. */
export class KeyedStream implements RandomStream {
  private readonly key: Key;
  private draws = 0;

  constructor(key: Key) {
    this.key = key;
  }

  bernoulli(probability: number, like: Tensor): Tensor {
    checkNumber("bernoulli probability", probability, { min: 0, max: 1 });
    const out = emptyLike(like);
    bernoulli(out, this.nextKey(), probability);
    return out;
  }

  uniform(like: Tensor): Tensor {
    const random = this.next(2 * like.data.length);
    const out = zerosLike(like);
    // 24 bits fit a float32 exactly and 53 a float64, so neither can round up to 1.
    const single = like.dtype === "float32";
    for (let i = 0; i < out.data.length; i++) {
      const high = random[2 * i], low = random[2 * i + 1];
      if (single) out.data[i] = (high >>> 8) / 16777216;
      else out.data[i] = ((high >>> 5) * 67108864 + (low >>> 6)) / 9007199254740992;
    }
    return out;
  }

  /** z = √(-2 ln u₁) · cos(2π u₂) with u₁ in (0, 1] (Box and Muller 1958). */
  normal(like: Tensor): Tensor {
    const random = this.next(2 * like.data.length);
    const out = zerosLike(like);
    for (let i = 0; i < out.data.length; i++) {
      const u1 = (random[2 * i] + 1) / TWO_TO_32, u2 = random[2 * i + 1] / TWO_TO_32;
      out.data[i] = Math.sqrt(-2 * log(u1)) * cosWithin(2 * Math.PI * u2);
    }
    return out;
  }

  private next(count: number): Uint32Array {
    return words(this.nextKey(), count);
  }

  private nextKey(): Key {
    return branch(this.key, this.draws++);
  }
}
