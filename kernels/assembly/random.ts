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

/**
 * mask[i] = 1 where word 2 · first + i of the key's stream is below the threshold, else 0. Writes a multiple of 32
 * numbers: four fours of counters go side by side, from (a, b) to (g, h), for each step has to wait for the one before.
 */
export function bernoulli(mask: usize, length: i32, k0: i32, k1: i32, threshold: i32, first: i32): void {
  const key0 = i32x4.splat(k0), key1 = i32x4.splat(k1), key2 = i32x4.splat(0x1bd11bda ^ k0 ^ k1);
  const key21 = i32x4.add(key2, i32x4.splat(1)), key02 = i32x4.add(key0, i32x4.splat(2));
  const key13 = i32x4.add(key1, i32x4.splat(3)), key24 = i32x4.add(key2, i32x4.splat(4));
  const key05 = i32x4.add(key0, i32x4.splat(5));
  const limit = i32x4.splat(threshold);
  let counter = i32x4.add(i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3)), key0);
  for (let at = 0; at < length; at += 32) {
    let a = counter, c = plus(a, i32x4.splat(4)), e = plus(a, i32x4.splat(8)), g = plus(a, i32x4.splat(12));
    let b = key1, d = key1, f = key1, h = key1;
    a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
    b = mixed(b, 13, a); d = mixed(d, 13, c); f = mixed(f, 13, e); h = mixed(h, 13, g);
    a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
    b = mixed(b, 15, a); d = mixed(d, 15, c); f = mixed(f, 15, e); h = mixed(h, 15, g);
    a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
    b = mixed(b, 26, a); d = mixed(d, 26, c); f = mixed(f, 26, e); h = mixed(h, 26, g);
    a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
    b = mixed(b, 6, a); d = mixed(d, 6, c); f = mixed(f, 6, e); h = mixed(h, 6, g);
    a = plus(a, key1); c = plus(c, key1); e = plus(e, key1); g = plus(g, key1);
    b = plus(b, key21); d = plus(d, key21); f = plus(f, key21); h = plus(h, key21);
    a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
    b = mixed(b, 17, a); d = mixed(d, 17, c); f = mixed(f, 17, e); h = mixed(h, 17, g);
    a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
    b = mixed(b, 29, a); d = mixed(d, 29, c); f = mixed(f, 29, e); h = mixed(h, 29, g);
    a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
    b = mixed(b, 16, a); d = mixed(d, 16, c); f = mixed(f, 16, e); h = mixed(h, 16, g);
    a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
    b = mixed(b, 24, a); d = mixed(d, 24, c); f = mixed(f, 24, e); h = mixed(h, 24, g);
    a = plus(a, key2); c = plus(c, key2); e = plus(e, key2); g = plus(g, key2);
    b = plus(b, key02); d = plus(d, key02); f = plus(f, key02); h = plus(h, key02);
    a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
    b = mixed(b, 13, a); d = mixed(d, 13, c); f = mixed(f, 13, e); h = mixed(h, 13, g);
    a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
    b = mixed(b, 15, a); d = mixed(d, 15, c); f = mixed(f, 15, e); h = mixed(h, 15, g);
    a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
    b = mixed(b, 26, a); d = mixed(d, 26, c); f = mixed(f, 26, e); h = mixed(h, 26, g);
    a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
    b = mixed(b, 6, a); d = mixed(d, 6, c); f = mixed(f, 6, e); h = mixed(h, 6, g);
    a = plus(a, key0); c = plus(c, key0); e = plus(e, key0); g = plus(g, key0);
    b = plus(b, key13); d = plus(d, key13); f = plus(f, key13); h = plus(h, key13);
    a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
    b = mixed(b, 17, a); d = mixed(d, 17, c); f = mixed(f, 17, e); h = mixed(h, 17, g);
    a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
    b = mixed(b, 29, a); d = mixed(d, 29, c); f = mixed(f, 29, e); h = mixed(h, 29, g);
    a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
    b = mixed(b, 16, a); d = mixed(d, 16, c); f = mixed(f, 16, e); h = mixed(h, 16, g);
    a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
    b = mixed(b, 24, a); d = mixed(d, 24, c); f = mixed(f, 24, e); h = mixed(h, 24, g);
    a = plus(a, key1); c = plus(c, key1); e = plus(e, key1); g = plus(g, key1);
    b = plus(b, key24); d = plus(d, key24); f = plus(f, key24); h = plus(h, key24);
    a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
    b = mixed(b, 13, a); d = mixed(d, 13, c); f = mixed(f, 13, e); h = mixed(h, 13, g);
    a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
    b = mixed(b, 15, a); d = mixed(d, 15, c); f = mixed(f, 15, e); h = mixed(h, 15, g);
    a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
    b = mixed(b, 26, a); d = mixed(d, 26, c); f = mixed(f, 26, e); h = mixed(h, 26, g);
    a = plus(a, b); c = plus(c, d); e = plus(e, f); g = plus(g, h);
    b = mixed(b, 6, a); d = mixed(d, 6, c); f = mixed(f, 6, e); h = mixed(h, 6, g);
    a = plus(a, key2); c = plus(c, key2); e = plus(e, key2); g = plus(g, key2);
    b = plus(b, key05); d = plus(d, key05); f = plus(f, key05); h = plus(h, key05);
    decide(mask, a, b, limit);
    decide(mask + 32, c, d, limit);
    decide(mask + 64, e, f, limit);
    decide(mask + 96, g, h, limit);
    counter = plus(counter, i32x4.splat(16));
    mask += 128;
  }
}
