/**
 * The right factor of a product, [k, n], is read in panels of 32 columns: rows of 128 bytes, one after the other, so
 * that a block of rows fits the first cache, whatever the matrix's own row length.
 */
import { highHalves, interleaveHigh, interleaveLow, lowHalves } from "./transpose";

export const PANEL_COLUMNS: i32 = 32;
export const PANEL_BYTES: i32 = 128;

/**
 * Where a row of a panel of this width ends for the kernels: they compute with whole vectors, four or eight of them if
 * more than two. What they compute beyond the width is dropped, but zeros must lie there: numbers left there by other
 * work may be subnormal, which takes some ten times as long.
 */
@inline
function rowEnd(width: i32): usize {
  return width <= 16 ? 64 : 128;
}

/** Rows from..to of columns j.. of a row-major [k, n]. Says whether all of them are finite. */
export function packPanel(panel: usize, b: usize, n: i32, j: i32, width: i32, from: i32, to: i32): bool {
  let bad = f32x4.splat(0);
  const step: usize = <usize>n << 2, end = rowEnd(width);
  let source = b + <usize>from * step + (<usize>j << 2);
  for (let l = from; l < to; l++) {
    if (width == PANEL_COLUMNS) {
      const x0 = v128.load(source, 0), x1 = v128.load(source, 16), x2 = v128.load(source, 32), x3 = v128.load(source, 48);
      v128.store(panel, x0, 0);
      v128.store(panel, x1, 16);
      v128.store(panel, x2, 32);
      v128.store(panel, x3, 48);
      bad = f32x4.add(bad, f32x4.add(f32x4.sub(x0, x0), f32x4.sub(x1, x1)));
      bad = f32x4.add(bad, f32x4.add(f32x4.sub(x2, x2), f32x4.sub(x3, x3)));
      const x4 = v128.load(source, 64), x5 = v128.load(source, 80), x6 = v128.load(source, 96), x7 = v128.load(source, 112);
      v128.store(panel, x4, 64);
      v128.store(panel, x5, 80);
      v128.store(panel, x6, 96);
      v128.store(panel, x7, 112);
      bad = f32x4.add(bad, f32x4.add(f32x4.sub(x4, x4), f32x4.sub(x5, x5)));
      bad = f32x4.add(bad, f32x4.add(f32x4.sub(x6, x6), f32x4.sub(x7, x7)));
    } else {
      let at: usize = 0;
      for (; at < <usize>width << 2; at += 16) {
        const x = v128.load(source + at);
        v128.store(panel + at, x);
        bad = f32x4.add(bad, f32x4.sub(x, x));
      }
      for (; at < end; at += 16) v128.store(panel + at, f32x4.splat(0));
    }
    source += step;
    panel += PANEL_BYTES;
  }
  return !v128.any_true(f32x4.ne(bad, bad));
}

/** The same of a right factor that lies as [n, k]. Fills up to three rows beyond `to`. */
export function packPanelTransposed(panel: usize, b: usize, k: i32, j: i32, width: i32, from: i32, to: i32): bool {
  let bad = f32x4.splat(0);
  for (let column = 0; column < width; column += 4) {
    const last = width - 1;
    const r0 = b + (<usize>(j + column) * k << 2);
    const r1 = b + (<usize>(j + min(column + 1, last)) * k << 2);
    const r2 = b + (<usize>(j + min(column + 2, last)) * k << 2);
    const r3 = b + (<usize>(j + min(column + 3, last)) * k << 2);
    let target = panel + (column << 2);
    for (let l = <usize>from << 2; l < <usize>to << 2; l += 16) {
      const x0 = v128.load(r0 + l), x1 = v128.load(r1 + l), x2 = v128.load(r2 + l), x3 = v128.load(r3 + l);
      bad = f32x4.add(bad, f32x4.add(f32x4.sub(x0, x0), f32x4.sub(x1, x1)));
      bad = f32x4.add(bad, f32x4.add(f32x4.sub(x2, x2), f32x4.sub(x3, x3)));
      const low01 = interleaveLow(x0, x1), low23 = interleaveLow(x2, x3);
      const high01 = interleaveHigh(x0, x1), high23 = interleaveHigh(x2, x3);
      v128.store(target, lowHalves(low01, low23), 0);
      v128.store(target, highHalves(low01, low23), 128);
      v128.store(target, lowHalves(high01, high23), 256);
      v128.store(target, highHalves(high01, high23), 384);
      target += PANEL_BYTES << 2;
    }
  }
  for (let at = (<usize>(width + 3) & ~3) << 2; at < rowEnd(width); at += 16) {
    for (let l = from; l < to; l++) v128.store(panel + at + (<usize>(l - from) << 7), f32x4.splat(0));
  }
  return !v128.any_true(f32x4.ne(bad, bad));
}
