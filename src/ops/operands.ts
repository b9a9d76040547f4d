/** What the operations refuse: they are called by anyone who writes a layer. */
import { OptionError, ShapeError, show } from "../tensor/errors.ts";
import { checkSameShape, rowsAndColumns, sizeOf, type Shape } from "../tensor/shape.ts";
import { checkTensor, type Tensor } from "../tensor/tensor.ts";

/** Refuses what is no Tensor, or has lost its memory. */
export function checkTensors(where: string, ...given: readonly unknown[]): void {
  for (const x of given) checkTensor(where, x, "Tensors");
}

/** Refuses two that are not Tensors of one shape and dtype. */
export function checkAlike(where: string, x: Tensor, y: Tensor): void {
  checkTensors(where, x, y);
  checkSameShape(where, y.shape, x.shape);
  if (x.dtype !== y.dtype) throw new ShapeError({ where, given: `${x.dtype} and ${y.dtype}`, allowed: "one dtype" });
}

/** Refuses what is no number; NaN and the infinities are some. */
export function checkFactor(where: string, factor: unknown): void {
  if (typeof factor === "number") return;
  throw new OptionError({ where, given: show(factor), allowed: "a number" });
}

/** Refuses a row that is not as long as those of x. */
export function checkRow(where: string, row: Tensor, x: Tensor): void {
  checkTensors(where, row, x);
  const { columns } = rowsAndColumns(x.shape);
  if (row.data.length === columns && columns > 0) return;
  const given = `a row of ${row.data.length} numbers, beside rows of ${columns}`;
  throw new ShapeError({ where, given, allowed: "a number for each column, at least one" });
}

/** Refuses to add a product to anything but as many numbers. */
export function checkRoom(where: string, shape: Shape, length: number): void {
  const room = sizeOf(shape);
  if (room === length) return;
  throw new ShapeError({ where, given: `${room} numbers to add to`, allowed: `the product's ${length}` });
}
