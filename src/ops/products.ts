/** Products of matrices, and what goes with them: rows that are added, columns that are summed. */
import * as backend from "../backends/dispatch.ts";
import { empty } from "../tensor/buffer-pool.ts";
import { ShapeError } from "../tensor/errors.ts";
import { axesOf, rowsAndColumns, showShape, type Shape } from "../tensor/shape.ts";
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

function operand(x: Tensor | Transposed) {
  const isTransposed = !(x instanceof Tensor), matrix = isTransposed ? x?.transposed : x;
  checkTensors("matmul", matrix);
  const { data, dtype, shape } = matrix, { rows, columns } = rowsAndColumns(shape);
  return isTransposed ? { data, dtype, rows: columns, columns: rows, isTransposed, axes: [columns] }
    : { data, dtype, rows, columns, isTransposed, axes: axesOf(shape, 0, 1) };
}

/** The shape of a · b, and what computes it. @throws ShapeError if they do not fit. */
function productOf(a: Tensor | Transposed, b: Tensor | Transposed) {
  const left = operand(a), right = operand(b), { rows: m, columns: k, dtype } = left, n = right.columns;
  if (k !== right.rows) {
    const given = `${showShape([m, k])} · ${showShape([right.rows, n])}`;
    throw new ShapeError({ where: "matmul", given, allowed: "as many columns on the left as rows on the right" });
  }
  const how = { m, k, n, transposeA: left.isTransposed, transposeB: right.isTransposed };
  return {
    shape: [...left.axes, n], length: m * n, dtype,
    into: (out: Numbers, adds: boolean) => { backend.matmul(out, left.data, right.data, how, adds); },
  };
}

/** a · b, over the last axis of `a`; further axes in front are kept. In the dtype of `a`. */
export function matmul(a: Tensor | Transposed, b: Tensor | Transposed): Tensor {
  const product = productOf(a, b), out = empty(product.shape, product.length, product.dtype);
  product.into(out.data, false);
  return out;
}

/** What a product can be added to: a Parameter, whose gradient may count as zero without being cleared. */
export interface Accumulator {
  readonly shape: Shape;
  accumulate(write: (numbers: Numbers, add: boolean) => void): void;
}

/** out += a · b, where out has as many numbers, in any shape; the gradient of a Parameter. */
export function addMatmul(out: Tensor | Accumulator, a: Tensor | Transposed, b: Tensor | Transposed): void {
  const product = productOf(a, b), isTensor = out instanceof Tensor;
  if (isTensor || typeof out?.accumulate !== "function") checkTensors("addMatmul", out);
  checkRoom("addMatmul", out.shape, product.length);
  if (isTensor) product.into(out.data, true);
  else out.accumulate(product.into);
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
