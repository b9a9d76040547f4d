/** The few operations layers are written in. What they mean, bit by bit, is in reference.ts. */
import { ShapeError } from "../tensor/errors.ts";
import { checkSameShape, rowsAndColumns, showShape } from "../tensor/shape.ts";
import { allocate, Tensor, type Numbers } from "../tensor/tensor.ts";
import type { Key } from "../tensor/threefry.ts";
import * as operations from "./dispatch.ts";
import { checkFactor, checkRoom, checkRow, checkTensors } from "./operands.ts";
import { accumulate } from "../backends/wasm/resident.ts";
import type { SgdStep } from "../backends/operations.ts";
import { empty, emptyLike } from "../tensor/buffer-pool.ts";
import { unitsOf } from "./units.ts";

/** A matrix read with rows and columns exchanged; nothing is moved. */
export interface Transposed {
  readonly transposed: Tensor;
}

/** xᵀ, for matmul. */
export function transposed(x: Tensor): Transposed {
  checkTensors("transposed", x);
  return { transposed: x };
}

interface Factor {
  data: Numbers;
  rows: number;
  columns: number;
  isTransposed: boolean;
}

function factor(x: Tensor | Transposed): Factor {
  const isTransposed = !(x instanceof Tensor);
  const matrix = isTransposed ? x?.transposed : x;
  checkTensors("matmul", matrix);
  const { rows, columns } = rowsAndColumns(matrix.shape);
  return isTransposed
    ? { data: matrix.data, rows: columns, columns: rows, isTransposed }
    : { data: matrix.data, rows, columns, isTransposed };
}

function multiplyInto(out: Numbers, a: Factor, b: Factor, accumulate: boolean): void {
  if (a.columns !== b.rows) {
    const given = `${showShape([a.rows, a.columns])} · ${showShape([b.rows, b.columns])}`;
    const allowed = "as many columns on the left as rows on the right";
    throw new ShapeError({ where: "matmul", given, allowed });
  }
  const shape = {
    m: a.rows, k: a.columns, n: b.columns, transposeA: a.isTransposed, transposeB: b.isTransposed,
  };
  operations.matmul(out, a.data, b.data, shape, accumulate);
}

/** a · b, over the last axis of `a`; further axes in front are kept. */
export function matmul(a: Tensor | Transposed, b: Tensor | Transposed): Tensor {
  const left = factor(a), right = factor(b);
  const shape = a instanceof Tensor ? [...a.shape.slice(0, -1), right.columns] : [left.rows, right.columns];
  const { dtype } = a instanceof Tensor ? a : a.transposed;
  const out = empty(shape, left.rows * right.columns, dtype);
  multiplyInto(out.data, left, right, false);
  return out;
}

/** out += a · b. */
export function addMatmul(out: Tensor, a: Tensor | Transposed, b: Tensor | Transposed): void {
  const left = factor(a), right = factor(b);
  checkTensors("addMatmul", out);
  checkRoom("addMatmul", out, left.rows * right.columns);
  accumulate(out, (numbers, add) => multiplyInto(numbers, left, right, add));
}

/** y += b, to each row. */
export function addRow(y: Tensor, b: Tensor): void {
  checkRow("addRow", b, y);
  operations.addRow(y.data, b.data);
}

/** db += the sum of the rows of dy. */
export function addColumnSums(db: Tensor, dy: Tensor): void {
  checkRow("addColumnSums", db, dy);
  operations.addColumnSums(db.data, dy.data);
}

/** x + y. */
export function add(x: Tensor, y: Tensor): Tensor {
  checkTensors("add", x, y);
  checkSameShape("add", y.shape, x.shape);
  const out = new Tensor(x.data.slice(), x.shape);
  operations.addTo(out.data, y.data);
  return out;
}

/** x · y, each by each. */
export function multiply(x: Tensor, y: Tensor): Tensor {
  checkTensors("multiply", x, y);
  checkSameShape("multiply", y.shape, x.shape);
  const out = emptyLike(x);
  operations.multiply(out.data, x.data, y.data);
  return out;
}

/** x · factor. */
export function scale(x: Tensor, by: number): Tensor {
  checkTensors("scale", x);
  checkFactor("scale", by);
  const out = emptyLike(x);
  operations.scale(out.data, x.data, by);
  return out;
}

/** max(0, x). */
export function relu(x: Tensor): Tensor {
  const y = emptyLike(x);
  operations.relu(y.data, x.data);
  return y;
}

/** dy where y > 0, else 0. */
export function reluBackward(dy: Tensor, y: Tensor): Tensor {
  const dx = emptyLike(dy);
  operations.reluBackward(dx.data, dy.data, y.data);
  return dx;
}

/** x · factor where the mask is 1, else 0. */
export function applyMask(x: Tensor, mask: Tensor, by: number): Tensor {
  const y = emptyLike(x);
  operations.applyMask(y.data, x.data, mask.data, by);
  return y;
}

/** Softmax over the last axis. */
export function softmax(x: Tensor): Tensor {
  const y = new Tensor(allocate(x.data.length, x.dtype), x.shape, "probabilities");
  operations.softmax(y.data, x.data, rowsAndColumns(x.shape).columns);
  return y;
}

/** dx of softmax over the last axis. */
export function softmaxBackward(dy: Tensor, y: Tensor): Tensor {
  const dx = emptyLike(dy);
  operations.softmaxBackward(dx.data, dy.data, y.data, rowsAndColumns(y.shape).columns);
  return dx;
}

/** Scales each unit whose L2 norm is above the limit back to it, in place. */
export function maxNorm(value: Tensor, limit: number): void {
  checkTensors("maxNorm", value);
  operations.maxNorm(value.data, unitsOf(value), limit);
}

export function isFinite(values: Numbers): boolean {
  return operations.isFinite(values);
}

/** 1 with that probability in `out`, else 0: word i of the key's stream decides number i. */
export function bernoulli(out: Tensor, key: Key, probability: number): void {
  operations.bernoulli(out.data, key, probability);
}

/** What one SGD step reads and writes. Without momentum there is no velocity. */
export interface SgdTensors {
  value: Tensor;
  velocity: Tensor | undefined;
  gradient: Tensor;
}

/** Whether the step would leave finite numbers alone. Nothing is changed. */
export function sgdUpdateIsFinite({ value, velocity, gradient }: SgdTensors, step: SgdStep): boolean {
  return operations.sgdUpdateIsFinite({ value: value.data, velocity: velocity?.data, gradient: gradient.data }, step);
}

/** One step of SGD, in place. */
export function sgd({ value, velocity, gradient }: SgdTensors, step: SgdStep): void {
  operations.sgd({ value: value.data, velocity: velocity?.data, gradient: gradient.data }, step);
}

export type { SgdStep };
export { backendInUse, useBackend, type Backend, type BackendInUse } from "../backends/backend.ts";
export { zeroLazily, resident, gradientBuffer, residentZeros, type ParameterSet } from "../backends/wasm/resident.ts";
