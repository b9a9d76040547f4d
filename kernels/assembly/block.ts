/**
 * The dense product: 4 rows of the left factor, packed side by side, with 16 columns of a panel. Sixteen vectors of
 * sums are more than there are registers, but it is the shape that V8's 256-bit pass makes the most of.
 */
import { highHalves, interleaveHigh, interleaveLow, lowHalves } from "./transpose";
import { CONTINUE } from "./walk";

/** Packs columns from..to of a row-major [m, k] in groups of four rows; missing rows are zero. */
export function packRows(target: usize, a: usize, m: i32, k: i32, from: i32, to: i32): void {
  const length = to - from;
  for (let i = 0; i < m; i += 4) {
    const r0 = a + ((<usize>i * k + from) << 2);
    const r1 = a + ((<usize>min(i + 1, m - 1) * k + from) << 2);
    const r2 = a + ((<usize>min(i + 2, m - 1) * k + from) << 2);
    const r3 = a + ((<usize>min(i + 3, m - 1) * k + from) << 2);
    let l = 0;
    for (; l + 4 <= length; l += 4) {
      const at = <usize>l << 2;
      const x0 = v128.load(r0 + at), x1 = v128.load(r1 + at), x2 = v128.load(r2 + at), x3 = v128.load(r3 + at);
      const low01 = interleaveLow(x0, x1), low23 = interleaveLow(x2, x3);
      const high01 = interleaveHigh(x0, x1), high23 = interleaveHigh(x2, x3);
      v128.store(target, lowHalves(low01, low23), 0);
      v128.store(target, highHalves(low01, low23), 16);
      v128.store(target, lowHalves(high01, high23), 32);
      v128.store(target, highHalves(high01, high23), 48);
      target += 64;
    }
    for (; l < length; l++) {
      const at = <usize>l << 2;
      store<f32>(target, load<f32>(r0 + at), 0);
      store<f32>(target, load<f32>(r1 + at), 4);
      store<f32>(target, load<f32>(r2 + at), 8);
      store<f32>(target, load<f32>(r3 + at), 12);
      target += 16;
    }
  }
}

/** The same of a left factor that lies as [k, m]. */
export function packRowsTransposed(target: usize, a: usize, m: i32, from: i32, to: i32): void {
  for (let i = 0; i < m; i += 4) {
    const left = m - i;
    for (let l = from; l < to; l++) {
      const source = a + ((<usize>l * m + i) << 2);
      if (left >= 4) v128.store(target, v128.load(source));
      else {
        store<f32>(target, load<f32>(source), 0);
        store<f32>(target, left > 1 ? load<f32>(source, 4) : 0, 4);
        store<f32>(target, left > 2 ? load<f32>(source, 8) : 0, 8);
        store<f32>(target, 0, 12);
      }
      target += 16;
    }
  }
}

