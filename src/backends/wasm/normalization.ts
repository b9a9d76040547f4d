/** Batch normalisation by the kernels; few numbers, and float64, are left to the reference loops. */
import type { Numbers } from "../../tensor/tensor.ts";
import type { Groups, Scaling, Slopes, Statistics } from "../backend.ts";
import { groupSize, isExtreme } from "../reference/groups.ts";
import { statisticsOf, timesWeight } from "../reference/normalization.ts";
import { alignedSize, type Arena } from "./arena.ts";
import { familyKernels } from "./family-kernels.ts";
import { allFloat32, arenaFor } from "./scratch.ts";

/** Fewer numbers are done by the loops before the kernels have begun. */
const FEW_NUMBERS = 256;

/** Whether the kernels do it, and faster: they take numbers four by four. */
function isForKernels({ blocks, groups, inner }: Groups, ...arrays: readonly Numbers[]): boolean {
  const fits = inner === 1 ? groups % 4 === 0 : inner >= 4;
  return fits && blocks * groups * inner >= FEW_NUMBERS && allFloat32(...arrays);
}

/** The arena for these arrays, with space for so many float64 numbers for each group. */
function arenaWith(arrays: readonly Numbers[], groups: number, numbersPerGroup: number): Arena {
  const perGroup = numbersPerGroup * alignedSize(8 * groups + 16);
  return arenaFor(arrays, (candidate) => perGroup + arrays.reduce((sum, array) => sum + candidate.bytesFor(array), 0));
}

/** Room for a number for each group, as an array and as an address; zeros at first. */
function perGroup(arena: Arena, groups: number): { at: number; numbers: Float64Array } {
  const at = (arena.scratch(8 * groups + 16) + 15) & ~15, numbers = new Float64Array(arena.heap.buffer, at, groups);
  numbers.fill(0);
  return { at, numbers };
}

/** A number for each group, rounded. (Plain loops: for a few hundred numbers `set` and `map` take longer to begin.) */
function rounded(arena: Arena, values: Numbers): number {
  const at = arena.scratch(4 * values.length), { heap } = arena;
  for (let group = 0, to = at >> 2; group < values.length; group++, to++) heap[to] = values[group];
  return at;
}

function meansOf(sums: Float64Array, size: number): Float64Array {
  const means = new Float64Array(sums.length);
  for (let group = 0; group < means.length; group++) means[group] = sums[group] / size;
  return means;
}

/** y = w · x̂ + b, or x̂, by the statistics of x, which it returns. */
export function standardize(
  y: Numbers, x: Numbers, epsilon: number, scaling: Scaling | undefined, layout: Groups,
): Statistics | undefined {
  if (!isForKernels(layout, x, y)) return undefined;
  const { blocks, groups, inner } = layout, size = groupSize(layout);
  const arena = arenaWith([x, y, ...(scaling ? [scaling.w, scaling.b] : [])], groups, 4);
  const kernels = familyKernels(arena);
  const from = arena.load(x), to = arena.reserve(y), sums = perGroup(arena, groups), squares = perGroup(arena, groups);
  if (inner === 1) kernels.sumColumns(sums.at, from, blocks, groups);
  else kernels.sumPlanes(sums.at, from, blocks, groups, inner);
  const mean = meansOf(sums.numbers, size);
  sums.numbers.set(mean);
  if (inner === 1) kernels.sumColumnSquares(squares.at, from, sums.at, blocks, groups);
  else kernels.sumPlaneSquares(squares.at, from, sums.at, blocks, groups, inner);
  const statistics = statisticsOf(mean, meansOf(squares.numbers, size), epsilon, true);
  if (statistics.factor.some(isExtreme)) return undefined;
  const middle = rounded(arena, mean), by = rounded(arena, statistics.factor), affine = scaling !== undefined;
  const w = scaling ? arena.load(scaling.w) : 0, b = scaling ? arena.load(scaling.b) : 0;
  if (inner === 1) kernels.normalizeColumns(to, from, middle, by, w, b, affine, blocks, groups);
  else kernels.normalizePlanes(to, from, middle, by, w, b, affine, blocks, groups, inner);
  arena.store(y, to);
  return statistics;
}

/** dx = w · factor · (dy - mean dy - x̂ · mean (dy · x̂)), and the sums it takes. */
export function standardizeBackward(
  dx: Numbers, dy: Numbers, x: Numbers, statistics: Statistics, w: Numbers | undefined, layout: Groups,
): Slopes | undefined {
  if (!statistics.ofBatch || !isForKernels(layout, dx, dy, x)) return undefined;
  const { mean, factor } = statistics, by = timesWeight(statistics, w);
  if (factor.some(isExtreme) || by.some(isExtreme)) return undefined;
  const { blocks, groups, inner } = layout, size = groupSize(layout);
  const arena = arenaWith([dy, x, dx], groups, 7);
  const kernels = familyKernels(arena);
  const slopes = arena.load(dy), from = arena.load(x), to = arena.reserve(dx);
  const middle = rounded(arena, mean), scale = rounded(arena, factor), times = rounded(arena, by);
  const first = perGroup(arena, groups), second = perGroup(arena, groups);
  if (inner === 1) kernels.sumColumnSlopes(first.at, second.at, slopes, from, middle, scale, blocks, groups);
  else kernels.sumPlaneSlopes(first.at, second.at, slopes, from, middle, scale, blocks, groups, inner);
  const sums = first.numbers.slice(), products = second.numbers.slice();
  const shift = rounded(arena, meansOf(sums, size)), tilt = rounded(arena, meansOf(products, size));
  if (inner === 1) {
    kernels.normalizeColumnsBackward(to, slopes, from, middle, scale, times, shift, tilt, blocks, groups);
  } else {
    kernels.normalizePlanesBackward(to, slopes, from, middle, scale, times, shift, tilt, blocks, groups, inner);
  }
  arena.store(dx, to);
  return { sums, products };
}
