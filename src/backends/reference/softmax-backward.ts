/** Backward of the softmax of each row. */
import { TWO_TO_MINUS_64 } from "../../math/float64.ts";
import type { Numbers } from "../../tensor/tensor.ts";

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
