/**
 * What batch normalisation does with each group of numbers, the channels of a batch. Statistics are summed in index
 * order in float64 and rounded once; in float32 each single operation on the numbers is rounded.
 */
import { ofSameKind, type Numbers } from "../../tensor/tensor.ts";
import type { Groups, Scaling, Slopes, Statistics } from "../backend.ts";
import {
  addToGroups, groupMoments, groupSlopes, inUnits, normalizeGroups, normalizeGroupsBackward, scaleGroups, unitsOf,
} from "./groups.ts";

export function statisticsOf(
  mean: Numbers, variance: Numbers, eps: number, ofBatch: boolean, units?: Float64Array,
): Statistics {
  const factor = new Float64Array(variance.length);
  for (let group = 0; group < factor.length; group++) {
    const unit = units?.[group] ?? 1, added = eps / unit / unit;
    factor[group] = added < Infinity ? 1 / Math.sqrt(variance[group] + added) : unit / Math.sqrt(eps);
  }
  return { mean, variance, factor, ofBatch, units };
}

/** The statistics of x in units of its groups, with the mean to the last digit; a constant group needs no unit. */
function statisticsInUnits(x: Numbers, eps: number, units: Float64Array, layout: Groups): Statistics {
  const given = inUnits(x, units, layout), { mean } = groupMoments(given, layout);
  const away = ofSameKind(x, x.length);
  normalizeGroups(away, given, mean, mean.map(() => 1), layout);
  const rest = groupMoments(away, layout), { variance } = rest;
  for (let group = 0; group < mean.length; group++) {
    mean[group] += rest.mean[group];
    if (variance[group] !== 0) continue;
    mean[group] *= units[group];
    units[group] = 1;
  }
  return statisticsOf(mean, variance, eps, true, units);
}

/** y = w · x̂ + b, or x̂ where there is no scaling, by the statistics of x itself, which it gives. */
export function standardize(
  y: Numbers, x: Numbers, eps: number, scaling: Scaling | undefined, layout: Groups,
): Statistics {
  const units = unitsOf(x, layout), { mean, variance } = groupMoments(x, layout);
  const statistics = units === undefined
    ? statisticsOf(mean, variance, eps, true) : statisticsInUnits(x, eps, units, layout);
  standardizeBy(y, x, statistics, scaling, layout);
  return statistics;
}

/** The same by given statistics. */
export function standardizeBy(
  y: Numbers, x: Numbers, { mean, factor, units }: Statistics, scaling: Scaling | undefined, layout: Groups,
): void {
  normalizeGroups(y, inUnits(x, units, layout), mean, factor, layout);
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
  const units = unitsOf(dy, layout), given = inUnits(dy, units, layout);
  const normalized = normalizedOf(x, statistics, layout), slopes = groupSlopes(given, normalized, layout);
  if (statistics.ofBatch) normalizeGroupsBackward(dx, given, normalized, by, slopes, layout);
  else scaleGroups(dx, given, by, layout);
  const rest = units ?? statistics.units;
  if (rest === undefined) return slopes;
  const back = rest.map((_, group) => (units?.[group] ?? 1) / Math.max(statistics.units?.[group] ?? 1, 1));
  scaleGroups(dx, dx, back, layout);
  const { sums, products } = slopes, inUnit = (sum: number, group: number) => sum * (units?.[group] ?? 1);
  return { sums: sums.map(inUnit), products: products.map(inUnit) };
}

/** w · factor. Units above 1 are left for the end: divided by them now, a factor may have few digits left. */
export function timesWeight({ factor, units }: Statistics, w: Numbers | undefined): Float64Array {
  if (w === undefined && units === undefined) return factor;
  const by = new Float64Array(factor.length);
  for (let group = 0; group < by.length; group++) {
    by[group] = (w?.[group] ?? 1) * (factor[group] / Math.min(units?.[group] ?? 1, 1));
  }
  return by;
}

function normalizedOf(x: Numbers, statistics: Statistics, layout: Groups): Numbers {
  const normalized = ofSameKind(x, x.length);
  standardizeBy(normalized, x, statistics, undefined, layout);
  return normalized;
}
