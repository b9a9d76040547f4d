import { addColumnSums, addMatmul, addRow, matmul, transposed } from "../ops/products.ts";
import { checkInteger, checkOptions } from "../tensor/checks.ts";
import { ShapeError } from "../tensor/errors.ts";
import { axesOf, showShape, type Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Layer, noInputGradient } from "../nn/layer.ts";
import type { Parameter } from "../nn/parameter.ts";
import { biasArguments, biasOf, weightArguments, weightOf, type WeightOptions } from "./weights.ts";
import type { LayerDescription } from "../nn/description.ts";

export interface AffineOptions extends WeightOptions {
  /** false for none; a tensor [out] to start from (default zeros); a Parameter to share it. */
  bias?: boolean | Tensor | Parameter;
}

/**
 * The affine layer, also called fully connected or dense.
 *
 *   forward:   y  = x·w + b
 *   backward:  dx = dy·wᵀ     dw += xᵀ·dy     db += sum of dy over the batch
 *
 * Shapes: x [batch, …, in], w [in, out], b [out], y [batch, …, out]. Source: CS231n, "Backpropagation, intuitions".
 * @throws OptionError for sizes below 1, unknown options or an unknown initializer.
 * @example
 * const y = new Affine(2, 1, { init: tensor([[1], [2]]) }).forward(tensor([[3, 4]])); // [[11]]
 */
export class Affine extends Layer<{ x: Tensor }> {
  static override readonly typeName: string = "Affine";
  static override readonly about: LayerDescription<Affine> = {
    draws: false, retainsNothing: true,
    formula({ bias }) {
      const [b, db] = bias ? [" + b", ", db = Σ dy"] : ["", ""];
      return { forward: `y = x·w${b}`, backward: `dx = dy·wᵀ, dw = xᵀ·dy${db}` };
    },
    equations(layer) {
      return {
        forward: [`y[N, j] = sum(i: x[N, i] * w[i, j])${layer.bias ? " + b[j]" : ""}`],
        backward: [
          "dx[N, i] = sum(j: dy[N, j] * w[i, j])",
          "dw[i, j] = sum(N: x[N, i] * dy[N, j])",
          "db[j] = sum(N: dy[N, j])",
        ],
      };
    },
    constructorArguments: ({ weight, bias }, isNew) => (
      [...weight.shape, { ...weightArguments(weight, isNew, 1), ...biasArguments(bias, isNew) }]),
  };
  readonly weight: Parameter;
  readonly bias?: Parameter;

  constructor(inFeatures: number, outFeatures: number, options: AffineOptions = {}) {
    checkOptions("Affine", options, ["init", "bias", "weight", "constraint", "seed"]);
    checkInteger("Affine inFeatures", inFeatures, { min: 1 });
    checkInteger("Affine outFeatures", outFeatures, { min: 1 });
    super(options.seed);
    this.weight = weightOf("Affine", options, [inFeatures, outFeatures], 1);
    const bias = biasOf("Affine", options.bias ?? true, outFeatures, this.weight);
    if (bias) this.bias = bias;
  }

  override get inputShape(): Shape {
    return [this.weight.shape[0]];
  }

  override toString(): string {
    return `${this.name}(${this.weight.shape.join(" → ")})`;
  }

  override outputShape(inputShape: Shape, ...more: Shape[]): Shape {
    return affineShape(this, super.outputShape(inputShape, ...more), this.weight);
  }

  forward(x: Tensor): Tensor {
    this.remember({ x });
    const y = matmul(x, this.weight.value);
    if (this.bias) addRow(y, this.bias.value);
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { x } = this.recall();
    addMatmul(this.weight, transposed(x), dy);
    if (this.bias) addColumnSums(this.bias.grad, dy);
    return this.needsInputGradient ? matmul(dy, transposed(this.weight.value)) : noInputGradient(x);
  }
}

/** The shape of x·w, without the batch axis. @throws ShapeError, naming the layer, if they do not match. */
export function affineShape(layer: Layer, inputShape: Shape, weight: Parameter): Shape {
  const [inFeatures, outFeatures] = weight.shape;
  if (inputShape[inputShape.length - 1] === inFeatures) return [...axesOf(inputShape, 0, 1), outFeatures];
  const where = layer.toString(), given = `input of shape ${showShape(inputShape)}`;
  throw new ShapeError({ where, given, allowed: `[${inFeatures}], without the batch axis` });
}
