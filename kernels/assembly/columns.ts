/**
 * Normalisation of the columns of a matrix, of which there are a multiple of four: columns side by side, each summed
 * down its rows in float64, a few rows for each look at the sums. Sums, and the means that squares are counted from,
 * are float64, eight bytes each; all else is float32.
 */
import { high, low } from "./widen";

/** So many rows at a time. */
const ROWS: i32 = 8;

/** sums[j] += Σ_i x[i, j]. */
export function sumColumns(sums: usize, x: usize, rows: i32, columns: i32): void {
  const bytes = <usize>columns << 2;
  for (let i = 0; i < rows; i += ROWS, x += <usize>ROWS * bytes) {
    const end = x + <usize>min(ROWS, rows - i) * bytes;
    for (let j: usize = 0; j < bytes; j += 16) {
      const sum = sums + 2 * j;
      let first = v128.load(sum), last = v128.load(sum, 16);
      for (let at = x + j; at < end; at += bytes) {
        const four = v128.load(at);
        first = f64x2.add(first, low(four));
        last = f64x2.add(last, high(four));
      }
      v128.store(sum, first);
      v128.store(sum, last, 16);
    }
  }
}

/** sums[j] += Σ_i (x[i, j] - mean[j])². */
export function sumColumnSquares(sums: usize, x: usize, mean: usize, rows: i32, columns: i32): void {
  const bytes = <usize>columns << 2;
  for (let i = 0; i < rows; i += ROWS, x += <usize>ROWS * bytes) {
    const end = x + <usize>min(ROWS, rows - i) * bytes;
    for (let j: usize = 0; j < bytes; j += 16) {
      const sum = sums + 2 * j, m0 = v128.load(mean + 2 * j), m1 = v128.load(mean + 2 * j, 16);
      let first = v128.load(sum), last = v128.load(sum, 16);
      for (let at = x + j; at < end; at += bytes) {
        const four = v128.load(at), off0 = f64x2.sub(low(four), m0), off1 = f64x2.sub(high(four), m1);
        first = f64x2.add(first, f64x2.mul(off0, off0));
        last = f64x2.add(last, f64x2.mul(off1, off1));
      }
      v128.store(sum, first);
      v128.store(sum, last, 16);
    }
  }
}

/** y = x̂ with x̂ = (x - mean) · factor, or w · x̂ + b. */
export function normalizeColumns(
  y: usize, x: usize, mean: usize, factor: usize, w: usize, b: usize, affine: bool, rows: i32, columns: i32,
): void {
  const bytes = <usize>columns << 2, toY = y - x;
  for (let i = 0; i < rows; i += ROWS, x += <usize>ROWS * bytes) {
    const end = x + <usize>min(ROWS, rows - i) * bytes;
    for (let j: usize = 0; j < bytes; j += 16) {
      const middle = v128.load(mean + j), by = v128.load(factor + j);
      const weight = v128.load(w + j), bias = v128.load(b + j);
      for (let at = x + j; at < end; at += bytes) {
        let value = f32x4.mul(f32x4.sub(v128.load(at), middle), by);
        if (affine) value = f32x4.add(f32x4.mul(value, weight), bias);
        v128.store(at + toY, value);
      }
    }
  }
}

/** sums[j] += Σ_i dy[i, j], products[j] += Σ_i dy[i, j] · x̂[i, j]. */
export function sumColumnSlopes(
  sums: usize, products: usize, dy: usize, x: usize, mean: usize, factor: usize, rows: i32, columns: i32,
): void {
  const bytes = <usize>columns << 2, toSlope = dy - x;
  for (let i = 0; i < rows; i += ROWS, x += <usize>ROWS * bytes) {
    const end = x + <usize>min(ROWS, rows - i) * bytes;
    for (let j: usize = 0; j < bytes; j += 16) {
      const sum = sums + 2 * j, product = products + 2 * j, middle = v128.load(mean + j), by = v128.load(factor + j);
      let s0 = v128.load(sum), s1 = v128.load(sum, 16), p0 = v128.load(product), p1 = v128.load(product, 16);
      for (let at = x + j; at < end; at += bytes) {
        const value = f32x4.mul(f32x4.sub(v128.load(at), middle), by), slopes = v128.load(at + toSlope);
        const first = low(slopes), last = high(slopes);
        s0 = f64x2.add(s0, first);
        s1 = f64x2.add(s1, last);
        p0 = f64x2.add(p0, f64x2.mul(first, low(value)));
        p1 = f64x2.add(p1, f64x2.mul(last, high(value)));
      }
      v128.store(sum, s0);
      v128.store(sum, s1, 16);
      v128.store(product, p0);
      v128.store(product, p1, 16);
    }
  }
}

/** dx = by · (dy - meanSlope - x̂ · along). */
export function normalizeColumnsBackward(
  dx: usize, dy: usize, x: usize, mean: usize, factor: usize, by: usize, meanSlope: usize, along: usize,
  rows: i32, columns: i32,
): void {
  const bytes = <usize>columns << 2, toSlope = dy - x, toResult = dx - x;
  for (let i = 0; i < rows; i += ROWS, x += <usize>ROWS * bytes) {
    const end = x + <usize>min(ROWS, rows - i) * bytes;
    for (let j: usize = 0; j < bytes; j += 16) {
      const middle = v128.load(mean + j), scale = v128.load(factor + j), times = v128.load(by + j);
      const shift = v128.load(meanSlope + j), tilt = v128.load(along + j);
      for (let at = x + j; at < end; at += bytes) {
        const value = f32x4.mul(f32x4.sub(v128.load(at), middle), scale);
        const slope = f32x4.sub(f32x4.sub(v128.load(at + toSlope), shift), f32x4.mul(value, tilt));
        v128.store(at + toResult, f32x4.mul(times, slope));
      }
    }
  }
}
