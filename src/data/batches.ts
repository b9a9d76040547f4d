import type { Labels } from "../losses/loss.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Dataset } from "./dataset.ts";

/** The rows of a set in the given order, `batchSize` at a time; the last batch may be shorter. */
export function* batches(
  data: Dataset, order: ArrayLike<number>, batchSize: number,
): Generator<{ x: Tensor; labels: Labels }> {
  const indices = Array.from(order);
  for (let start = 0; start < indices.length; start += batchSize) {
    yield data.rows(indices.slice(start, start + batchSize));
  }
}
