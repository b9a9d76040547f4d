import type { Numbers } from "../tensor/tensor.ts";
import { expOfDifference } from "../math/elementary.ts";

/**
 * Where the largest x of a row lies, and Σ exp(x - max x) of the others: with 1 for the largest, log1p of it is the
 * log of the whole sum, without the digits that 1 would push out.
 */
export function sumBesideLargest(
  x: Numbers, row: number, columns: number,
): { readonly at: number; readonly max: number; readonly others: number } {
  let max = x[row];
  for (let j = row + 1; j < row + columns; j++) max = Math.max(max, x[j]);
  let at = row, others = 0;
  while (x[at] < max) at++;
  for (let j = row; j < row + columns; j++) if (j !== at) others += expOfDifference(x[j], max);
  // Infinity - Infinity, or NaN: no sum.
  return { at, max, others: max - max === 0 ? others : NaN };
}
