/** Softmax of each row. */
import { expOfDifference } from "../../math/elementary.ts";
import { TWO_TO_MINUS_64 } from "../../math/float64.ts";
import type { Numbers } from "../../tensor/tensor.ts";

/**
 * y_j = exp(x_j - max x) / Σ_l exp(x_l - max x) in each row, in float64 and rounded once.
 * @param others is filled with the sum of each row without its largest x; log1p of it is the log of the whole sum.
 */
export function softmax(y: Numbers, x: Numbers, columns: number, others?: Float64Array): void {
  const powers = new Float64Array(columns);
  for (let row = 0; row < x.length; row += columns) {
    let max = x[row];
    for (let j = 1; j < columns; j++) max = Math.max(max, x[row + j]);
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += powers[j] = expOfDifference(x[row + j], max);
    for (let j = 0; j < columns; j++) y[row + j] = powers[j] / sum;
    if (others === undefined) continue;
    let at = 0, rest = max - max; // NaN, as the sum then is, unless max is finite
    while (x[row + at] < max) at++;
    for (let j = 0; j < columns; j++) if (j !== at) rest += powers[j];
    others[row / columns] = rest;
  }
}

/**
 * dx_j = y_j · (dy_j - Σ_l y_l · dy_l) in each row, in float64 and rounded once. The dy of the largest y is subtracted
 * from all first: where that y is near 1, dy_j and the sum would share their digits.
 */
export function softmaxBackward(dx: Numbers, dy: Numbers, y: Numbers, columns: number): void {
  for (let row = 0; row < y.length; row += columns) {
    // Differences of numbers near the largest overflow, but not those of their 2⁻⁶⁴th parts.
    if (!rowIsFinite(1, row)) rowIsFinite(TWO_TO_MINUS_64, row);
  }

  function rowIsFinite(scale: number, row: number): boolean {
    let top = row, sum = 0, isFinite = true;
    for (let j = row; j < row + columns; j++) if (y[j] > y[top]) top = j;
    const most = dy[top] * scale;
    for (let j = row; j < row + columns; j++) sum += y[j] * (dy[j] * scale - most);
    for (let j = row; j < row + columns; j++) {
      dx[j] = y[j] * (dy[j] * scale - most - sum) / scale;
      isFinite &&= Number.isFinite(dx[j]);
    }
    return isFinite;
  }
}
