/** The operations by the SIMD kernels, where these are faster; else the reference loops. The bits are the same. */
import type { Numbers } from "../../tensor/tensor.ts";
import type { Key } from "../../tensor/threefry.ts";
import { alignedSize, type Arena } from "./arena.ts";
import { byKernels } from "./availability.ts";
import type { MatmulShape, SgdNumbers, SgdStep } from "../operations.ts";
import * as reference from "../../ops/reference.ts";
import { bytesFor, matmulIn, SHARED_PRODUCTS } from "./matmul.ts";
import type { Units } from "../../ops/units.ts";
import { giveUp, threadCount } from "./threads.ts";
import { allFloat32, arenaFor, scratch } from "./scratch.ts";

/** Below so many numbers, or so many products, the loops are done before the numbers are copied; SGD's do more. */
const FEW_NUMBERS = 256, FEW_FOR_SGD = 32, FEW_PRODUCTS = 4096;

/** How many numbers at a time are copied, worked on and copied back, while they are in the nearer caches. */
const CHUNK = 16384;

const TWO_TO_32 = 4294967296;

export function matmul(out: Numbers, a: Numbers, b: Numbers, shape: MatmulShape, accumulate: boolean): void {
  const products = shape.m * shape.k * shape.n;
  if (products < FEW_PRODUCTS || !allFloat32(out, a, b)) {
    reference.matmul(out, a, b, shape, accumulate);
    return;
  }
  const multiply = (threads: number) => {
    const arena = arenaFor([b, out, a], (home) => bytesFor(home, out, a, b, shape, threads), threads > 1);
    return matmulIn(arena, out, a, b, shape, accumulate, threads);
  };
  const threads = products < SHARED_PRODUCTS ? 1 : threadCount();
  const isDone = threads > 1 && byKernels(() => multiply(threads));
  if (isDone === undefined) giveUp("The engine refused memory that threads share.");
  // When a thread gets lost, the product is made anew without threads.
  if (isDone !== true) multiply(1);
}

/** What a kernel does with numbers at those addresses; the first is where the result belongs. */
type Work = (arena: Arena, at: number, second: number, length: number) => void;

/**
 * Runs a kernel over arrays of one length, a chunk at a time; `out` may be read too, when it is among them. False,
 * with nothing done, for arrays that are left to the loops.
 */
function inChunks(out: Numbers, given: readonly Numbers[], work: Work): boolean {
  if (isSmall(out) || !allFloat32(out, ...given)) return false;
  const size = Math.min(CHUNK, out.length), arena = scratch(given.length * alignedSize(4 * size));
  const places = given.map(() => arena.scratch(4 * size)), first = places[0] >> 2;
  for (let from = 0; from < out.length; from += size) {
    const to = Math.min(from + size, out.length);
    given.forEach((array, i) => arena.heap.set(array.subarray(from, to), places[i] >> 2));
    work(arena, places[0], places[1], to - from);
    out.set(arena.heap.subarray(first, first + to - from), from);
  }
  return true;
}

function isSmall(array: Numbers): boolean {
  return array.length < FEW_NUMBERS;
}

export function addRow(y: Numbers, b: Numbers): void {
  if (isSmall(y) || !allFloat32(y, b)) {
    reference.addRow(y, b);
    return;
  }
  const columns = b.length, rowsAtOnce = Math.max(1, Math.floor(CHUNK / columns));
  const arena = scratch(alignedSize(4 * columns) + alignedSize(4 * columns * rowsAtOnce));
  const row = arena.load(b), at = arena.scratch(4 * columns * rowsAtOnce), first = at >> 2;
  for (let from = 0; from < y.length; from += rowsAtOnce * columns) {
    const to = Math.min(from + rowsAtOnce * columns, y.length);
    arena.heap.set(y.subarray(from, to), first);
    arena.kernels.addRow(at, row, (to - from) / columns, columns);
    y.set(arena.heap.subarray(first, first + to - from), from);
  }
}

export function addColumnSums(db: Numbers, dy: Numbers): void {
  if (isSmall(dy) || !allFloat32(db, dy)) {
    reference.addColumnSums(db, dy);
    return;
  }
  const columns = db.length, rowsAtOnce = Math.max(1, Math.floor(CHUNK / columns));
  const arena = scratch(alignedSize(4 * columns) + alignedSize(4 * columns * rowsAtOnce));
  const sums = arena.scratch(4 * columns), at = arena.scratch(4 * columns * rowsAtOnce), first = sums >> 2;
  arena.heap.fill(0, first, first + columns);
  for (let from = 0; from < dy.length; from += rowsAtOnce * columns) {
    const to = Math.min(from + rowsAtOnce * columns, dy.length);
    arena.heap.set(dy.subarray(from, to), at >> 2);
    arena.kernels.sumRows(sums, at, (to - from) / columns, columns);
  }
  for (let j = 0; j < columns; j++) db[j] += arena.heap[first + j];
}

export function addTo(out: Numbers, x: Numbers): void {
  const work: Work = ({ kernels }, at, second, length) => kernels.addTo(at, second, length);
  if (!inChunks(out, [out, x], work)) reference.addTo(out, x);
}

