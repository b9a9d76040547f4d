import { addRounded } from "../ops/groups.ts";
import { checkInteger, checkOptions } from "../tensor/checks.ts";
import { DataError } from "../tensor/errors.ts";
import type { Shape } from "../tensor/shape.ts";
import { zeros, zerosLike, type Tensor } from "../tensor/tensor.ts";
import { normal } from "../nn/initializers.ts";
import { Layer, noInputGradient } from "../nn/layer.ts";
import type { Parameter } from "../nn/parameter.ts";
import { weightArguments, weightOf, type WeightOptions } from "./weights.ts";
import type { LayerDescription } from "../nn/description.ts";

/** The weights start normal with standard deviation 1, unless `init` says otherwise. */
export type EmbeddingOptions = WeightOptions;

/**
 * A table of vectors, one for each word; x selects the rows.
 *
 *   forward:   y = w[x]
 *   backward:  dw[x] += dy        the sum, if a row is selected several times
 *
 * Shapes: x [batch, ...] of integers from 0 to words - 1, w [words, features], y [batch, ..., features]. An
 * index has no derivative, so backward returns zeros. Source: Bengio et al. 2003, section 2.
 * @throws OptionError for sizes below 1 and unknown options; DataError, in forward, for anything but an index of a row.
 * @example
 * new Embedding(2, 3, { init: tensor([[1, 2, 3], [4, 5, 6]]) }).forward(tensor([1])); // [[4, 5, 6]]
 */
export class Embedding extends Layer<{ x: Tensor }> {
  static override readonly typeName: string = "Embedding";
  static override readonly about: LayerDescription<Embedding> = {
    draws: false, retainsNothing: true,
    formula: () => ({ forward: "y = w[x]", backward: "dw[x] = Σ dy" }),
    equations() {
      return {
        forward: ["y[N, j] = w[x[N], j]"],
        backward: ["dx[N] = 0", "dw[k, j] = sum(N where x[N] == k: dy[N, j])"],
      };
    },
    constructorArguments: ({ weight }, isNew) => [...weight.shape, weightArguments(weight, isNew, 0)],
  };
  readonly weight: Parameter;

  constructor(words: number, features: number, options: EmbeddingOptions = {}) {
    checkOptions("Embedding", options, ["init", "weight", "constraint", "seed"]);
    checkInteger("Embedding words", words, { min: 1 });
    checkInteger("Embedding features", features, { min: 1 });
    super(options.seed);
    this.weight = weightOf("Embedding", options, [words, features], 0, normal());
  }

  override get vocabularySize(): number {
    return this.weight.shape[0];
  }

  override toString(): string {
    return `${this.name}(${this.weight.shape.join(" → ")})`;
  }

  override outputShape(inputShape: Shape, ...more: Shape[]): Shape {
    return [...super.outputShape(inputShape, ...more), this.weight.shape[1]];
  }

  forward(x: Tensor): Tensor {
    const { value } = this.weight, [words, features] = value.shape;
    const wrong = x.data.findIndex((row) => !(Number.isInteger(row) && row >= 0 && row < words));
    if (wrong >= 0) {
      const given = `${x.data[wrong]} as number ${wrong} of x`, allowed = `integers from 0 to ${words - 1}`;
      throw new DataError({ where: this.toString(), given, allowed });
    }
    this.remember({ x });
    const y = zeros([...x.shape, features], x.dtype);
    x.data.forEach((row, i) => y.data.set(value.data.subarray(row * features, (row + 1) * features), i * features));
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { x } = this.recall();
    const dw = zerosLike(this.weight.value).data, features = this.weight.shape[1];
    x.data.forEach((row, i) => {
      for (let j = 0; j < features; j++) dw[row * features + j] += dy.data[i * features + j];
    });
    addRounded(this.weight.grad.data, dw);
    return this.needsInputGradient ? zerosLike(x) : noInputGradient(x);
  }
}