/** Adds `length` terms to the sums in the tile for 4 rows and 16 columns. */
@inline
function block(rows: usize, length: i32, panel: usize, tile: usize, mode: i32): void {
  let s00 = f32x4.splat(0), s01 = s00, s02 = s00, s03 = s00;
  let s10 = s00, s11 = s00, s12 = s00, s13 = s00;
  let s20 = s00, s21 = s00, s22 = s00, s23 = s00;
  let s30 = s00, s31 = s00, s32 = s00, s33 = s00;
  if (mode & CONTINUE) {
    s00 = v128.load(tile, 0); s01 = v128.load(tile, 16); s02 = v128.load(tile, 32); s03 = v128.load(tile, 48);
    s10 = v128.load(tile, 128); s11 = v128.load(tile, 144); s12 = v128.load(tile, 160); s13 = v128.load(tile, 176);
    s20 = v128.load(tile, 256); s21 = v128.load(tile, 272); s22 = v128.load(tile, 288); s23 = v128.load(tile, 304);
    s30 = v128.load(tile, 384); s31 = v128.load(tile, 400); s32 = v128.load(tile, 416); s33 = v128.load(tile, 432);
  }
  const end = rows + (<usize>length << 4);
  while (rows < end) {
    const b0 = v128.load(panel, 0), b1 = v128.load(panel, 16), b2 = v128.load(panel, 32), b3 = v128.load(panel, 48);
    const a0 = v128.load32_splat(rows, 0);
    s00 = f32x4.add(s00, f32x4.mul(a0, b0));
    s01 = f32x4.add(s01, f32x4.mul(a0, b1));
    s02 = f32x4.add(s02, f32x4.mul(a0, b2));
    s03 = f32x4.add(s03, f32x4.mul(a0, b3));
    const a1 = v128.load32_splat(rows, 4);
    s10 = f32x4.add(s10, f32x4.mul(a1, b0));
    s11 = f32x4.add(s11, f32x4.mul(a1, b1));
    s12 = f32x4.add(s12, f32x4.mul(a1, b2));
    s13 = f32x4.add(s13, f32x4.mul(a1, b3));
    const a2 = v128.load32_splat(rows, 8);
    s20 = f32x4.add(s20, f32x4.mul(a2, b0));
    s21 = f32x4.add(s21, f32x4.mul(a2, b1));
    s22 = f32x4.add(s22, f32x4.mul(a2, b2));
    s23 = f32x4.add(s23, f32x4.mul(a2, b3));
    const a3 = v128.load32_splat(rows, 12);
    s30 = f32x4.add(s30, f32x4.mul(a3, b0));
    s31 = f32x4.add(s31, f32x4.mul(a3, b1));
    s32 = f32x4.add(s32, f32x4.mul(a3, b2));
    s33 = f32x4.add(s33, f32x4.mul(a3, b3));
    rows += 16;
    panel += 128;
  }
  v128.store(tile, s00, 0); v128.store(tile, s01, 16); v128.store(tile, s02, 32); v128.store(tile, s03, 48);
  v128.store(tile, s10, 128); v128.store(tile, s11, 144); v128.store(tile, s12, 160); v128.store(tile, s13, 176);
  v128.store(tile, s20, 256); v128.store(tile, s21, 272); v128.store(tile, s22, 288); v128.store(tile, s23, 304);
  v128.store(tile, s30, 384); v128.store(tile, s31, 400); v128.store(tile, s32, 416); v128.store(tile, s33, 432);
}

@inline
function narrow(rows: usize, length: i32, panel: usize, tile: usize, mode: i32): void {
  let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  if (mode & CONTINUE) {
    s00 = v128.load(tile, 0); s01 = v128.load(tile, 16);
    s10 = v128.load(tile, 128); s11 = v128.load(tile, 144);
    s20 = v128.load(tile, 256); s21 = v128.load(tile, 272);
    s30 = v128.load(tile, 384); s31 = v128.load(tile, 400);
  }
  const end = rows + (<usize>length << 4);
  while (rows < end) {
    const b0 = v128.load(panel, 0), b1 = v128.load(panel, 16);
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
    panel += 128;
  }
  v128.store(tile, s00, 0); v128.store(tile, s01, 16);
  v128.store(tile, s10, 128); v128.store(tile, s11, 144);
  v128.store(tile, s20, 256); v128.store(tile, s21, 272);
  v128.store(tile, s30, 384); v128.store(tile, s31, 400);
}

/** All rows, for the first `width` columns of a panel. The tile has room for m rounded up to a multiple of four. */
export function multiplyRows(
  rows: usize, m: i32, length: i32, panel: usize, width: i32, tile: usize, mode: i32,
): void {
  for (let i = 0; i < m; i += 4) {
    const end = <usize>width << 2;
    if (WIDE) for (let at: usize = 0; at < end; at += 64) block(rows, length, panel + at, tile + at, mode);
    else for (let at: usize = 0; at < end; at += 32) narrow(rows, length, panel + at, tile + at, mode);
    rows += <usize>length << 4;
    tile += 512;
  }
}
