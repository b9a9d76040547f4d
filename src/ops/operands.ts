/** What the operations refuse: they are called by anyone who writes a layer. */
import { ofAnotherCopy, OptionError, ShapeError, show } from "../tensor/errors.ts";
import { rowsAndColumns, sizeOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";

/** Refuses what is no Tensor. */
export function checkTensors(where: string, ...given: readonly unknown[]): void {
  const wrong = given.findIndex((x) => !(x instanceof Tensor));
  if (wrong < 0) return;
  const advice = ofAnotherCopy(given[wrong], Tensor) || "tensor([[…]]) makes one of nested arrays.";
  throw new OptionError({ where, given: show(given[wrong]), allowed: "Tensors", advice });
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
export function checkRoom(where: string, out: Tensor, length: number): void {
  const room = sizeOf(out.shape);
  if (room === length) return;
  throw new ShapeError({ where, given: `${room} numbers to add to`, allowed: `the product's ${length}` });
}
