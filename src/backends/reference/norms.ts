/** Norms of units, such as the columns of a weight, that are bounded or made 1, in place. */
import { roundingOf, type Numbers } from "../../tensor/tensor.ts";
import type { Units } from "../backend.ts";

/** What brings squares that overflow or underflow in float64 back to where they do neither: 2^±600. */
const UP = 4.149515568880993e180, DOWN = 2.409919865102884e-181;
const LEAST_NORMAL = 1.1754943508222875e-38, LEAST_NORMAL_DOUBLE = 2.2250738585072014e-308;
const LARGEST = 3.4028234663852886e38;

function forEachOf(length: number, { count, inner }: Units, unit: number, visit: (index: number) => void): void {
  for (let block = unit * inner; block < length; block += count * inner) {
    for (let i = block; i < block + inner; i++) visit(i);
  }
}

/**
 * Σ w² of each unit in index order, in float64; where that overflows or underflows, of w · scale.
 * @returns the sums, and each unit's scale.
 */
function squaresOf(value: Numbers, units: Units): { squares: Float64Array; scales: Float64Array } {
  const { count, inner } = units, squares = new Float64Array(count), scales = new Float64Array(count).fill(1);
  for (let i = 0; i < value.length;) {
    for (let u = 0; u < count; u++) for (let k = 0; k < inner; k++, i++) squares[u] += value[i] * value[i];
  }
  for (let u = 0; u < count; u++) {
    if (Number.isNaN(squares[u]) || (squares[u] > 1e-280 && squares[u] < 1e300)) continue;
    const scale = scales[u] = squares[u] > 1 ? DOWN : UP;
    squares[u] = 0;
    forEachOf(value.length, units, u, (i) => { squares[u] += (value[i] * scale) * (value[i] * scale); });
  }
  return { squares, scales };
}

/** Scales each unit whose L2 norm is above the limit back to it. */
export function maxNorm(value: Numbers, units: Units, limit: number): void {
  const isSingle = value instanceof Float32Array, round = roundingOf(value), bound = round(limit);
  const { squares, scales } = squaresOf(value, units);
  for (let u = 0; u < units.count; u++) {
    const exact = Math.sqrt(squares[u]), scale = scales[u], rounded = round(exact);
    const factor = round(bound / rounded);
    if (scale === 1 && isNormal(exact, isSingle) && isNormal(bound, isSingle) && isNormal(factor, isSingle)) {
      if (rounded > bound) forEachOf(value.length, units, u, (i) => { value[i] *= factor; });
    } else if (!(exact <= limit * scale)) {
      forEachOf(value.length, units, u, (i) => { value[i] = (value[i] * scale / exact) * limit; });
    }
  }
}

/** Scales each unit to L2 norm 1; one of zeros, which has no direction, stays. */
export function unitNorm(value: Numbers, units: Units): void {
  const isSingle = value instanceof Float32Array, { squares, scales } = squaresOf(value, units);
  for (let u = 0; u < units.count; u++) {
    const exact = Math.sqrt(squares[u]), scale = scales[u];
    if (exact === 0) continue;
    const norm = isSingle && isNormal(exact, true) ? Math.fround(exact) : exact;
    forEachOf(value.length, units, u, (i) => { value[i] = (value[i] * scale) / norm; });
  }
}

/** Whether rounding the number to its dtype neither loses digits nor makes it infinite. */
function isNormal(x: number, isSingle: boolean): boolean {
  return isSingle ? x >= LEAST_NORMAL && x <= LARGEST : x >= LEAST_NORMAL_DOUBLE && x < Infinity;
}
