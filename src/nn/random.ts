import { checkNumber } from "../tensor/checks.ts";
import { Tensor, zerosLike } from "../tensor/tensor.ts";
import { branch, keyOf, words, type Key } from "../tensor/threefry.ts";
import { cosWithin, log } from "../math/elementary.ts";
import { bernoulliLike } from "../ops/elementwise.ts";

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
    return bernoulliLike(like, this.nextKey(), probability);
  }

  uniform(like: Tensor): Tensor {
    // 24 bits fit a float32 exactly and 53 a float64, so neither can round up to 1.
    return like.dtype === "float32"
      ? this.fill(like, (high) => (high >>> 8) / 16777216)
      : this.fill(like, (high, low) => ((high >>> 5) * 67108864 + (low >>> 6)) / 9007199254740992);
  }

  /** z = √(-2 ln u₁) · cos(2π u₂) with u₁ in (0, 1] (Box and Muller 1958). */
  normal(like: Tensor): Tensor {
    return this.fill(like, (high, low) => {
      const u1 = (high + 1) / TWO_TO_32, u2 = low / TWO_TO_32;
      return Math.sqrt(-2 * log(u1)) * cosWithin(2 * Math.PI * u2);
    });
  }

  /** Each number from two words of the next branch. */
  private fill(like: Tensor, from: (high: number, low: number) => number): Tensor {
    const random = words(this.nextKey(), 2 * like.data.length), out = zerosLike(like), { data } = out;
    for (let i = 0; i < data.length; i++) data[i] = from(random[2 * i], random[2 * i + 1]);
    return out;
  }

  private nextKey(): Key {
    return branch(this.key, this.draws++);
  }
}
