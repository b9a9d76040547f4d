/** What is done to each number by itself, or with its fellows in other arrays. Lengths are in numbers. */

/** Engines fill shared memory number by number; this is ten times as fast. */
export function clear(x: usize, length: i32): void {
  memory.fill(x, 0, <usize>length << 2);
}

/** y = x; engines copy within shared memory number by number too. */
export function copy(y: usize, x: usize, length: i32): void {
  memory.copy(y, x, <usize>length << 2);
}

/** y += x. */
export function addTo(y: usize, x: usize, length: i32): void {
  let i = 0;
  for (; i + 4 <= length; i += 4, y += 16, x += 16) v128.store(y, f32x4.add(v128.load(y), v128.load(x)));
  for (; i < length; i++, y += 4, x += 4) store<f32>(y, load<f32>(y) + load<f32>(x));
}

/** out = x · y. */
export function multiply(out: usize, x: usize, y: usize, length: i32): void {
  for (let at: usize = 0; at < <usize>length << 2; at += 16) {
    v128.store(out + at, f32x4.mul(v128.load(x + at), v128.load(y + at)));
  }
}

/** y = x · factor. */
export function scale(y: usize, x: usize, length: i32, factor: f32): void {
  const by = f32x4.splat(factor);
  for (let at: usize = 0; at < <usize>length << 2; at += 16) v128.store(y + at, f32x4.mul(v128.load(x + at), by));
}

/** y = max(0, x); NaN stays. */
export function relu(y: usize, x: usize, length: i32): void {
  const zero = f32x4.splat(0);
  for (let at: usize = 0; at < <usize>length << 2; at += 16) {
    const value = v128.load(x + at);
    v128.store(y + at, v128.andnot(value, f32x4.le(value, zero)));
  }
}

/** dx = dy where y is not zero, else +0. */
export function reluBackward(dx: usize, dy: usize, y: usize, length: i32): void {
  const zero = f32x4.splat(0);
  for (let at: usize = 0; at < <usize>length << 2; at += 16) {
    v128.store(dx + at, v128.andnot(v128.load(dy + at), f32x4.eq(v128.load(y + at), zero)));
  }
}

/** y = x · factor where the mask is not zero, else +0. */
export function applyMask(y: usize, x: usize, mask: usize, length: i32, factor: f32): void {
  const zero = f32x4.splat(0), by = f32x4.splat(factor);
  for (let at: usize = 0; at < <usize>length << 2; at += 16) {
    const product = f32x4.mul(v128.load(x + at), by);
    v128.store(y + at, v128.andnot(product, f32x4.eq(v128.load(mask + at), zero)));
  }
}

export function isFinite(x: usize, length: i32): bool {
  let bad = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= length; i += 4, x += 16) {
    const value = v128.load(x);
    bad = f32x4.add(bad, f32x4.sub(value, value));
  }
  let rest: f32 = 0;
  for (; i < length; i++, x += 4) rest += load<f32>(x) - load<f32>(x);
  return !v128.any_true(f32x4.ne(bad, bad)) && rest == rest;
}
