/**
 * Sums and means over groups of numbers: the channels of a batch of images, or the rows of a batch. Sums run in
 * index order in float64; what is stored in float32 is rounded once.
 */
import { unitFor } from "../../math/float64.ts";
import { sizeOf, type Shape } from "../../tensor/shape.ts";
import { ofSameKind, roundingOf, type Numbers } from "../../tensor/tensor.ts";
import type { Groups, Slopes } from "../backend.ts";

/** Axis 1 of a tensor [batch, channels, ...] as groups. */
export function channelsOf(shape: Shape): Groups {
  return { blocks: shape[0], groups: shape[1], inner: sizeOf(shape.slice(2)) };
}

const SMALLEST_ORDINARY = 7.888609052210118e-31, LARGEST_ORDINARY = 1.2676506002282294e30;

/** Whether a group's factor is so far from 1 that single operations on it in float32 may overflow or lose digits. */
export function isExtreme(factor: number): boolean {
  const size = Math.abs(factor);
  return size !== 0 && (size < SMALLEST_ORDINARY || size > LARGEST_ORDINARY);
}

/** As `roundingOf`; but the numbers of a group with such a factor are computed in float64, and rounded when stored. */
function roundingFor(like: Numbers, factor: number): (value: number) => number {
  return isExtreme(factor) ? (value) => value : roundingOf(like);
}

/** How many numbers each group has. */
export function groupSize({ blocks, inner }: Groups): number {
  return blocks * inner;
}

/** Σ x of each group. */
export function groupSums(x: Numbers, { blocks, groups, inner }: Groups): Float64Array {
  const sums = new Float64Array(groups);
  for (let o = 0, at = 0; o < blocks; o++) {
    for (let g = 0; g < groups; g++) {
      let sum = sums[g];
      for (let i = 0; i < inner; i++, at++) sum += x[at];
      sums[g] = sum;
    }
  }
  return sums;
}

/** Σ x · y of each group. */
export function groupProducts(x: Numbers, y: Numbers, { blocks, groups, inner }: Groups): Float64Array {
  const sums = new Float64Array(groups);
  for (let o = 0, at = 0; o < blocks; o++) {
    for (let g = 0; g < groups; g++) {
      let sum = sums[g];
      for (let i = 0; i < inner; i++, at++) sum += x[at] * y[at];
      sums[g] = sum;
    }
  }
  return sums;
}

/** Σ dy and Σ dy · y of each group. */
export function groupSlopes(dy: Numbers, y: Numbers, layout: Groups): Slopes {
  return { sums: groupSums(dy, layout), products: groupProducts(dy, y, layout) };
}

/** Mean and variance (over the number of members, not one less) of each group. */
export function groupMoments(x: Numbers, layout: Groups): { mean: Float64Array; variance: Float64Array } {
  const { blocks, groups, inner } = layout, size = groupSize(layout);
  const mean = groupSums(x, layout).map((sum) => sum / size);
  const squares = new Float64Array(groups);
  for (let o = 0, at = 0; o < blocks; o++) {
    for (let g = 0; g < groups; g++) {
      const middle = mean[g];
      let sum = squares[g];
      for (let i = 0; i < inner; i++, at++) sum += (x[at] - middle) * (x[at] - middle);
      squares[g] = sum;
    }
  }
  return { mean, variance: squares.map((sum) => sum / size) };
}

/** out = (x - mean) · factor, with mean and factor of the number's group, rounded first. */
export function normalizeGroups(
  out: Numbers, x: Numbers, mean: Numbers, factor: Numbers, { blocks, groups, inner }: Groups,
): void {
  for (let o = 0, at = 0; o < blocks; o++) {
    for (let g = 0; g < groups; g++) {
      const round = roundingFor(out, factor[g]);
      const middle = round(mean[g]), by = round(factor[g]);
      for (let i = 0; i < inner; i++, at++) out[at] = round(x[at] - middle) * by;
    }
  }
}

/**
 * dx = factor · (dy - mean dy - y · mean (dy · y)): backward of y = (x - mean x) · factor with the factor
 * 1 / √(var x + epsilon), each group by itself. Takes Σ dy and Σ dy · y; what is the group's is rounded first.
 */
export function normalizeGroupsBackward(
  dx: Numbers, dy: Numbers, y: Numbers, factor: Numbers, { sums, products }: Slopes, layout: Groups,
): void {
  const { blocks, groups, inner } = layout, size = groupSize(layout);
  for (let o = 0, at = 0; o < blocks; o++) {
    for (let g = 0; g < groups; g++) {
      const round = roundingFor(dx, factor[g]);
      const by = round(factor[g]), mean = round(sums[g] / size), along = round(products[g] / size);
      for (let i = 0; i < inner; i++, at++) dx[at] = by * round(round(dy[at] - mean) - round(y[at] * along));
    }
  }
}

/** out = x · factor of the number's group, rounded first. */
export function scaleGroups(out: Numbers, x: Numbers, factor: Numbers, { blocks, groups, inner }: Groups): void {
  for (let o = 0, at = 0; o < blocks; o++) {
    for (let g = 0; g < groups; g++) {
      const by = roundingFor(out, factor[g])(factor[g]);
      for (let i = 0; i < inner; i++, at++) out[at] = x[at] * by;
    }
  }
}

/** The unit of each group's numbers; undefined if that of all is 1, as it always is in float32. */
export function unitsOf(x: Numbers, { blocks, groups, inner }: Groups): Float64Array | undefined {
  if (x instanceof Float32Array) return undefined;
  const units = new Float64Array(groups);
  for (let o = 0, at = 0; o < blocks; o++) {
    for (let g = 0; g < groups; g++) {
      for (let i = 0; i < inner; i++, at++) units[g] = Math.max(units[g], Math.abs(x[at]));
    }
  }
  for (let g = 0; g < groups; g++) units[g] = unitFor(units[g]);
  return units.every((unit) => unit === 1) ? undefined : units;
}

/** x / unit of the number's group, exactly. */
export function inUnits(x: Numbers, units: Float64Array | undefined, layout: Groups): Numbers {
  if (units === undefined) return x;
  const out = ofSameKind(x, x.length);
  scaleGroups(out, x, units.map((unit) => 1 / unit), layout);
  return out;
}

/** y += b of the number's group. */
export function addToGroups(y: Numbers, b: Numbers, { blocks, groups, inner }: Groups): void {
  for (let o = 0, at = 0; o < blocks; o++) {
    for (let g = 0; g < groups; g++) {
      const shift = b[g];
      for (let i = 0; i < inner; i++, at++) y[at] += shift;
    }
  }
}

/** grad += sums, each sum rounded before it is added. */
export function addRounded(grad: Numbers, sums: Numbers): void {
  const rounded = grad instanceof Float32Array ? new Float32Array(sums) : sums;
  for (let i = 0; i < grad.length; i++) grad[i] += rounded[i];
}