export function multiply(out: Numbers, x: Numbers, y: Numbers): void {
  const work: Work = ({ kernels }, at, second, length) => kernels.multiply(at, at, second, length);
  if (!inChunks(out, [x, y], work)) reference.multiply(out, x, y);
}

export function scale(y: Numbers, x: Numbers, factor: number): void {
  const work: Work = ({ kernels }, at, _, length) => kernels.scale(at, at, length, factor);
  if (!inChunks(y, [x], work)) reference.scale(y, x, factor);
}

export function relu(y: Numbers, x: Numbers): void {
  const work: Work = ({ kernels }, at, _, length) => kernels.relu(at, at, length);
  if (!inChunks(y, [x], work)) reference.relu(y, x);
}

export function reluBackward(dx: Numbers, dy: Numbers, y: Numbers): void {
  const work: Work = ({ kernels }, at, second, length) => kernels.reluBackward(at, at, second, length);
  if (!inChunks(dx, [dy, y], work)) reference.reluBackward(dx, dy, y);
}

export function applyMask(y: Numbers, x: Numbers, mask: Numbers, factor: number): void {
  const work: Work = ({ kernels }, at, second, length) => kernels.applyMask(at, at, second, length, factor);
  if (!inChunks(y, [x, mask], work)) reference.applyMask(y, x, mask, factor);
}

export function bernoulli(out: Numbers, key: Key, probability: number): void {
  const threshold = Math.ceil(probability * TWO_TO_32);
  if (isSmall(out) || !allFloat32(out) || threshold >= TWO_TO_32) {
    reference.bernoulli(out, key, probability);
    return;
  }
  const arena = scratch(alignedSize(4 * CHUNK)), at = arena.scratch(4 * CHUNK), first = at >> 2;
  for (let from = 0; from < out.length; from += CHUNK) {
    const length = Math.min(CHUNK, out.length - from);
    arena.kernels.bernoulli(at, length, key[0], key[1], threshold | 0, from / 2);
    out.set(arena.heap.subarray(first, first + length), from);
  }
}

/** Value, velocity and gradient where they live, or in room to work, and the kernel's scalars. */
function placeSgd({ value, velocity, gradient }: SgdNumbers, step: SgdStep) {
  const arrays = velocity === undefined ? [value, gradient] : [value, velocity, gradient];
  const arena = arenaFor([value], (home) => arrays.reduce((sum, array) => sum + home.bytesFor(array), 0));
  const p = arena.load(value), g = arena.load(gradient);
  // Without a velocity, momentum is nothing, and what would be one is written nowhere.
  const v = velocity === undefined ? p : arena.load(velocity);
  return { arena, p, v, g, momentum: velocity === undefined ? 0 : step.momentum };
}

/** Dampening is rare, and the kernels have none. */
function isForLoops({ value, velocity, gradient }: SgdNumbers, { dampening = 0 }: SgdStep): boolean {
  return dampening !== 0 || value.length < FEW_FOR_SGD || !allFloat32(value, velocity, gradient);
}

export function sgdUpdateIsFinite(numbers: SgdNumbers, step: SgdStep): boolean {
  const { value } = numbers;
  if (isForLoops(numbers, step)) return reference.sgdUpdateIsFinite(numbers, step);
  const { arena, p, v, g, momentum } = placeSgd(numbers, step);
  const { learningRate, nesterov, weightDecay } = step;
  return arena.kernels.sgdStaysFinite(p, v, g, value.length, learningRate, momentum, nesterov, weightDecay) === 1;
}

export function sgd(numbers: SgdNumbers, step: SgdStep): void {
  const { value, velocity } = numbers;
  if (isForLoops(numbers, step)) {
    reference.sgd(numbers, step);
    return;
  }
  const { arena, p, v, g, momentum } = placeSgd(numbers, step);
  const { learningRate, nesterov, weightDecay } = step;
  arena.kernels.sgd(p, v, g, value.length, learningRate, momentum, nesterov, weightDecay);
  arena.store(value, p);
  if (velocity !== undefined) arena.store(velocity, v);
}

/** The least normal number of float32: below it limits lose digits. */
const LEAST_LIMIT = 1.1754943508222875e-38;

export function maxNorm(value: Numbers, units: Units, limit: number): void {
  if (isSmall(value) || !allFloat32(value) || units.inner > 1 || !(limit >= LEAST_LIMIT)) {
    reference.maxNorm(value, units, limit);
    return;
  }
  const columns = units.count;
  const arena = arenaFor([value], (home) => home.bytesFor(value) + alignedSize(8 * columns));
  const at = arena.load(value), squares = arena.scratch(8 * columns);
  if (arena.kernels.maxNorm(at, value.length / columns, columns, limit, squares) === 1) arena.store(value, at);
  else reference.maxNorm(value, units, limit);
}

export function isFinite(values: Numbers): boolean {
  if (isSmall(values) || !allFloat32(values)) return reference.isFinite(values);
  const arena = arenaFor([values], (home) => home.bytesFor(values));
  return arena.kernels.isFinite(arena.load(values), values.length) === 1;
}
