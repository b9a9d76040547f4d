import {
  channelsOf, groupMoments, groupSize, normalizeGroups, normalizeGroupsBackward, scaleGroups, type Groups,
} from "../math/groups.ts";
import { checkInteger, checkNumber } from "../tensor/checks.ts";
import { ShapeError } from "../tensor/errors.ts";
import { showShape, type Shape } from "../tensor/shape.ts";
import { copyOf, Tensor, zeros, zerosLike } from "../tensor/tensor.ts";
import { Normalization, type NormalizationOptions } from "./normalization.ts";

/** What a BatchNorm can be told. */
export interface BatchNormOptions extends NormalizationOptions {
  /** The share of the new batch in the running statistics, from 0 to 1; default 0.1, PyTorch's. */
  momentum?: number;
}

interface Memory {
  normalized: Tensor;
  factor: Float64Array; // 1 / √(variance + eps), for each channel
  /** Whether mean and variance were those of x itself, so that dx goes through them too. */
  ofBatch: boolean;
}

/**
 * Batch normalisation of vectors, or of images channel by channel.
 *
 *   train:     mean, var = over the batch, and over the pixels of the channel (var over n, not n - 1)
 *              running mean = (1 - momentum) · running mean + momentum · mean; so the variance, but over n - 1
 *   eval:      mean, var = the running ones
 *   forward:   x̂  = (x - mean) / √(var + eps)          y = w · x̂ + b
 *   backward:  dw += Σ dy · x̂       db += Σ dy         dx̂ = dy · w
 *              dx = (dx̂ - mean dx̂ - x̂ · mean(dx̂ · x̂)) / √(var + eps) in train, dx̂ / √(var + eps) in eval
 *
 * Shapes: x [batch, channels] or [batch, channels, height, width], y as x; w, b and running ones [channels]. Statistics
 * are summed in float64, in index order, and rounded once. Source: Ioffe and Szegedy 2015, algorithms 1 and 2.
 * @throws OptionError for options out of range or unknown; ShapeError, in train, where a channel has one number only.
 * @example
 * new BatchNorm(1, { eps: 1e-12 }).forward(tensor([[1], [3]])); // [[-1], [1]]
 */
export class BatchNorm extends Normalization<Memory> {
  readonly channels: number;
  readonly momentum: number;
  /** Part of state(); each forward in train puts new tensors here. */
  runningMean: Tensor;
  runningVariance: Tensor;

  constructor(channels: number, options: BatchNormOptions = {}) {
    super([checkInteger("BatchNorm channels", channels, { from: 1 })], options, ["momentum"]);
    this.channels = channels;
    this.momentum = checkNumber("BatchNorm momentum", options.momentum ?? 0.1, { from: 0, to: 1 });
    this.runningMean = zeros([channels]);
    this.runningVariance = new Tensor(new Float32Array(channels).fill(1), [channels]);
  }

  override get dependsOnMode(): boolean {
    return true;
  }

  override get rowsIndependent(): boolean {
    return false;
  }

  override get formula() {
    const y = this.weight ? "w · x̂ + b" : "x̂", dNormalized = this.weight ? "dy · w" : "dy";
    const rest = this.mode === "train" ? "(dx̂ - mean dx̂ - x̂ · mean(dx̂ · x̂))" : "dx̂";
    const sums = this.weight ? ", dw = Σ dy · x̂, db = Σ dy" : "";
    return {
      forward: `x̂ = (x - mean) / √(var + eps), y = ${y}`,
      backward: `dx̂ = ${dNormalized}, dx = ${rest} / √(var + eps)${sums}`,
    };
  }

  override toString(): string {
    return `${this.name}(${this.channels})`;
  }

  override outputShape(inputShape: Shape, ...more: Shape[]): Shape {
    const given = super.outputShape(inputShape, ...more);
    if (given[0] === this.channels) return given;
    const allowed = `[${this.channels}] or [${this.channels}, height, width], without the batch axis`;
    throw new ShapeError({ where: this.toString(), given: `input of shape ${showShape(given)}`, allowed });
  }

  forward(x: Tensor): Tensor {
    const groups = channelsOf(x.shape), ofBatch = this.mode === "train";
    const { mean, variance } = ofBatch ? this.momentsOf(x, groups)
      : { mean: this.runningMean.data, variance: this.runningVariance.data };
    const factor = Float64Array.from(variance, (value) => 1 / Math.sqrt(value + this.eps));
    const normalized = zerosLike(x);
    normalizeGroups(normalized.data, x.data, mean, factor, groups);
    this.remember({ normalized, factor, ofBatch });
    return this.scaled(normalized, groups);
  }

  backward(dy: Tensor): Tensor {
    const { normalized, factor, ofBatch } = this.recall(), groups = channelsOf(dy.shape);
    const dNormalized = this.scaledBackward(dy, normalized, groups), dx = zerosLike(dy);
    if (ofBatch) normalizeGroupsBackward(dx.data, dNormalized.data, normalized.data, factor, groups);
    else scaleGroups(dx.data, dNormalized.data, factor, groups);
    return dx;
  }

  /** Those of the batch, which also go into the running ones. */
  private momentsOf(x: Tensor, groups: Groups) {
    const n = groupSize(groups);
    if (n < 2) {
      const given = `${n} number a channel, x of shape ${showShape(x.shape)}`, where = `${this}.forward`;
      const allowed = "at least 2 in train: one has no variance";
      const advice = "Take larger batches (and leave out a last one of one row), or say eval().";
      throw new ShapeError({ where, given, allowed, advice });
    }
    const { mean, variance } = groupMoments(x.data, groups);
    const blend = ({ data, shape }: Tensor, now: (channel: number) => number): Tensor => {
      const blended = Float64Array.from(data, (old, c) => (1 - this.momentum) * old + this.momentum * now(c));
      return copyOf(new Tensor(blended, shape), x.dtype);
    };
    this.runningMean = blend(this.runningMean, (c) => mean[c]);
    this.runningVariance = blend(this.runningVariance, (c) => (variance[c] * n) / (n - 1));
    return { mean, variance };
  }
}
