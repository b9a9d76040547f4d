/**
 * What batch normalisation does with each group of numbers, the channels of a batch. Statistics are summed in index
 * order in float64 and rounded once; in float32 each single operation on the numbers is rounded.
 */
import { ofSameKind, type Numbers } from "../../tensor/tensor.ts";
import type { Groups, Scaling, Slopes, Statistics } from "../backend.ts";
import { deviationsBackward, deviationsOf } from "./deviations.ts";
import {
  addToGroups, groupMoments, groupSlopes, inUnits, normalizeGroups, normalizeGroupsBackward, scaleGroups, unitsOf,
} from "./groups.ts";

export function statisticsOf(
  mean: Numbers, variance: Numbers, epsilon: number, ofBatch: boolean, units?: Float64Array,
): Statistics {
  const factor = new Float64Array(variance.length);
  for (let group = 0; group < factor.length; group++) {
    const unit = units?.[group] ?? 1, added = inUnit(epsilon, unit);
    factor[group] = added < Infinity ? 1 / Math.sqrt(variance[group] + added) : unit / Math.sqrt(epsilon);
  }
  return { mean, variance, epsilon, factor, ofBatch, units };
}

/** y = w · x̂ + b, or x̂ where there is no scaling, by the statistics of x itself, which it returns. */
export function standardize(
  y: Numbers, x: Numbers, epsilon: number, scaling: Scaling | undefined, layout: Groups,
): Statistics {
  if (!(x instanceof Float32Array)) return standardizeDeviations(y, x, epsilon, scaling, layout);
  const { mean, variance } = groupMoments(x, layout), statistics = statisticsOf(mean, variance, epsilon, true);
  standardizeBy(y, x, statistics, scaling, layout);
  return statistics;
}

/** The same in float64; a constant group needs no unit. */
function standardizeDeviations(
  y: Numbers, x: Numbers, epsilon: number, scaling: Scaling | undefined, layout: Groups,
): Statistics {
  const units = unitsOf(x, layout), { mean, variance, upper } = deviationsOf(inUnits(x, units, layout), layout);
  for (let group = 0; units && group < units.length; group++) {
    if (variance[group] !== 0) continue;
    mean[group] *= units[group];
    units[group] = 1;
  }
  const statistics = statisticsOf(mean, variance, epsilon, true, units);
  scaleGroups(y, upper, statistics.factor, layout);
  rescale(y, scaling, layout);
  return statistics;
}

/** The same by given statistics. */
export function standardizeBy(
  y: Numbers, x: Numbers, { mean, factor, units }: Statistics, scaling: Scaling | undefined, layout: Groups,
): void {
  normalizeGroups(y, inUnits(x, units, layout), mean, factor, layout);
  rescale(y, scaling, layout);
}

function rescale(y: Numbers, scaling: Scaling | undefined, layout: Groups): void {
  if (scaling === undefined) return;
  scaleGroups(y, y, scaling.w, layout);
  addToGroups(y, scaling.b, layout);
}

/**
 * dx = w · factor · (dy - mean dy - x̂ · mean (dy · x̂)), or w · factor · dy where the statistics are not those of x.
 * (With dx̂ = dy · w the first is the usual dx = factor · (dx̂ - mean dx̂ - x̂ · mean (dx̂ · x̂)): a group has one w.)
 * Returns Σ dy and Σ dy · x̂.
 */
export function standardizeBackward(
  dx: Numbers, dy: Numbers, x: Numbers, statistics: Statistics, w: Numbers | undefined, layout: Groups,
): Slopes {
  const by = timesWeight(statistics, w);
  const units = unitsOf(dy, layout), given = inUnits(dy, units, layout);
  const slopes = slopesBackward(dx, given, x, statistics, by, layout);
  const rest = units ?? statistics.units;
  if (rest === undefined) return slopes;
  const back = rest.map((_, group) => (units?.[group] ?? 1) / Math.max(statistics.units?.[group] ?? 1, 1));
  scaleGroups(dx, dx, back, layout);
  const { sums, products } = slopes, fromUnit = (sum: number, group: number) => sum * (units?.[group] ?? 1);
  return { sums: sums.map(fromUnit), products: products.map(fromUnit) };
}

/** dx before it is brought back from units, and the sums. */
function slopesBackward(
  dx: Numbers, dy: Numbers, x: Numbers, statistics: Statistics, by: Float64Array, layout: Groups,
): Slopes {
  if (statistics.ofBatch && !(x instanceof Float32Array)) {
    const { factor } = statistics, units = unitsOf(x, layout);
    const epsilon = factor.map((_, group) => inUnit(statistics.epsilon, units?.[group]));
    return deviationsBackward(dx, dy, deviationsOf(inUnits(x, units, layout), layout), epsilon, factor, by, layout);
  }
  const normalized = normalizedOf(x, statistics, layout), slopes = groupSlopes(dy, normalized, layout);
  if (statistics.ofBatch) normalizeGroupsBackward(dx, dy, normalized, by, slopes, layout);
  else scaleGroups(dx, dy, by, layout);
  return slopes;
}

/** A variance in units of the numbers. */
function inUnit(variance: number, unit = 1): number {
  return variance / unit / unit;
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
