import { NumericError } from "../tensor/errors.ts";
import { rowsAndColumns } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Throws for rows in which a NaN hides what is largest. */
export function checkNoNaN({ data, shape }: Tensor): void {
  const row = Math.floor(data.findIndex(Number.isNaN) / rowsAndColumns(shape).columns);
  if (row < 0) return;
  const where = `output, row ${row}`, advice = "detectAnomaly finds the layer that makes it.";
  throw new NumericError({ where, given: "NaN", allowed: "numbers, of which one is the largest", advice });
}

/** The index of the largest number of each row of the last axis; the first one where several are. */
export function largestOfRows(y: Tensor): number[] {
  checkNoNaN(y);
  const { data, shape } = y, { rows, columns } = rowsAndColumns(shape);
  return Array.from({ length: rows }, (_, row) => {
    let best = 0;
    for (let j = 1; j < columns; j++) if (data[row * columns + j] > data[row * columns + best]) best = j;
    return best;
  });
}
