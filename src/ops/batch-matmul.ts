import * as backend from "../backends/dispatch.ts";
import { empty } from "../tensor/buffer-pool.ts";
import { ShapeError } from "../tensor/errors.ts";
import { sameShape, showShape, sizeOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { checkTensors } from "./operands.ts";
import type { Transposed } from "./products.ts";

/**
 * a · b of each pair of matrices: of a [batch, …, m, k] and b [batch, …, k, n], y is [batch, …, m, n]. Either may be
 * transposed(…), which exchanges its last two axes. Sums and rounding are those of matmul. Gradients:
 *
 *   da = batchMatmul(dy, transposed(b))        db = batchMatmul(transposed(a), dy)
 *
 * @throws ShapeError unless all axes but the last two are the same, and the inner lengths too.
 * @example
 * batchMatmul(tensor([[[1, 2]]]), tensor([[[3], [4]]])); // [[[11]]]
 */
export function batchMatmul(a: Tensor | Transposed, b: Tensor | Transposed): Tensor {
  const left = stackOf(a), right = stackOf(b);
  const fits = sameShape(left.batch, right.batch) && left.columns === right.rows && left.dtype === right.dtype;
  if (!fits) {
    const given = `${left.shown} · ${right.shown}`;
    const allowed = "[…, m, k] · […, k, n] of one dtype, with at least three axes and the same ones in front";
    throw new ShapeError({ where: "batchMatmul", given, allowed, advice: adviceFor(left, right) });
  }
  const m = left.rows, k = left.columns, n = right.columns, count = sizeOf(left.batch);
  const y = empty([...left.batch, m, n], count * m * n, left.dtype);
  const how = { m, k, n, transposeA: left.isTransposed, transposeB: right.isTransposed };
  for (let i = 0; i < count; i++) {
    const part = (data: typeof y.data, size: number) => data.subarray(i * size, (i + 1) * size);
    backend.matmul(part(y.data, m * n), part(left.data, m * k), part(right.data, k * n), how, false);
  }
  return y;
}

type Stack = ReturnType<typeof stackOf>;

function stackOf(x: Tensor | Transposed) {
  const isTransposed = !(x instanceof Tensor), given = isTransposed ? x?.transposed : x;
  checkTensors("batchMatmul", given);
  const { data, shape, dtype } = given, batch = shape.slice(0, -2), [first, second] = shape.slice(-2);
  const [rows, columns] = isTransposed ? [second, first] : [first, second];
  const shown = `${isTransposed ? "the transposed " : ""}${showShape(shape)} ${dtype}`;
  if (batch.length > 0) return { data, dtype, batch, rows, columns, isTransposed, shown };
  throw new ShapeError({
    where: "batchMatmul", given: shown, allowed: "at least three axes", advice: "matmul multiplies single matrices.",
  });
}

function adviceFor(left: Stack, right: Stack): string {
  return left.rows === right.rows && left.columns !== right.rows ? "Should one of them be transposed(…)?" : "";
}
