/**
 * A product whose right factor is never written down: its row l is what lies `offsets[l]` bytes further in x, for a
 * convolution the pixels that one place of the window sees. Offsets are 4-byte numbers, lines and steps in bytes.
 */
import { highHalves, interleaveHigh, interleaveLow, lowHalves } from "./transpose";

/** Stores the first `count` lanes. */
@inline
function storePart(to: usize, x: v128, count: i32): void {
  if (count >= 4) v128.store(to, x);
  else {
    if (count > 0) v128.store32_lane(to, x, 0);
    if (count > 1) v128.store32_lane(to, x, 1, 4);
    if (count > 2) v128.store32_lane(to, x, 2, 8);
  }
}

/** Eight columns, or the first `count` of them, of four rows of the result, or the first `left` of them. */
@inline
function eight(
  out: usize, step: usize, rows: usize, length: i32, x: usize, offsets: usize, biases: v128, left: i32, count: i32,
): void {
  let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  const end = rows + (<usize>length << 4);
  while (rows < end) {
    const at = x + load<i32>(offsets);
    const b0 = v128.load(at, 0), b1 = v128.load(at, 16);
    const a0 = v128.load32_splat(rows, 0);
    s00 = f32x4.add(s00, f32x4.mul(a0, b0));
    s01 = f32x4.add(s01, f32x4.mul(a0, b1));
    const a1 = v128.load32_splat(rows, 4);
    s10 = f32x4.add(s10, f32x4.mul(a1, b0));
    s11 = f32x4.add(s11, f32x4.mul(a1, b1));
    const a2 = v128.load32_splat(rows, 8);
    s20 = f32x4.add(s20, f32x4.mul(a2, b0));
    s21 = f32x4.add(s21, f32x4.mul(a2, b1));
    const a3 = v128.load32_splat(rows, 12);
    s30 = f32x4.add(s30, f32x4.mul(a3, b0));
    s31 = f32x4.add(s31, f32x4.mul(a3, b1));
    rows += 16;
    offsets += 4;
  }
  const bias = f32x4.splat(f32x4.extract_lane(biases, 0));
  storePart(out, f32x4.add(s00, bias), count);
  storePart(out + 16, f32x4.add(s01, bias), count - 4);
  if (left > 1) {
    const bias = f32x4.splat(f32x4.extract_lane(biases, 1));
    storePart(out + step, f32x4.add(s10, bias), count);
    storePart(out + step + 16, f32x4.add(s11, bias), count - 4);
  }
  if (left > 2) {
    const bias = f32x4.splat(f32x4.extract_lane(biases, 2));
    storePart(out + 2 * step, f32x4.add(s20, bias), count);
    storePart(out + 2 * step + 16, f32x4.add(s21, bias), count - 4);
  }
  if (left > 3) {
    const bias = f32x4.splat(f32x4.extract_lane(biases, 3));
    storePart(out + 3 * step, f32x4.add(s30, bias), count);
    storePart(out + 3 * step + 16, f32x4.add(s31, bias), count - 4);
  }
}

/**
 * out[i, r, s] = bias[i] + Σ_l rows[i, l] · x[offsets[l] + r · lineBytes + 4 · s] for m rows, packed four side by side,
 * `lines` lines r and `width` columns s. A row of the result has lines · width numbers. `biases` has a multiple of four.
 */
export function multiplyShifted(
  out: usize, rows: usize, m: i32, length: i32, x: usize, offsets: usize, lines: i32, lineBytes: i32, width: i32,
  biases: usize,
): void {
  const step = <usize>(lines * width) << 2;
  for (let i = 0; i < m; i += 4) {
    const bias = v128.load(biases + (<usize>i << 2));
    let to = out + <usize>i * step, line = x;
    for (let r = 0; r < lines; r++) {
      for (let s = 0; s < width; s += 8) {
        const at = <usize>s << 2;
        eight(to + at, step, rows, length, line + at, offsets, bias, m - i, width - s);
      }
      to += <usize>width << 2;
      line += lineBytes;
    }
    rows += <usize>length << 4;
  }
}

/** x[offset + r · lineBytes + 4 · s] += rows[l, r, s], for `count` rows l with an offset each, one after the other. */
export function addShifted(
  x: usize, offsets: usize, rows: usize, count: i32, lines: i32, lineBytes: i32, width: i32,
): void {
  for (let l = 0; l < count; l++) {
    let line = x + load<i32>(offsets + (<usize>l << 2));
    for (let r = 0; r < lines; r++) {
      let s = 0;
      for (; s + 4 <= width; s += 4, rows += 16) {
        const to = line + (<usize>s << 2);
        v128.store(to, f32x4.add(v128.load(to), v128.load(rows)));
      }
      for (; s < width; s++, rows += 4) {
        const to = line + (<usize>s << 2);
        store<f32>(to, load<f32>(to) + load<f32>(rows));
      }
      line += lineBytes;
    }
  }
}

/**
 * A panel, rows of 128 bytes, of what up to 32 offsets see: row (r, s) has the numbers of column (r, s), `taps` of them.
 * Some beyond them are written, too.
 */
export function packShifted(
  panel: usize, x: usize, offsets: usize, taps: i32, lines: i32, lineBytes: i32, width: i32,
): void {
  for (let tap = 0; tap < taps; tap += 4) {
    const last = taps - 1;
    let x0 = x + load<i32>(offsets + (<usize>tap << 2));
    let x1 = x + load<i32>(offsets + (<usize>min(tap + 1, last) << 2));
    let x2 = x + load<i32>(offsets + (<usize>min(tap + 2, last) << 2));
    let x3 = x + load<i32>(offsets + (<usize>min(tap + 3, last) << 2));
    let to = panel + (<usize>tap << 2);
    for (let r = 0; r < lines; r++) {
      let s = 0;
      for (; s + 4 <= width; s += 4) {
        const at = <usize>s << 2;
        const v0 = v128.load(x0 + at), v1 = v128.load(x1 + at), v2 = v128.load(x2 + at), v3 = v128.load(x3 + at);
        const low01 = interleaveLow(v0, v1), low23 = interleaveLow(v2, v3);
        const high01 = interleaveHigh(v0, v1), high23 = interleaveHigh(v2, v3);
        v128.store(to, lowHalves(low01, low23), 0);
        v128.store(to, highHalves(low01, low23), 128);
        v128.store(to, lowHalves(high01, high23), 256);
        v128.store(to, highHalves(high01, high23), 384);
        to += 512;
      }
      for (; s < width; s++) {
        const at = <usize>s << 2;
        store<f32>(to, load<f32>(x0 + at), 0);
        store<f32>(to, load<f32>(x1 + at), 4);
        store<f32>(to, load<f32>(x2 + at), 8);
        store<f32>(to, load<f32>(x3 + at), 12);
        to += 128;
      }
      x0 += lineBytes;
      x1 += lineBytes;
      x2 += lineBytes;
      x3 += lineBytes;
    }
  }
}
