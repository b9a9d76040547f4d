/**
 * Gradients of softmax and log-softmax from x itself, in sums of about 106 bits and rounded once: what cancels, and
 * powers below the smallest number, take no digits from them.
 */
import { log1p } from "../math/elementary.ts";
import { exponentOf, largestSize, scale, unitFor } from "../math/float64.ts";
import { Sum } from "../math/sum.ts";
import { wideExpOfDifference, type WideExp } from "../math/wide-exp.ts";
import { rowsAndColumns } from "../tensor/shape.ts";
import { type Numbers, type Tensor, zerosLike } from "../tensor/tensor.ts";

/** A row's largest x and where it lies, exp(x - max x) of each number, and the sum of these. */
interface Powers {
  readonly max: number;
  readonly top: number;
  readonly powers: readonly WideExp[];
  readonly sum: Sum;
}

function powersOf(x: Numbers): Powers {
  let max = x[0], top = 0;
  const sum = new Sum(), powers: WideExp[] = [];
  for (let j = 1; j < x.length; j++) max = Math.max(max, x[j]);
  while (x[top] < max) top++;
  for (let j = 0; j < x.length; j++) powers.push(wideExpOfDifference(x[j], max));
  for (const { upper, lower, power } of powers) {
    sum.add(scale(upper, power));
    sum.add(scale(lower, power));
  }
  return { max, top, powers, sum };
}

/** Σ term · exp(x_j - max x) beside the largest, as a sum times 2^power: it may be below the smallest number. */
function weighted({ top, powers }: Powers, terms: readonly Sum[]): { readonly total: Sum; readonly power: number } {
  const counts = (j: number) => j !== top && terms[j].value !== 0 && powers[j].upper !== 0;
  let power = -Infinity;
  for (let j = 0; j < powers.length; j++) if (counts(j)) power = Math.max(power, powers[j].power);
  const total = new Sum();
  for (let j = 0; j < powers.length; j++) {
    if (!counts(j)) continue;
    const by = powers[j].power - power, upper = scaled(powers[j].upper, by), lower = scaled(powers[j].lower, by);
    total.addProduct(upper, terms[j].upper, upper * terms[j].lower + lower * terms[j].upper);
  }
  return { total, power: Math.max(power, SMALLEST_POWER) };
}

const SMALLEST_POWER = -2140;

/** value · 2^power, also for powers that no number has. */
function scaled(value: number, power: number): number {
  return scale(value, Math.max(power, SMALLEST_POWER));
}

function sumOf(...terms: readonly number[]): Sum {
  const sum = new Sum();
  for (const term of terms) sum.add(term);
  return sum;
}

/** The k for which numbers of this size times 2^-k neither overflow nor lose digits where they are multiplied. */
function exponentFor(dy: Numbers): number {
  const size = largestSize(dy);
  return unitFor(size) === 1 ? 0 : exponentOf(size);
}

/**
 * dx_j = p_j · (dy_j - Σ_l p_l · dy_l) with p = softmax(x), for one row. With g_j = dy_j - dy_top and A = Σ p · g that
 * is p_j · (g_j - A), and at the largest x -A · p_top.
 */
function softmaxSlopes(dx: Numbers, dy: Numbers, x: Numbers): void {
  const row = powersOf(x), { top, powers, sum } = row, exponent = exponentFor(dy);
  const most = scaled(dy[top], -exponent), gaps = Array.from(dy, (slope) => sumOf(scaled(slope, -exponent), -most));
  const { total, power } = weighted(row, gaps), mean = total.over(sum);
  for (let j = 0; j < x.length; j++) {
    if (j === top) {
      dx[j] = scaled(0 - mean.over(sum).value, power + exponent);
      continue;
    }
    const rest = sumOf(gaps[j].upper, gaps[j].lower, -scaled(mean.upper, power), -scaled(mean.lower, power));
    dx[j] = scaled(rest.over(sum).value * powers[j].upper, powers[j].power + exponent);
  }
}

/** dx_j = dy_j - p_j · Σ_l dy_l with p = softmax(x), for one row; at the largest x from the others' p. */
function logSoftmaxSlopes(dx: Numbers, dy: Numbers, x: Numbers): void {
  const row = powersOf(x), { top, powers, sum } = row, exponent = exponentFor(dy);
  const slopes = Array.from(dy, (slope) => scaled(slope, -exponent)), rest = new Sum();
  for (let j = 0; j < x.length; j++) if (j !== top) rest.add(slopes[j]);
  const all = sumOf(rest.upper, rest.lower, slopes[top]).over(sum);
  for (let j = 0; j < x.length; j++) {
    if (j === top) continue;
    const { upper, lower, power } = powers[j], part = new Sum();
    part.addProduct(-upper, all.upper, -upper * all.lower - lower * all.upper);
    dx[j] = difference(dy[j], part, power, exponent);
  }
  const { total, power } = weighted(row, powers.map(() => sumOf(slopes[top])));
  const share = scaled(total.upper, power), left = sumOf(share, scaled(total.lower, power), -rest.upper, -rest.lower);
  dx[top] = rest.value === 0 ? scaled(total.over(sum).value, power + exponent) : scaled(left.over(sum).value, exponent);
}

/** dy + part · 2^(power + exponent), of numbers divided by 2^exponent unless dy is too small for that. */
function difference(dy: number, part: Sum, power: number, exponent: number): number {
  if (dy === 0) return scaled(part.value, power + exponent);
  const unit = exponent > 0 && Math.abs(dy) < 1 ? 0 : exponent, by = power + exponent - unit;
  return scaled(sumOf(scaled(dy, -unit), scaled(part.upper, by), scaled(part.lower, by)).value, unit);
}

/** Fills a new tensor like x row by row. */
function byRows(x: Tensor, fill: (out: Numbers, row: (of: Tensor) => Numbers) => void): Tensor {
  const out = zerosLike(x), { columns } = rowsAndColumns(x.shape);
  for (let from = 0; from < x.data.length; from += columns) {
    const row = ({ data }: Tensor) => data.subarray(from, from + columns);
    fill(row(out), row);
  }
  return out;
}

/** dx of y = softmax(x) over the last axis. */
export function softmaxGradient(dy: Tensor, x: Tensor): Tensor {
  return byRows(x, (dx, row) => softmaxSlopes(dx, row(dy), row(x)));
}

/** dx of y = logSoftmax(x) over the last axis. */
export function logSoftmaxGradient(dy: Tensor, x: Tensor): Tensor {
  return byRows(x, (dx, row) => logSoftmaxSlopes(dx, row(dy), row(x)));
}

/** x - log Σ exp(x) over the last axis, by the log of 1 + the others, which keeps the digits that 1 would push out. */
export function logSoftmax(x: Tensor): Tensor {
  return byRows(x, (y, row) => {
    const given = row(x), { max, sum } = powersOf(given);
    sum.add(-1);
    const logSum = log1p(sum.value);
    for (let j = 0; j < y.length; j++) y[j] = given[j] - max - logSum;
  });
}
