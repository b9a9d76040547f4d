/**
 * Sums and means over groups of numbers: the channels of a batch of images, or the rows of a batch. Sums run in
 * index order in float64; what is stored in float32 is rounded once.
 */
import { roundingOf } from "../../math/rounding.ts";
import { sizeOf, type Shape } from "../../tensor/shape.ts";
import type { Numbers } from "../../tensor/tensor.ts";
import type { Groups, Slopes } from "../backend.ts";

/** Axis 1 of a tensor [batch, channels, ...] as groups. */
export function channelsOf(shape: Shape): Groups {
  return { blocks: shape[0], groups: shape[1], inner: sizeOf(shape.slice(2)) };
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
  const round = roundingOf(out);
  for (let o = 0, at = 0; o < blocks; o++) {
    for (let g = 0; g < groups; g++) {
      const middle = round(mean[g]), by = round(factor[g]);
      for (let i = 0; i < inner; i++, at++) out[at] = round(x[at] - middle) * by;
    }
  }
}

/**
 * dx = factor · (dy - mean dy - y · mean (dy · y)): backward of y = (x - mean x) · factor with the factor
 * 1 / √(var x + eps), each group by itself. Takes Σ dy and Σ dy · y; what is the group's is rounded first.
 */
export function normalizeGroupsBackward(
  dx: Numbers, dy: Numbers, y: Numbers, factor: Numbers, { sums, products }: Slopes, layout: Groups,
): void {
  const { blocks, groups, inner } = layout, size = groupSize(layout), round = roundingOf(dx);
  for (let o = 0, at = 0; o < blocks; o++) {
    for (let g = 0; g < groups; g++) {
      const by = round(factor[g]), mean = round(sums[g] / size), along = round(products[g] / size);
      for (let i = 0; i < inner; i++, at++) dx[at] = by * round(round(dy[at] - mean) - round(y[at] * along));
    }
  }
}

/** out = x · factor of the number's group, rounded first. */
export function scaleGroups(out: Numbers, x: Numbers, factor: Numbers, { blocks, groups, inner }: Groups): void {
  const round = roundingOf(out);
  for (let o = 0, at = 0; o < blocks; o++) {
    for (let g = 0; g < groups; g++) {
      const by = round(factor[g]);
      for (let i = 0; i < inner; i++, at++) out[at] = x[at] * by;
    }
  }
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
