import type { Groups } from "../../ops/groups.ts";
import { standardize, standardizeBackward, type Statistics } from "../../ops/normalization.ts";
import { emptyLike } from "../../tensor/buffer-pool.ts";
import { checkShape, sameShape, showShape, sizeOf, type Shape } from "../../tensor/shape.ts";
import { OptionError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Normalization, normalizationArguments, type NormalizationOptions } from "./normalization.ts";
import type { LayerDescription } from "../../nn/description.ts";

/** Options of LayerNorm. */
export type LayerNormOptions = NormalizationOptions;

interface Memory {
  x: Tensor;
  /** x̂ */
  normalized: Tensor;
  statistics: Statistics;
}

/**
 * Layer normalization: normalizes each row by its own mean and variance over its last axis or axes.
 *
 *   forward:   x̂  = (x - mean) / √(var + epsilon)          y = w · x̂ + b          (var over n, not n - 1)
 *   backward:  dw += Σ dy · x̂       db += Σ dy         dx̂ = dy · w
 *              dx = (dx̂ - mean dx̂ - x̂ · mean(dx̂ · x̂)) / √(var + epsilon)
 *
 * Shapes: x [batch, ..., ...shape], y as x; w and b [...shape]. The same in both modes. Statistics are summed in
 * float64, in index order, and rounded once; in float32 each operation after them rounds too, so that x far from 0
 * beside its spread takes digits from y and dx, and in float64 none. Source: Ba et al. 2016, section 3.
 * @param shape the lengths of the axes it is over; a number for the last one alone.
 * @throws OptionError for what is no shape, options out of range or unknown; ShapeError for other last axes.
 * @example
 * new LayerNorm(2, { epsilon: 1e-12 }).forward(tensor([[1, 3], [7, 3]])); // [[-1, 1], [1, -1]]
 */
export class LayerNorm extends Normalization<Memory> {
  static override readonly typeName: string = "LayerNorm";
  static override readonly about: LayerDescription<LayerNorm> = {
    retainsNothing: true,
    formula({ weight }) {
      const y = weight ? "w · x̂ + b" : "x̂", dNormalized = weight ? "dy · w" : "dy";
      const sums = weight ? ", dw = Σ dy · x̂, db = Σ dy" : "";
      const slope = "(dx̂ - mean dx̂ - x̂ · mean(dx̂ · x̂)) / √(var + epsilon)";
      return {
        forward: `x̂ = (x - mean) / √(var + epsilon), y = ${y}`,
        backward: `dx̂ = ${dNormalized}, dx = ${slope}${sums}`,
      };
    },
    equations(layer) {
      const k = layer.shape.map((_, axis) => `k${axis + 1}`).join(", "), [y, dy] = layer.weight
        ? [`w[${k}] * x̂[N, ${k}] + b[${k}]`, `dy[N, ${k}] * w[${k}]`] : [`x̂[N, ${k}]`, `dy[N, ${k}]`];
      return {
        forward: [
          `mean[N] = mean(${k}: x[N, ${k}])`, `var[N] = mean(${k}: (x[N, ${k}] - mean[N])^2)`,
          `x̂[N, ${k}] = (x[N, ${k}] - mean[N]) / sqrt(var[N] + epsilon)`, `y[N, ${k}] = ${y}`,
        ],
        backward: [
          `dx̂[N, ${k}] = ${dy}`, `mean_dx̂[N] = mean(${k}: dx̂[N, ${k}])`,
          `mean_dx̂x̂[N] = mean(${k}: dx̂[N, ${k}] * x̂[N, ${k}])`,
          `dx[N, ${k}] = (dx̂[N, ${k}] - mean_dx̂[N] - x̂[N, ${k}] * mean_dx̂x̂[N]) / sqrt(var[N] + epsilon)`,
          `dw[${k}] = sum(N: dy[N, ${k}] * x̂[N, ${k}])`, `db[${k}] = sum(N: dy[N, ${k}])`,
        ],
      };
    },
    constructorArguments: (layer, isNew) => [layer.shape, normalizationArguments(layer, isNew)],
  };
  /** The axes it is over. */
  readonly shape: Shape;

  constructor(shape: number | Shape, options: LayerNormOptions = {}) {
    const axes = checkShape("LayerNorm shape", typeof shape === "number" ? [shape] : shape);
    if (axes.length === 0 || sizeOf(axes) === 0) {
      const allowed = "at least one axis, of at least one number";
      throw new OptionError({ where: "LayerNorm shape", given: showShape(axes), allowed });
    }
    super(axes, options);
    this.shape = axes;
  }

  override toString(): string {
    return `${this.name}(${this.shape.join(" × ")})`;
  }

  override outputShape(inputShape: Shape, ...more: Shape[]): Shape {
    const given = super.outputShape(inputShape, ...more), { shape } = this;
    if (given.length >= shape.length && sameShape(given.slice(given.length - shape.length), shape)) return given;
    const allowed = `${shape.join(", ")} as the last ${shape.length === 1 ? "axis" : "axes"}`;
    throw new ShapeError({ where: this.toString(), given: `input of shape ${showShape(given)}`, allowed });
  }

  forward(x: Tensor): Tensor {
    const normalized = emptyLike(x);
    const statistics = standardize(normalized.data, x.data, this.epsilon, undefined, this.rowsOf(x));
    this.remember({ x, normalized, statistics });
    return this.scaled(normalized, this.placesOf(x));
  }

  backward(dy: Tensor): Tensor {
    const { x, normalized, statistics } = this.recall(), dx = emptyLike(dy);
    const dNormalized = this.scaledBackward(dy, normalized, this.placesOf(dy));
    standardizeBackward(dx.data, dNormalized.data, x.data, statistics, undefined, this.rowsOf(dy));
    return dx;
  }

  /** Each row is a group with a mean of its own … */
  private rowsOf({ data }: Tensor): Groups {
    const inner = sizeOf(this.shape);
    return { blocks: 1, groups: data.length / inner, inner };
  }

  /** … and each place in a row one with a weight of its own. */
  private placesOf({ data }: Tensor): Groups {
    const groups = sizeOf(this.shape);
    return { blocks: data.length / groups, groups, inner: 1 };
  }
}
