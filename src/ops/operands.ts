/** What the operations refuse: they are called by anyone who writes a layer. */
import { OptionError, ShapeError, show } from "../tensor/errors.ts";
import { checkSameShape, rowsAndColumns, sizeOf, type Shape } from "../tensor/shape.ts";
import { checkTensor, type Tensor } from "../tensor/tensor.ts";

/** Throws unless all are Tensors that still have their memory. */
export function checkTensors(where: string, ...given: readonly unknown[]): void {
  for (const x of given) checkTensor(where, x, "Tensors");
}

/** Throws unless both are Tensors of one shape and dtype. */
export function checkAlike(where: string, x: Tensor, y: Tensor): void {
  checkTensors(where, x, y);
  checkSameShape(where, y.shape, x.shape);
  if (x.dtype !== y.dtype) throw new ShapeError({ where, given: `${x.dtype} and ${y.dtype}`, allowed: "one dtype" });
}

/** Throws unless it is a number (NaN and ±∞ are allowed). */
export function checkFactor(where: string, factor: unknown): void {
  if (typeof factor === "number") return;
  throw new OptionError({ where, given: show(factor), allowed: "a number" });
}

/** Throws unless the row is as long as those of x. */
export function checkRow(where: string, row: Tensor, x: Tensor): void {
  checkTensors(where, row, x);
  const { columns } = rowsAndColumns(x.shape);
  if (row.data.length === columns && columns > 0) return;
  const given = `a row of ${row.data.length} numbers, beside rows of ${columns}`;
  throw new ShapeError({ where, given, allowed: "a number for each column, at least one" });
}

/** Throws unless a product of this length can be added to numbers of this shape. */
export function checkRoom(where: string, shape: Shape, length: number): void {
  const room = sizeOf(shape);
  if (room === length) return;
  throw new ShapeError({ where, given: `${room} numbers to add to`, allowed: `the product's ${length}` });
}
