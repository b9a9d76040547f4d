/**
 * Threefry-2x32 with 20 rounds: a random function of (key, counter), with no state of its own.
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
 * JAX uses the same.
 */

/** 64 bits that name a stream of random words. */
export type Key = readonly [number, number];

const PARITY = 0x1bd11bda;

const rotated = (word: number, by: number) => (word << by) | (word >>> (32 - by));

/** Encrypts the counter (c0, c1) under the key into out[at] and out[at + 1]. */
export function threefry(key: Key, c0: number, c1: number, out: Uint32Array, at: number): void {
  let k0 = key[0], k1 = key[1], k2 = PARITY ^ k0 ^ k1;
  let a = (c0 + k0) | 0, b = (c1 + k1) | 0;
  for (let four = 1; four <= 5; four++) {
    const isOdd = four % 2 === 1;
    a = (a + b) | 0; b = rotated(b, isOdd ? 13 : 17) ^ a;
    a = (a + b) | 0; b = rotated(b, isOdd ? 15 : 29) ^ a;
    a = (a + b) | 0; b = rotated(b, isOdd ? 26 : 16) ^ a;
    a = (a + b) | 0; b = rotated(b, isOdd ? 6 : 24) ^ a;
    const first = k0;
    k0 = k1; k1 = k2; k2 = first;
    a = (a + k0) | 0; b = (b + k1 + four) | 0;
  }
  out[at] = a;
  out[at + 1] = b;
}

const TWO_TO_32 = 4294967296;

/** The stream of a seed, or of a branch of it: each number of the path leads on to a key of its own. */
export function keyOf(seed: number, ...path: readonly number[]): Key {
  return branch([Math.floor(seed / TWO_TO_32) | 0, seed | 0], ...path);
}

/** The key that lies further along a path of integers from this one. */
export function branch(key: Key, ...path: readonly number[]): Key {
  const out = new Uint32Array(2);
  let at = key;
  for (const step of path) {
    threefry(at, Math.floor(step / TWO_TO_32) | 0, step | 0, out, 0);
    at = [out[0] | 0, out[1] | 0];
  }
  return at;
}

/** The first `count` 32-bit words of a stream: block i (counter (i, 0)) gives words 2i and 2i + 1. */
export function words(key: Key, count: number): Uint32Array {
  const out = new Uint32Array(count + (count & 1));
  for (let at = 0; at < count; at += 2) threefry(key, at / 2, 0, out, at);
  return out.subarray(0, count);
}

/** The numbers 0 .. n-1 in an order drawn from the key (Fisher and Yates' shuffle, Durstenfeld 1964). */
export function permutation(key: Key, n: number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  const random = words(key, n);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor((random[i] / TWO_TO_32) * (i + 1));
    const swapped = order[i];
    order[i] = order[j];
    order[j] = swapped;
  }
  return order;
}
