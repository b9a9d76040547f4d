/**
 * Standardization in float64 with sums of about 106 bits: a mean far from 0 beside a small spread, and the differences
 * in dx, take no digits from the results.
 */
import { Sum } from "../../math/sum.ts";
import type { Numbers } from "../../tensor/tensor.ts";
import type { Groups, Slopes } from "../backend.ts";
import { groupSize } from "./groups.ts";

/** Calls back for the place of each number of a group. */
function eachOf(group: number, { blocks, groups, inner }: Groups, visit: (at: number) => void): void {
  for (let block = 0; block < blocks; block++) {
    const from = (block * groups + group) * inner;
    for (let at = from; at < from + inner; at++) visit(at);
  }
}

function meanOf(x: Numbers, group: number, layout: Groups): { readonly sum: Sum; readonly mean: Sum } {
  const sum = new Sum(), size = new Sum();
  size.add(groupSize(layout));
  eachOf(group, layout, (at) => {
    sum.add(x[at]);
  });
  return { sum, mean: sum.over(size) };
}

/** x - mean of each number's group in two parts, with the means and variances; for numbers in units of their group. */
export interface Deviations {
  readonly upper: Float64Array;
  readonly lower: Float64Array;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

export function deviationsOf(x: Numbers, layout: Groups): Deviations {
  const upper = new Float64Array(x.length), lower = new Float64Array(x.length);
  const mean = new Float64Array(layout.groups), variance = new Float64Array(layout.groups);
  for (let group = 0; group < layout.groups; group++) {
    const { mean: middle } = meanOf(x, group, layout), squares = new Sum();
    eachOf(group, layout, (at) => {
      const away = new Sum();
      away.add(x[at]);
      away.add(-middle.upper);
      away.add(-middle.lower);
      upper[at] = away.value;
      lower[at] = away.upper - upper[at] + away.lower;
      squares.addProduct(upper[at], upper[at], 2 * upper[at] * lower[at]);
    });
    mean[group] = middle.value;
    variance[group] = squares.value / groupSize(layout);
  }
  return { upper, lower, mean, variance };
}

/**
 * dx = by · (dy - mean dy - d · Σ (dy · d) / Σ (d² + epsilon)) with the deviations d: the usual form with
 * x̂ = d · factor, without the factor's rounding. Returns Σ dy and Σ dy · x̂.
 */
export function deviationsBackward(
  dx: Numbers, dy: Numbers, { upper, lower }: Deviations, epsilon: ArrayLike<number>, factor: Numbers, by: Numbers,
  layout: Groups,
): Slopes {
  const sums = new Float64Array(layout.groups), products = new Float64Array(layout.groups), size = groupSize(layout);
  for (let group = 0; group < layout.groups; group++) {
    const { sum, mean } = meanOf(dy, group, layout), along = new Sum(), squares = new Sum();
    eachOf(group, layout, (at) => {
      along.addProduct(dy[at], upper[at], dy[at] * lower[at]);
      squares.addProduct(upper[at], upper[at], 2 * upper[at] * lower[at]);
    });
    sums[group] = sum.value;
    products[group] = along.value * factor[group];
    squares.addProduct(epsilon[group], size);
    // Beside an epsilon near the largest number the last term is below the smallest; without any deviation it is 0.
    const slope = squares.value > 0 && squares.value < 1e290 ? along.over(squares) : new Sum();
    eachOf(group, layout, (at) => {
      const rest = new Sum();
      rest.add(dy[at]);
      rest.add(-mean.upper);
      rest.add(-mean.lower);
      rest.addProduct(-upper[at], slope.upper, -lower[at] * slope.upper - upper[at] * slope.lower);
      dx[at] = by[group] * rest.value;
    });
  }
  return { sums, products };
}
