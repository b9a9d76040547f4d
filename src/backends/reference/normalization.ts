/**
 * What batch normalisation does with each group of numbers, the channels of a batch. Statistics are summed in index
 * order in float64 and rounded once; in float32 each single operation on the numbers is rounded.
 */
import { ofSameKind, type Numbers } from "../../tensor/tensor.ts";
import type { Groups, Scaling, Slopes, Statistics } from "../backend.ts";
import {
  addToGroups, groupMoments, groupSlopes, normalizeGroups, normalizeGroupsBackward, scaleGroups,
} from "./groups.ts";

export function statisticsOf(mean: Numbers, variance: Numbers, eps: number, ofBatch: boolean): Statistics {
  const factor = new Float64Array(variance.length);
  for (let group = 0; group < factor.length; group++) factor[group] = 1 / Math.sqrt(variance[group] + eps);
  return { mean, variance, factor, ofBatch };
}

/** y = w · x̂ + b, or x̂ where there is no scaling, by the statistics of x itself, which it gives. */
export function standardize(
  y: Numbers, x: Numbers, eps: number, scaling: Scaling | undefined, layout: Groups,
): Statistics {
  const { mean, variance } = groupMoments(x, layout), statistics = statisticsOf(mean, variance, eps, true);
  standardizeBy(y, x, statistics, scaling, layout);
  return statistics;
}

/** The same by given statistics. */
export function standardizeBy(
  y: Numbers, x: Numbers, { mean, factor }: Statistics, scaling: Scaling | undefined, layout: Groups,
): void {
  normalizeGroups(y, x, mean, factor, layout);
  if (scaling === undefined) return;
  scaleGroups(y, y, scaling.w, layout);
  addToGroups(y, scaling.b, layout);
}

/**
 * dx = w · factor · (dy - mean dy - x̂ · mean (dy · x̂)), or w · factor · dy where the statistics are not those of x.
 * (With dx̂ = dy · w the first is the usual dx = factor · (dx̂ - mean dx̂ - x̂ · mean (dx̂ · x̂)): a group has one w.)
 * Gives Σ dy and Σ dy · x̂.
 */
export function standardizeBackward(
  dx: Numbers, dy: Numbers, x: Numbers, statistics: Statistics, w: Numbers | undefined, layout: Groups,
): Slopes {
  const by = timesWeight(statistics, w);
  const normalized = normalizedOf(x, statistics, layout), slopes = groupSlopes(dy, normalized, layout);
  if (statistics.ofBatch) normalizeGroupsBackward(dx, dy, normalized, by, slopes, layout);
  else scaleGroups(dx, dy, by, layout);
  return slopes;
}

/** w · factor of each group. */
export function timesWeight({ factor }: Statistics, w: Numbers | undefined): Float64Array {
  if (w === undefined) return factor;
  const by = new Float64Array(factor.length);
  for (let group = 0; group < by.length; group++) by[group] = w[group] * factor[group];
  return by;
}

function normalizedOf(x: Numbers, { mean, factor }: Statistics, layout: Groups): Numbers {
  const normalized = ofSameKind(x, x.length);
  normalizeGroups(normalized, x, mean, factor, layout);
  return normalized;
}
