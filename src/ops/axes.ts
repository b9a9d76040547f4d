/** Operations along one axis. An axis counts from 0, the batch; -1 is the last. */
import { empty } from "../tensor/buffer-pool.ts";
import { checkInteger } from "../tensor/checks.ts";
import { OptionError, ShapeError, show } from "../tensor/errors.ts";
import { sameShape, showShape, sizeOf, type Shape } from "../tensor/shape.ts";
import { Tensor, zeros } from "../tensor/tensor.ts";
import { checkTensors } from "./operands.ts";

/**
 * The sum over an axis, which y no longer has: added up in index order in float64, and rounded once. The gradient of x
 * is repeat(dy, axis, x.shape[axis]).
 * @example
 * sum(tensor([[1, 2], [3, 4]]), 0); // [4, 6]
 * sum(tensor([[1, 2], [3, 4]]), 1); // [3, 7]
 */
export function sum(x: Tensor, axis: number): Tensor {
  return total("sum", x, axis, 1);
}

/**
 * The mean over an axis, which y no longer has: summed in index order in float64, divided, and rounded once.
 * @throws ShapeError if the axis is empty.
 * @example
 * mean(tensor([[1, 2], [3, 4]]), -1); // [1.5, 3.5]
 */
export function mean(x: Tensor, axis: number): Tensor {
  const { length } = partsOf("mean", x, axis);
  if (length > 0) return total("mean", x, axis, length);
  const given = `axis ${axis} of shape ${showShape(x.shape)}`;
  throw new ShapeError({ where: "mean", given, allowed: "an axis with numbers" });
}

/**
 * x repeated `count` times along a new axis, which becomes axis number `axis` of y: what sum over that axis undoes, and
 * its gradient. So one number per row is broadcast along the row.
 * @example
 * repeat(tensor([1, 2]), 1, 3); // [[1, 1, 1], [2, 2, 2]]
 * repeat(tensor([1, 2]), 0, 3); // [[1, 2], [1, 2], [1, 2]]
 */
export function repeat(x: Tensor, axis: number, count: number): Tensor {
  checkTensors("repeat", x);
  const at = axisOf("repeat", axis, x.shape.length + 1);
  checkInteger("repeat count", count, { min: 0 });
  const y = zeros([...x.shape.slice(0, at), count, ...x.shape.slice(at)], x.dtype), inner = sizeOf(x.shape.slice(at));
  for (let i = 0, to = 0; i < x.data.length; i += inner) {
    const part = x.data.subarray(i, i + inner);
    for (let k = 0; k < count; k++, to += inner) y.data.set(part, to);
  }
  return y;
}

/**
 * A copy of the part of x from index `from` up to, not including, `to` of an axis.
 * @throws OptionError unless 0 ≤ from ≤ to ≤ the length of the axis.
 * @example
 * slice(tensor([[1, 2, 3], [4, 5, 6]]), 1, 0, 2); // [[1, 2], [4, 5]]
 */
export function slice(x: Tensor, axis: number, from: number, to: number): Tensor {
  const { outer, length, inner, at } = partsOf("slice", x, axis);
  checkPart("slice", from, to, length);
  const width = (to - from) * inner;
  const y = empty(withLength(x.shape, at, to - from), outer * width, x.dtype);
  for (let i = 0; i < outer; i++) {
    const start = (i * length + from) * inner;
    y.data.set(x.data.subarray(start, start + width), i * width);
  }
  return y;
}

/**
 * Rows `from` up to, not including, `to`: a view. It shares x's numbers, so what is written into it is written into x;
 * slice gives a copy.
 * @throws OptionError unless 0 ≤ from ≤ to ≤ the number of rows.
 */
export function rows(x: Tensor, from: number, to: number): Tensor {
  const { length, inner } = partsOf("rows", x, 0);
  checkPart("rows", from, to, length);
  return new Tensor(x.data.subarray(from * inner, to * inner), [to - from, ...x.shape.slice(1)], x.meaning);
}

/**
 * The parts side by side along an axis, in a new tensor: what slice takes apart.
 * @throws ShapeError unless they have one dtype, and shapes that differ in that axis only.
 * @example
 * concat([tensor([[1, 2]]), tensor([[3]])], 1); // [[1, 2, 3]]
 */
export function concat(parts: readonly Tensor[], axis: number): Tensor {
  const isList: boolean = Array.isArray(parts);
  if (!isList || parts.length === 0) {
    throw new OptionError({ where: "concat", given: show(parts), allowed: "a list of Tensors" });
  }
  for (const part of parts) checkTensors("concat", part);
  const [first] = parts, { outer, inner, at } = partsOf("concat", first, axis);
  const frame = (shape: Shape): Shape => [...shape.slice(0, at), ...shape.slice(at + 1)];
  for (const { shape, dtype } of parts) {
    const fits = shape.length === first.shape.length && sameShape(frame(shape), frame(first.shape));
    if (fits && dtype === first.dtype) continue;
    const given = `${showShape(first.shape)} ${first.dtype} and ${showShape(shape)} ${dtype}`;
    throw new ShapeError({ where: "concat", given, allowed: `one dtype, and shapes that differ in axis ${at} only` });
  }
  const length = parts.reduce((all, { shape }) => all + shape[at], 0);
  const y = zeros(withLength(first.shape, at, length), first.dtype);
  let to = 0;
  for (let i = 0; i < outer; i++) {
    for (const { data, shape } of parts) {
      const width = shape[at] * inner;
      y.data.set(data.subarray(i * width, (i + 1) * width), to);
      to += width;
    }
  }
  return y;
}

/** The axis, counted from the front. */
function axisOf(where: string, axis: number, axes: number): number {
  checkInteger(`${where} axis`, axis, { min: -axes, max: axes - 1 });
  return axis < 0 ? axis + axes : axis;
}

/** How many numbers lie outside the axis, along it and inside: number k of it is at (outer · length + k) · inner. */
function partsOf(where: string, x: Tensor, axis: number) {
  checkTensors(where, x);
  const at = axisOf(where, axis, x.shape.length);
  return {
    at, outer: sizeOf(x.shape.slice(0, at)), length: x.shape[at], inner: sizeOf(x.shape.slice(at + 1)),
  };
}

function total(where: string, x: Tensor, axis: number, divisor: number): Tensor {
  const { at, outer, length, inner } = partsOf(where, x, axis);
  const y = empty([...x.shape.slice(0, at), ...x.shape.slice(at + 1)], outer * inner, x.dtype);
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < inner; j++) {
      let all = 0;
      for (let k = 0; k < length; k++) all += x.data[(i * length + k) * inner + j];
      y.data[i * inner + j] = all / divisor;
    }
  }
  return y;
}

/** The shape with another length of this axis. */
function withLength(shape: Shape, axis: number, length: number): Shape {
  return shape.map((old, i) => (i === axis ? length : old));
}

function checkPart(where: string, from: number, to: number, length: number): void {
  checkInteger(`${where} from`, from, { min: 0, max: length });
  checkInteger(`${where} to`, to, { min: from, max: length });
}
