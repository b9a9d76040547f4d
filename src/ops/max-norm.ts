import type { Numbers } from "../tensor/tensor.ts";

/** Scales each column whose L2 norm is above the limit back to it. */
export function maxNorm(value: Numbers, columns: number, limit: number): void {
  const round = value instanceof Float32Array ? Math.fround : (number: number) => number;
  const squares = new Float64Array(columns);
  for (let i = 0; i < value.length; i += columns) {
    for (let j = 0; j < columns; j++) squares[j] += value[i + j] * value[i + j];
  }
  const bound = round(limit);
  for (let j = 0; j < columns; j++) {
    const norm = round(Math.sqrt(squares[j]));
    if (norm <= bound) continue;
    const factor = round(bound / norm);
    for (let i = j; i < value.length; i += columns) value[i] *= factor;
  }
}
