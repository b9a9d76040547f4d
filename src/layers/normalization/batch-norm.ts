import { addRounded, channelsOf, groupSize, type Groups } from "../../ops/groups.ts";
import {
  standardize, standardizeBackward, standardizeBy, statisticsOf, type Statistics,
} from "../../ops/normalization.ts";
import { emptyLike } from "../../tensor/buffer-pool.ts";
import { checkInteger, checkNumber } from "../../tensor/checks.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { checkSameShape, showShape, type Shape } from "../../tensor/shape.ts";
import { allocate, checkTensor, Tensor, zeros } from "../../tensor/tensor.ts";
import { Normalization, normalizationArguments, type NormalizationOptions } from "./normalization.ts";
import { blended } from "./running-statistics.ts";
import type { LayerDescription } from "../../nn/description.ts";

/** Options of BatchNorm. */
export interface BatchNormOptions extends NormalizationOptions {
  /** The share of the new batch in the running statistics, from 0 to 1; default 0.1, PyTorch's. */
  momentum?: number;
}

/**
 * Batch normalization of vectors, or of images channel by channel.
 *
 *   train:     mean, var = over the batch, and over the pixels of the channel (var over n, not n - 1)
 *              running mean = (1 - momentum) · running mean + momentum · mean; so the variance, but over n - 1
 *   eval:      mean, var = the running ones
 *   forward:   x̂  = (x - mean) / √(var + epsilon)          y = w · x̂ + b
 *   backward:  dw += Σ dy · x̂       db += Σ dy
 *              dx = w · (dy - mean dy - x̂ · mean(dy · x̂)) / √(var + epsilon) in train mode
 *              dx = w · dy / √(var + epsilon) in eval mode
 *
 * Shapes: x [batch, channels] or [batch, channels, height, width], y as x; w, b and running ones [channels]. Statistics
 * are summed in float64, in index order, and rounded once; in float32 each operation after them rounds too, so that x
 * far from 0 beside its spread takes digits from y and dx (in float64 none).
 * Source: Ioffe and Szegedy 2015, algorithms 1 and 2.
 * @throws OptionError for options out of range or unknown; ShapeError, in train mode, if a channel has only one number.
 * @example
 * new BatchNorm(1, { epsilon: 1e-12 }).forward(tensor([[1], [3]])); // [[-1], [1]]
 */
export class BatchNorm extends Normalization<{ x: Tensor; statistics: Statistics }> {
  static override readonly typeName: string = "BatchNorm";
  static override readonly about: LayerDescription<BatchNorm> = {
    retainsNothing: true,
    formula({ weight, mode }) {
      const [y, w] = weight ? ["w · x̂ + b", "w · "] : ["x̂", ""];
      const slope = mode === "train" ? "(dy - mean dy - x̂ · mean(dy · x̂))" : "dy";
      const sums = weight ? ", dw = Σ dy · x̂, db = Σ dy" : "";
      return {
        forward: `x̂ = (x - mean) / √(var + epsilon), y = ${y}`,
        backward: `dx = ${w}${slope} / √(var + epsilon)${sums}`,
      };
    },
    equations(layer) {
      const isTrain = layer.mode === "train";
      const [y, w] = layer.weight ? ["w[c] * x̂[n, c, P] + b[c]", "w[c] * "] : ["x̂[n, c, P]", ""];
      return {
        forward: [
          `mean[c] = ${isTrain ? "mean(n, P: x[n, c, P])" : "runningMean[c]"}`,
          `var[c] = ${isTrain ? "mean(n, P: (x[n, c, P] - mean[c])^2)" : "runningVariance[c]"}`,
          "x̂[n, c, P] = (x[n, c, P] - mean[c]) / sqrt(var[c] + epsilon)", `y[n, c, P] = ${y}`,
        ],
        backward: [
          "mean_dy[c] = mean(n, P: dy[n, c, P])", "mean_dyx̂[c] = mean(n, P: dy[n, c, P] * x̂[n, c, P])",
          isTrain
            ? `dx[n, c, P] = ${w}(dy[n, c, P] - mean_dy[c] - x̂[n, c, P] * mean_dyx̂[c]) / sqrt(var[c] + epsilon)`
            : `dx[n, c, P] = ${w}dy[n, c, P] / sqrt(var[c] + epsilon)`,
          "dw[c] = sum(n, P: dy[n, c, P] * x̂[n, c, P])", "db[c] = sum(n, P: dy[n, c, P])",
        ],
      };
    },
    constructorArguments(layer, isNew) {
      const { channels, momentum } = layer;
      return [channels, { momentum, ...normalizationArguments(layer, isNew) }];
    },
  };
  readonly channels: number;
  readonly momentum: number;
  /** Part of state(); each forward in train mode puts new tensors here. */
  runningMean: Tensor;
  runningVariance: Tensor;

  constructor(channels: number, options: BatchNormOptions = {}) {
    super([checkInteger("BatchNorm channels", channels, { min: 1 })], options, ["momentum"]);
    this.channels = channels;
    this.momentum = checkNumber("BatchNorm momentum", options.momentum ?? 0.1, { min: 0, max: 1 });
    this.runningMean = zeros([channels]);
    this.runningVariance = new Tensor(allocate(channels, "float32").fill(1), [channels]);
  }

  override get dependsOnMode(): boolean {
    return true;
  }

  override get batchIndependent(): boolean {
    return false;
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

  /** A single number has no variance, so vectors need batches of at least two rows. */
  override minimumRows(inputShape: Shape): number {
    return groupSize(channelsOf([1, ...inputShape])) < 2 ? 2 : 1;
  }

  forward(x: Tensor): Tensor {
    for (const [what, running] of [["mean", this.runningMean], ["variance", this.runningVariance]] as const) {
      checkSameShape(`${this} running ${what}`, checkTensor(`${this} running ${what}`, running).shape, [this.channels]);
    }
    const y = emptyLike(x), groups = channelsOf(x.shape);
    const statistics = this.mode === "train" ? this.byBatch(y, x, groups) : this.byRunning(y, x, groups);
    this.remember({ x, statistics });
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { x, statistics } = this.recall(), dx = emptyLike(dy), groups = channelsOf(dy.shape);
    const { sums, products } = standardizeBackward(
      dx.data, dy.data, x.data, statistics, this.scaling?.w, groups);
    if (this.weight) addRounded(this.weight.grad.data, products);
    if (this.bias) addRounded(this.bias.grad.data, sums);
    return dx;
  }

  /** By the batch's own statistics, which also go into the running ones. */
  private byBatch(y: Tensor, x: Tensor, groups: Groups): Statistics {
    const n = groupSize(groups), where = `${this}.forward`;
    if (n < 2) {
      const given = `${n} number a channel, x of shape ${showShape(x.shape)}`;
      const allowed = "at least 2 in train mode: one has no variance";
      const advice = "Take larger batches (and leave out a last one of one row), or say eval().";
      throw new ShapeError({ where, given, allowed, advice });
    }
    const statistics = standardize(y.data, x.data, this.epsilon, this.scaling, groups);
    const running = { mean: this.runningMean, variance: this.runningVariance };
    const next = blended(where, running, statistics, this.momentum, n, x.dtype);
    this.runningMean = next.mean;
    this.runningVariance = next.variance;
    return statistics;
  }

  private byRunning(y: Tensor, x: Tensor, groups: Groups): Statistics {
    const statistics = statisticsOf(this.runningMean.data, this.runningVariance.data, this.epsilon, false);
    standardizeBy(y.data, x.data, statistics, this.scaling, groups);
    return statistics;
  }
}
