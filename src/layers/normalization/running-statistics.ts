import { firstNonFinite } from "../../ops/non-finite.ts";
import type { Statistics } from "../../ops/normalization.ts";
import { NumericError } from "../../tensor/errors.ts";
import { zeros, type DType, type Tensor } from "../../tensor/tensor.ts";

/** Mean and variance of each channel over many batches, as BatchNorm keeps them. */
export interface Running {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/**
 * (1 - share) · running + share · batch, for a batch of n numbers a channel, whose variance is taken over n - 1.
 * @throws NumericError where they overflow.
 */
export function blended(
  where: string, running: Running, { mean, variance }: Statistics, share: number, n: number, dtype: DType,
): Running {
  const next = { mean: zeros(running.mean.shape, dtype), variance: zeros(running.mean.shape, dtype) };
  const blend = (old: number, now: number) => (1 - share) * old + share * now;
  for (let c = 0; c < mean.length; c++) {
    next.mean.data[c] = blend(running.mean.data[c], mean[c]);
    next.variance.data[c] = blend(running.variance.data[c], (variance[c] * n) / (n - 1));
  }
  const overflow = firstNonFinite(next.mean) ?? firstNonFinite(next.variance);
  // A number of x that is not finite itself will show in the loss.
  if (overflow !== undefined && variance.every(Number.isFinite)) {
    const given = `running statistics of ${overflow.value} in channel ${overflow.index[0]}`;
    const advice = "Nothing was changed. Scale the input to about 1.";
    throw new NumericError({ where, given, allowed: "finite numbers", advice });
  }
  return next;
}
