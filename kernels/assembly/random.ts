/** Threefry-2x32 with 20 rounds, four counters at a time: the numbers of src/tensor/threefry.ts. */

@inline
function turn(x: v128, by: i32): v128 {
  return v128.or(i32x4.shl(x, by), i32x4.shr_u(x, 32 - by));
}

/**
 * mask[i] = 1 where word 2 · first + i of the key's stream is below the threshold, else 0. Writes a multiple of eight
 * numbers.
 */
export function bernoulli(mask: usize, length: i32, k0: i32, k1: i32, threshold: i32, first: i32): void {
  const key0 = i32x4.splat(k0), key1 = i32x4.splat(k1), key2 = i32x4.splat(0x1bd11bda ^ k0 ^ k1);
  const limit = i32x4.splat(threshold), one = f32x4.splat(1);
  let counter = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  for (let at = 0; at < length; at += 8) {
    let a = i32x4.add(counter, key0), b = key1;
    a = i32x4.add(a, b); b = v128.xor(turn(b, 13), a);
    a = i32x4.add(a, b); b = v128.xor(turn(b, 15), a);
    a = i32x4.add(a, b); b = v128.xor(turn(b, 26), a);
    a = i32x4.add(a, b); b = v128.xor(turn(b, 6), a);
    a = i32x4.add(a, key1); b = i32x4.add(b, i32x4.add(key2, i32x4.splat(1)));
    a = i32x4.add(a, b); b = v128.xor(turn(b, 17), a);
    a = i32x4.add(a, b); b = v128.xor(turn(b, 29), a);
    a = i32x4.add(a, b); b = v128.xor(turn(b, 16), a);
    a = i32x4.add(a, b); b = v128.xor(turn(b, 24), a);
    a = i32x4.add(a, key2); b = i32x4.add(b, i32x4.add(key0, i32x4.splat(2)));
    a = i32x4.add(a, b); b = v128.xor(turn(b, 13), a);
    a = i32x4.add(a, b); b = v128.xor(turn(b, 15), a);
    a = i32x4.add(a, b); b = v128.xor(turn(b, 26), a);
    a = i32x4.add(a, b); b = v128.xor(turn(b, 6), a);
    a = i32x4.add(a, key0); b = i32x4.add(b, i32x4.add(key1, i32x4.splat(3)));
    a = i32x4.add(a, b); b = v128.xor(turn(b, 17), a);
    a = i32x4.add(a, b); b = v128.xor(turn(b, 29), a);
    a = i32x4.add(a, b); b = v128.xor(turn(b, 16), a);
    a = i32x4.add(a, b); b = v128.xor(turn(b, 24), a);
    a = i32x4.add(a, key1); b = i32x4.add(b, i32x4.add(key2, i32x4.splat(4)));
    a = i32x4.add(a, b); b = v128.xor(turn(b, 13), a);
    a = i32x4.add(a, b); b = v128.xor(turn(b, 15), a);
    a = i32x4.add(a, b); b = v128.xor(turn(b, 26), a);
    a = i32x4.add(a, b); b = v128.xor(turn(b, 6), a);
    a = i32x4.add(a, key2); b = i32x4.add(b, i32x4.add(key0, i32x4.splat(5)));
    const maskA = v128.and(i32x4.lt_u(a, limit), one), maskB = v128.and(i32x4.lt_u(b, limit), one);
    v128.store(mask, i8x16.shuffle(maskA, maskB, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23), 0);
    v128.store(mask, i8x16.shuffle(maskA, maskB, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31), 16);
    counter = i32x4.add(counter, i32x4.splat(4));
    mask += 32;
  }
}
