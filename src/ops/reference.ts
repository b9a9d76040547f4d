import { expOfDifference } from "../math/elementary.ts";
import { ofSameKind, type Numbers } from "../tensor/tensor.ts";
import { words, type Key } from "../tensor/threefry.ts";
import type { MatmulShape, SgdNumbers, SgdStep } from "../backends/operations.ts";

/**
 * The loops that DEFINE every operation. In float32 each single add, subtract, multiply, divide and square
 * root is rounded to float32: here by `round`, or by the store into a Float32Array. Sums start at +0 and run
 * in index order. In float64 the same loops run unrounded. Whatever is faster must give the same bits.
 */
type Round = (value: number) => number;

function roundingOf(like: Numbers): Round {
  return like instanceof Float32Array ? Math.fround : (value) => value;
}

export function isFinite(values: Numbers): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] - values[i] !== 0) return false;
  return true;
}

function transpose(x: Numbers, rows: number, columns: number): Numbers {
  const out = ofSameKind(x, x.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = x[i * columns + j];
  return out;
}

// The innermost loop of a product, sums[j] += factor · right[at + j], once for each kind of number: engines
// make one that meets both kinds several times slower.
function addProducts32(sums: Numbers, factor: number, right: Numbers, at: number): void {
  for (let j = 0; j < sums.length; j++) sums[j] += Math.fround(factor * right[at + j]);
}

function addProducts64(sums: Numbers, factor: number, right: Numbers, at: number): void {
  for (let j = 0; j < sums.length; j++) sums[j] += factor * right[at + j];
}

/**
 * out[i, j] = Σ_l a[i, l] · b[l, j], or out += that sum once it is finished.
 * A product whose left factor is 0 is left out where `b` is finite: the sum starts at +0, so no bit changes.
 */
export function matmul(out: Numbers, a: Numbers, b: Numbers, shape: MatmulShape, accumulate: boolean): void {
  const { m, k, n, transposeA, transposeB } = shape;
  const addProducts = out instanceof Float32Array ? addProducts32 : addProducts64;
  const right = transposeB ? transpose(b, n, k) : b;
  const canSkip = isFinite(right);
  const sums = ofSameKind(out, n);
  for (let i = 0; i < m; i++) {
    sums.fill(0);
    for (let l = 0; l < k; l++) {
      const factor = transposeA ? a[l * m + i] : a[i * k + l];
      if (factor !== 0 || !canSkip) addProducts(sums, factor, right, l * n);
    }
    const row = i * n;
    if (accumulate) for (let j = 0; j < n; j++) out[row + j] += sums[j];
    else out.set(sums, row);
  }
}

/** y[i, j] += b[j]. */
export function addRow(y: Numbers, b: Numbers): void {
  for (let i = 0; i < y.length; i += b.length) for (let j = 0; j < b.length; j++) y[i + j] += b[j];
}

/** db[j] += Σ_i dy[i, j], the sum finished first. */
export function addColumnSums(db: Numbers, dy: Numbers): void {
  const columns = db.length;
  const sums = ofSameKind(db, columns);
  for (let i = 0; i < dy.length; i += columns) for (let j = 0; j < columns; j++) sums[j] += dy[i + j];
  for (let j = 0; j < columns; j++) db[j] += sums[j];
}

/** out += x. */
export function addTo(out: Numbers, x: Numbers): void {
  for (let i = 0; i < x.length; i++) out[i] += x[i];
}

/** out = x · y, each by each. */
export function multiply(out: Numbers, x: Numbers, y: Numbers): void {
  for (let i = 0; i < x.length; i++) out[i] = x[i] * y[i];
}

/** y = x · factor; the factor is rounded once. */
export function scale(y: Numbers, x: Numbers, factor: number): void {
  const rounded = roundingOf(y)(factor);
  for (let i = 0; i < x.length; i++) y[i] = x[i] * rounded;
}

/** y = max(0, x); NaN stays NaN. */
export function relu(y: Numbers, x: Numbers): void {
  for (let i = 0; i < x.length; i++) y[i] = x[i] <= 0 ? 0 : x[i];
}

/** dx = dy where y is not zero, else +0. */
export function reluBackward(dx: Numbers, dy: Numbers, y: Numbers): void {
  for (let i = 0; i < y.length; i++) dx[i] = y[i] === 0 ? 0 : dy[i];
}

/** y = x · factor where the mask is 1, and +0 where it is 0, whatever x held. */
export function applyMask(y: Numbers, x: Numbers, mask: Numbers, factor: number): void {
  const rounded = roundingOf(y)(factor);
  for (let i = 0; i < x.length; i++) y[i] = mask[i] === 0 ? 0 : x[i] * rounded;
}

/** 1 where the word of the key's stream is below probability · 2^32, else 0. */
export function bernoulli(out: Numbers, key: Key, probability: number): void {
  const random = words(key, out.length), threshold = probability * 4294967296;
  for (let i = 0; i < random.length; i++) out[i] = random[i] < threshold ? 1 : 0;
}

/** y_j = exp(x_j - max x) / Σ_l exp(x_l - max x) in each row, in float64 and rounded once. */
export function softmax(y: Numbers, x: Numbers, columns: number): void {
  const powers = new Float64Array(columns);
  for (let row = 0; row < x.length; row += columns) {
    let max = x[row];
    for (let j = 1; j < columns; j++) max = Math.max(max, x[row + j]);
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += powers[j] = expOfDifference(x[row + j], max);
    for (let j = 0; j < columns; j++) y[row + j] = powers[j] / sum;
  }
}

/** dx_j = y_j · (dy_j - Σ_l y_l · dy_l) in each row; the sum is a mean of dy: in float64, rounded once. */
export function softmaxBackward(dx: Numbers, dy: Numbers, y: Numbers, columns: number): void {
  const round = roundingOf(dx);
  for (let row = 0; row < y.length; row += columns) {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += y[row + j] * dy[row + j];
    const mean = round(sum);
    for (let j = 0; j < columns; j++) dx[row + j] = y[row + j] * round(dy[row + j] - mean);
  }
}

/** Works out the step number by number and gives each velocity and value to `take`. */
function descend(numbers: SgdNumbers, step: SgdStep, take: (i: number, v: number, p: number) => void): void {
  const { value, velocity, gradient } = numbers;
  const round = roundingOf(value);
  const rate = round(step.learningRate), momentum = round(step.momentum), decay = round(step.weightDecay);
  const undamped = round(1 - (step.dampening ?? 0));
  for (let i = 0; i < value.length; i++) {
    const g = decay === 0 ? gradient[i] : round(gradient[i] + round(decay * value[i]));
    const added = undamped === 1 ? g : round(undamped * g);
    const v = velocity === undefined || momentum === 0 ? g : round(round(momentum * velocity[i]) + added);
    const direction = step.nesterov ? round(g + round(momentum * v)) : v;
    take(i, v, round(value[i] - round(rate * direction)));
  }
}

/** Whether the step would leave finite numbers alone. Nothing is changed. */
export function sgdUpdateIsFinite(numbers: SgdNumbers, step: SgdStep): boolean {
  let finite = true;
  descend(numbers, step, (_, v, p) => {
    if (v - v !== 0 || p - p !== 0) finite = false;
  });
  return finite;
}

/** g ← g + λ·p;  v ← μ·v + (1-δ)·g;  p ← p - lr·v, or with Nesterov p ← p - lr·(g + μ·v). */
export function sgd(numbers: SgdNumbers, step: SgdStep): void {
  const { value, velocity } = numbers;
  const moving = roundingOf(value)(step.momentum) !== 0;
  descend(numbers, step, (i, v, p) => {
    if (velocity !== undefined && moving) velocity[i] = v;
    value[i] = p;
  });
}

export { maxNorm } from "./max-norm.ts";
