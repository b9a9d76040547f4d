/** Threefry-2x32 with 20 rounds, sixteen counters at a time: the numbers of src/tensor/threefry.ts. */
import { interleaveHigh, interleaveLow } from "./transpose";

@inline
function turn(x: v128, by: i32): v128 {
  return v128.or(i32x4.shl(x, by), i32x4.shr_u(x, 32 - by));
}

@inline
function plus(x: v128, y: v128): v128 {
  return i32x4.add(x, y);
}

@inline
function mixed(x: v128, by: i32, y: v128): v128 {
  return v128.xor(turn(x, by), y);
}

/** 1 where the word is below the limit, else 0: first words of four blocks, then second words, in their order. */
@inline
function decide(mask: usize, x: v128, y: v128, limit: v128): void {
  const one = f32x4.splat(1), below = v128.and(i32x4.lt_u(x, limit), one), after = v128.and(i32x4.lt_u(y, limit), one);
  v128.store(mask, interleaveLow(below, after), 0);
  v128.store(mask, interleaveHigh(below, after), 16);
}

/** Where the keys lie that are added after each four rounds: for the first word of a block, then for the second. */
const KEYS: usize = 512, KEY_PAIRS = 5;

function layKeys(k0: i32, k1: i32): void {
  let first = k1, second = 0x1bd11bda ^ k0 ^ k1, third = k0;
  for (let i = 0; i < KEY_PAIRS; i++) {
    const at = KEYS + (<usize>i << 5), used = first;
    v128.store(at, i32x4.splat(first));
    v128.store(at, i32x4.splat(second + i + 1), 16);
    first = second;
    second = third;
    third = used;
  }
}

/**
 * mask[i] = 1 where word 2 · first + i of the key's stream is below the threshold, else 0. Writes a multiple of 32
 * numbers: four fours of counters go side by side, from (a, b) to (g, h), for each step has to wait for the one before.
 */
export function bernoulli(mask: usize, length: i32, k0: i32, k1: i32, threshold: i32, first: i32): void {
  layKeys(k0, k1);
  const limit = i32x4.splat(threshold), start = i32x4.splat(k1);
  let counter = i32x4.add(i32x4.splat(first + k0), i32x4(0, 1, 2, 3));
  for (let at = 0; at < length; at += 32) {
    let a = counter, c = plus(a, i32x4.splat(4)), e = plus(a, i32x4.splat(8)), g = plus(a, i32x4.splat(12));
    let b = start, d = start, f = start, h = start;
    for (let key = KEYS; ; key += 32) {
      a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
      b = mixed(b, 13, a); d = mixed(d, 13, c); f = mixed(f, 13, e); h = mixed(h, 13, g);
      a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
      b = mixed(b, 15, a); d = mixed(d, 15, c); f = mixed(f, 15, e); h = mixed(h, 15, g);
      a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
      b = mixed(b, 26, a); d = mixed(d, 26, c); f = mixed(f, 26, e); h = mixed(h, 26, g);
      a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
      b = mixed(b, 6, a); d = mixed(d, 6, c); f = mixed(f, 6, e); h = mixed(h, 6, g);
      a = plus(a, v128.load(key)); c = plus(c, v128.load(key)); e = plus(e, v128.load(key)); g = plus(g, v128.load(key));
      b = plus(b, v128.load(key, 16)); d = plus(d, v128.load(key, 16)); f = plus(f, v128.load(key, 16)); h = plus(h, v128.load(key, 16));
      key += 32;
      if (key == KEYS + 32 * KEY_PAIRS) break;
      a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
      b = mixed(b, 17, a); d = mixed(d, 17, c); f = mixed(f, 17, e); h = mixed(h, 17, g);
      a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
      b = mixed(b, 29, a); d = mixed(d, 29, c); f = mixed(f, 29, e); h = mixed(h, 29, g);
      a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
      b = mixed(b, 16, a); d = mixed(d, 16, c); f = mixed(f, 16, e); h = mixed(h, 16, g);
      a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
      b = mixed(b, 24, a); d = mixed(d, 24, c); f = mixed(f, 24, e); h = mixed(h, 24, g);
      a = plus(a, v128.load(key)); c = plus(c, v128.load(key)); e = plus(e, v128.load(key)); g = plus(g, v128.load(key));
      b = plus(b, v128.load(key, 16)); d = plus(d, v128.load(key, 16)); f = plus(f, v128.load(key, 16)); h = plus(h, v128.load(key, 16));
    }
    decide(mask, a, b, limit);
    decide(mask + 32, c, d, limit);
    decide(mask + 64, e, f, limit);
    decide(mask + 96, g, h, limit);
    counter = plus(counter, i32x4.splat(16));
    mask += 128;
  }
}
