/** Threefry-2x32 with 20 rounds, eight counters at a time: the numbers of src/tensor/threefry.ts. */
import { interleaveHigh, interleaveLow } from "./transpose";

@inline
function turn(x: v128, by: i32): v128 {
  // By whole bytes it is one shuffle.
  if (by == 16) return i8x16.shuffle(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
  if (by == 24) return i8x16.shuffle(x, x, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12);
  return v128.or(i32x4.shl(x, by), i32x4.shr_u(x, 32 - by));
}

/**
 * mask[i] = 1 where word 2 · first + i of the key's stream is below the threshold, else 0. Writes a multiple of sixteen
 * numbers: two fours of counters go side by side, (a, b) and (c, d), so that neither waits for itself.
 */
export function bernoulli(mask: usize, length: i32, k0: i32, k1: i32, threshold: i32, first: i32): void {
  const key0 = i32x4.splat(k0), key1 = i32x4.splat(k1), key2 = i32x4.splat(0x1bd11bda ^ k0 ^ k1);
  const key21 = i32x4.add(key2, i32x4.splat(1)), key02 = i32x4.add(key0, i32x4.splat(2));
  const key13 = i32x4.add(key1, i32x4.splat(3)), key24 = i32x4.add(key2, i32x4.splat(4));
  const key05 = i32x4.add(key0, i32x4.splat(5));
  const limit = i32x4.splat(threshold), one = f32x4.splat(1);
  let counter = i32x4.add(i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3)), key0);
  for (let at = 0; at < length; at += 16) {
    let a = counter, b = key1, c = i32x4.add(counter, i32x4.splat(4)), d = key1;
    a = i32x4.add(a, b); c = i32x4.add(c, d);
    b = v128.xor(turn(b, 13), a); d = v128.xor(turn(d, 13), c);
    a = i32x4.add(a, b); c = i32x4.add(c, d);
    b = v128.xor(turn(b, 15), a); d = v128.xor(turn(d, 15), c);
    a = i32x4.add(a, b); c = i32x4.add(c, d);
    b = v128.xor(turn(b, 26), a); d = v128.xor(turn(d, 26), c);
    a = i32x4.add(a, b); c = i32x4.add(c, d);
    b = v128.xor(turn(b, 6), a); d = v128.xor(turn(d, 6), c);
    a = i32x4.add(a, key1); c = i32x4.add(c, key1);
    b = i32x4.add(b, key21); d = i32x4.add(d, key21);
    a = i32x4.add(a, b); c = i32x4.add(c, d);
    b = v128.xor(turn(b, 17), a); d = v128.xor(turn(d, 17), c);
    a = i32x4.add(a, b); c = i32x4.add(c, d);
    b = v128.xor(turn(b, 29), a); d = v128.xor(turn(d, 29), c);
    a = i32x4.add(a, b); c = i32x4.add(c, d);
    b = v128.xor(turn(b, 16), a); d = v128.xor(turn(d, 16), c);
    a = i32x4.add(a, b); c = i32x4.add(c, d);
    b = v128.xor(turn(b, 24), a); d = v128.xor(turn(d, 24), c);
    a = i32x4.add(a, key2); c = i32x4.add(c, key2);
    b = i32x4.add(b, key02); d = i32x4.add(d, key02);
    a = i32x4.add(a, b); c = i32x4.add(c, d);
    b = v128.xor(turn(b, 13), a); d = v128.xor(turn(d, 13), c);
    a = i32x4.add(a, b); c = i32x4.add(c, d);
    b = v128.xor(turn(b, 15), a); d = v128.xor(turn(d, 15), c);
    a = i32x4.add(a, b); c = i32x4.add(c, d);
    b = v128.xor(turn(b, 26), a); d = v128.xor(turn(d, 26), c);
    a = i32x4.add(a, b); c = i32x4.add(c, d);
    b = v128.xor(turn(b, 6), a); d = v128.xor(turn(d, 6), c);
    a = i32x4.add(a, key0); c = i32x4.add(c, key0);
    b = i32x4.add(b, key13); d = i32x4.add(d, key13);
    a = i32x4.add(a, b); c = i32x4.add(c, d);
    b = v128.xor(turn(b, 17), a); d = v128.xor(turn(d, 17), c);
    a = i32x4.add(a, b); c = i32x4.add(c, d);
    b = v128.xor(turn(b, 29), a); d = v128.xor(turn(d, 29), c);
    a = i32x4.add(a, b); c = i32x4.add(c, d);
    b = v128.xor(turn(b, 16), a); d = v128.xor(turn(d, 16), c);
    a = i32x4.add(a, b); c = i32x4.add(c, d);
    b = v128.xor(turn(b, 24), a); d = v128.xor(turn(d, 24), c);
    a = i32x4.add(a, key1); c = i32x4.add(c, key1);
    b = i32x4.add(b, key24); d = i32x4.add(d, key24);
    a = i32x4.add(a, b); c = i32x4.add(c, d);
    b = v128.xor(turn(b, 13), a); d = v128.xor(turn(d, 13), c);
    a = i32x4.add(a, b); c = i32x4.add(c, d);
    b = v128.xor(turn(b, 15), a); d = v128.xor(turn(d, 15), c);
    a = i32x4.add(a, b); c = i32x4.add(c, d);
    b = v128.xor(turn(b, 26), a); d = v128.xor(turn(d, 26), c);
    a = i32x4.add(a, b); c = i32x4.add(c, d);
    b = v128.xor(turn(b, 6), a); d = v128.xor(turn(d, 6), c);
    a = i32x4.add(a, key2); c = i32x4.add(c, key2);
    b = i32x4.add(b, key05); d = i32x4.add(d, key05);
    a = v128.and(i32x4.lt_u(a, limit), one); b = v128.and(i32x4.lt_u(b, limit), one);
    c = v128.and(i32x4.lt_u(c, limit), one); d = v128.and(i32x4.lt_u(d, limit), one);
    v128.store(mask, interleaveLow(a, b), 0);
    v128.store(mask, interleaveHigh(a, b), 16);
    v128.store(mask, interleaveLow(c, d), 32);
    v128.store(mask, interleaveHigh(c, d), 48);
    counter = i32x4.add(counter, i32x4.splat(8));
    mask += 64;
  }
}
