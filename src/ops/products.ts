/** Products of matrices, and what goes with them: rows that are added, columns that are summed. */
import * as backend from "../backends/dispatch.ts";
import { empty } from "../tensor/buffer-pool.ts";
import { ShapeError } from "../tensor/errors.ts";
import { rowsAndColumns, showShape, type Shape } from "../tensor/shape.ts";
import { Tensor, type Numbers } from "../tensor/tensor.ts";
import { checkRoom, checkRow, checkTensors } from "./operands.ts";

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
  backend.matmul(out, a.data, b.data, shape, accumulate);
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

/** What a product can be added to: a Parameter, whose gradient may count as zero without being cleared. */
export interface Accumulator {
  readonly shape: Shape;
  accumulate(write: (numbers: Numbers, add: boolean) => void): void;
}

/** out += a · b; the gradient of a Parameter. */
export function addMatmul(out: Tensor | Accumulator, a: Tensor | Transposed, b: Tensor | Transposed): void {
  const left = factor(a), right = factor(b), isTensor = out instanceof Tensor;
  if (isTensor || typeof out?.accumulate !== "function") checkTensors("addMatmul", out);
  checkRoom("addMatmul", out.shape, left.rows * right.columns);
  if (isTensor) multiplyInto(out.data, left, right, true);
  else out.accumulate((numbers, add) => multiplyInto(numbers, left, right, add));
}

/** y += b, to each row. */
export function addRow(y: Tensor, b: Tensor): void {
  checkRow("addRow", b, y);
  backend.addRow(y.data, b.data);
}

/** db += the sum of the rows of dy. */
export function addColumnSums(db: Tensor, dy: Tensor): void {
  checkRow("addColumnSums", db, dy);
  backend.addColumnSums(db.data, dy.data);
}
