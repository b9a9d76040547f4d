/** Softmax of each row. */
import { expOfDifference } from "../../math/elementary.ts";
import { errorOfSum } from "../../math/float64.ts";
import type { Numbers } from "../../tensor/tensor.ts";

/**
 * y_j = exp(x_j - max x) / Σ_l exp(x_l - max x) in each row, in float64 and rounded once. In
 * float64 what the sums drop is added at their end, so that rows may be long.
 * @param others is filled with the sum of each row without its largest x; log1p of it is the log of the whole sum.
 */
export function softmax(y: Numbers, x: Numbers, columns: number, others?: Float64Array): void {
  const powers: number[] = [], isDouble = !(x instanceof Float32Array);
  for (let row = 0; row < x.length; row += columns) {
    let max = x[row];
    for (let j = 1; j < columns; j++) max = Math.max(max, x[row + j]);
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += powers[j] = expOfDifference(x[row + j], max);
    if (isDouble || others !== undefined) {
      let at = 0, rest = max - max, lost = 0; // NaN, as the sum then is, unless max is finite
      while (x[row + at] < max) at++;
      for (let j = 0; j < columns; j++) {
        const before = rest;
        if (j !== at) rest += powers[j];
        if (isDouble && j !== at) lost += errorOfSum(before, powers[j], rest);
      }
      rest += lost;
      if (isDouble) sum = 1 + rest;
      if (others !== undefined) others[row / columns] = rest;
    }
    for (let j = 0; j < columns; j++) y[row + j] = powers[j] / sum;
  }
}
