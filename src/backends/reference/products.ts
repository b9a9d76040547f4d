/**
 * Products of matrices. In float32 each product and each sum is rounded to float32, by `Math.fround` or by the store
 * into a Float32Array; sums start at +0 and run in index order. In float64 the same loops run unrounded.
 */
import { ofSameKind, type Numbers } from "../../tensor/tensor.ts";
import type { MatmulShape } from "../backend.ts";
import { allFinite } from "./elementwise.ts";

function transpose(x: Numbers, rows: number, columns: number): Numbers {
  const out = ofSameKind(x, x.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = x[i * columns + j];
  return out;
}

// The innermost loop of a product, sums[j] += factor · right[at + j], once for each kind of number: engines
// make one that meets both kinds several times slower.
function addProducts32(sums: Numbers, factor: number, right: Numbers, at: number): void {
  for (let j = 0; j < sums.length; j++) sums[j] += Math.fround(factor * right[at + j]);
}

function addProducts64(sums: Numbers, factor: number, right: Numbers, at: number): void {
  for (let j = 0; j < sums.length; j++) sums[j] += factor * right[at + j];
}

/**
 * out[i, j] = Σ_l a[i, l] · b[l, j], or out += that sum once it is finished.
 * A product whose left factor is 0 is left out where `b` is finite: the sum starts at +0, so no bit changes.
 */
export function matmul(out: Numbers, a: Numbers, b: Numbers, shape: MatmulShape, accumulate: boolean): void {
  const { m, k, n, transposeA, transposeB } = shape;
  const addProducts = out instanceof Float32Array ? addProducts32 : addProducts64;
  const right = transposeB ? transpose(b, n, k) : b;
  const canSkip = allFinite(right);
  const sums = ofSameKind(out, n);
  for (let i = 0; i < m; i++) {
    sums.fill(0);
    for (let l = 0; l < k; l++) {
      const factor = transposeA ? a[l * m + i] : a[i * k + l];
      if (factor !== 0 || !canSkip) addProducts(sums, factor, right, l * n);
    }
    const row = i * n;
    if (accumulate) for (let j = 0; j < n; j++) out[row + j] += sums[j];
    else out.set(sums, row);
  }
}

/** y[i, j] += b[j]. */
export function addRow(y: Numbers, b: Numbers): void {
  for (let i = 0; i < y.length; i += b.length) for (let j = 0; j < b.length; j++) y[i + j] += b[j];
}

/** db[j] += Σ_i dy[i, j], the sum finished first. */
export function addColumnSums(db: Numbers, dy: Numbers): void {
  const columns = db.length;
  const sums = ofSameKind(db, columns);
  for (let i = 0; i < dy.length; i += columns) for (let j = 0; j < columns; j++) sums[j] += dy[i + j];
  for (let j = 0; j < columns; j++) db[j] += sums[j];
}
