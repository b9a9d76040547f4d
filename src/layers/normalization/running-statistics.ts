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
 * @throws NumericError if they would not be finite.
 */
export function blended(
  where: string, running: Running, { mean, variance, units }: Statistics, share: number, n: number, dtype: DType,
): Running {
  const next = { mean: zeros(running.mean.shape, dtype), variance: zeros(running.mean.shape, dtype) };
  // A share of 0 takes nothing, not even of what overflows.
  const blend = (old: number, now: number) => share === 0 ? old : (1 - share) * old + share * now;
  for (let c = 0; c < mean.length; c++) {
    const unit = units?.[c] ?? 1;
    next.mean.data[c] = blend(running.mean.data[c], mean[c] * unit);
    next.variance.data[c] = blend(running.variance.data[c], (variance[c] * n) / (n - 1) * unit * unit);
  }
  const overflow = firstNonFinite(next.mean) ?? firstNonFinite(next.variance);
  if (overflow !== undefined) {
    const given = `running statistics of ${overflow.value} in channel ${overflow.index[0]}`;
    const advice = "Nothing was changed. Scale the input to about 1.";
    throw new NumericError({ where, given, allowed: "finite numbers", advice });
  }
  return next;
}
