import { addRounded } from "../../ops/groups.ts";
import { applyMask } from "../../ops/elementwise.ts";
import { addColumnSums, addRow, matmul, transposed } from "../../ops/products.ts";
import { checkInteger, checkOptions } from "../../tensor/checks.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { affineShape } from "../affine.ts";
import { DropoutLayer, type KeepOptions } from "./dropout-layer.ts";
import { noInputGradient } from "../../nn/layer.ts";
import type { Parameter } from "../../nn/parameter.ts";
import { biasArguments, biasOf, weightArguments, weightOf, type WeightOptions } from "../weights.ts";
import type { LayerDescription } from "../../nn/description.ts";

/** Options of DropConnect. */
export type DropConnectOptions = KeepOptions & WeightOptions & {
  /** false for none; a tensor [out] to start from (default zeros); a Parameter to share it. */
  bias?: boolean | Tensor | Parameter;
};

interface Memory {
  x: Tensor;
  /** What the weights were in this forward. */
  used: Tensor;
  mask: Tensor | undefined;
  factor: number;
}

/**
 * An affine layer that drops weights instead of units: in training each connection is kept with probability
 * `keep`.
 *
 *   mask ~ Bernoulli(keep), as w            drawn afresh in each forward in train mode
 *   train:  y = x·(w · mask / keep) + b     dx = dy·(w · mask / keep)ᵀ     dw += xᵀ·dy · mask / keep
 *   eval:   y = x·w + b                     dx = dy·wᵀ                     dw += xᵀ·dy
 *           in both                         db += sum of dy over the batch
 *
 * The mean of y over the masks in train mode is what eval returns; the variance of y[j] is Σ_i (x[i] · w[i, j])² ·
 * (1 - keep) / keep. One mask serves all rows of a batch; the paper draws one per row, and in eval mode draws y from
 * a normal distribution with this mean and variance. Biases are never dropped.
 * Shapes: x [batch, in], w [in, out], b [out], y [batch, out]. Source: Wan et al. 2013, section 3.
 * @throws OptionError unless 0 < keep <= 1, given as `keep` or as `drop` = 1 - keep; and as Affine.
 * @example
 * const layer = new DropConnect(2, 1, { keep: 0.8, init: tensor([[1], [2]]) });
 * layer.eval().forward(tensor([[3, 4]])); // [[11]]
 */
export class DropConnect extends DropoutLayer<Memory> {
  static override readonly typeName: string = "DropConnect";
  static override readonly about: LayerDescription<DropConnect> = {
    retainsNothing: true,
    formula({ bias, mode }) {
      const [b, db] = bias ? [" + b", ", db = Σ dy"] : ["", ""];
      if (mode === "eval") return { forward: `y = x·w${b}`, backward: `dx = dy·wᵀ, dw = xᵀ·dy${db}` };
      const dx = "dx = dy·(w · mask/keep)ᵀ, dw = xᵀ·dy · mask/keep";
      return { forward: `y = x·(w · mask/keep)${b}`, backward: `${dx}${db}` };
    },
    equations(layer) {
      const mask = layer.mode === "train" && layer.keep < 1 ? " * mask[i, j]" : "";
      return {
        forward: [`y[N, j] = sum(i: x[N, i] * w[i, j]${mask})${layer.bias ? " + b[j]" : ""}`],
        backward: [
          `dx[N, i] = sum(j: dy[N, j] * w[i, j]${mask})`,
          `dw[i, j] = sum(N: x[N, i] * dy[N, j])${mask}`,
          "db[j] = sum(N: dy[N, j])",
        ],
      };
    },
    constructorArguments: ({ keep, weight, bias }, isNew) => (
      [...weight.shape, { keep, ...weightArguments(weight, isNew, 1), ...biasArguments(bias, isNew) }]),
  };
  readonly weight: Parameter;
  readonly bias?: Parameter;

  constructor(inFeatures: number, outFeatures: number, options: DropConnectOptions) {
    checkOptions("DropConnect", options, ["keep", "drop", "init", "bias", "weight", "constraint", "seed"]);
    checkInteger("DropConnect inFeatures", inFeatures, { min: 1 });
    checkInteger("DropConnect outFeatures", outFeatures, { min: 1 });
    super(options);
    this.weight = weightOf("DropConnect", options, [inFeatures, outFeatures], 1);
    const bias = biasOf("DropConnect", options.bias ?? true, outFeatures, this.weight);
    if (bias) this.bias = bias;
  }

  override get inputShape(): Shape {
    return [this.weight.shape[0]];
  }

  override toString(): string {
    return `${this.name}(${this.weight.shape.join(" → ")}, keep ${this.keep})`;
  }

  override outputShape(inputShape: Shape, ...more: Shape[]): Shape {
    return affineShape(this, super.outputShape(inputShape, ...more), this.weight);
  }

  forward(x: Tensor): Tensor {
    const { value } = this.weight, factor = 1 / this.keep;
    const mask = this.mode === "train" && this.keep < 1 ? this.random.bernoulli(this.keep, value) : undefined;
    const used = mask === undefined ? value : applyMask(value, mask, factor);
    this.remember({ x, used, mask, factor });
    const y = matmul(x, used);
    if (this.bias) addRow(y, this.bias.value);
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { x, used, mask, factor } = this.recall(), dw = matmul(transposed(x), dy);
    addRounded(this.weight.grad.data, (mask === undefined ? dw : applyMask(dw, mask, factor)).data);
    if (this.bias) addColumnSums(this.bias.grad, dy);
    return this.needsInputGradient ? matmul(dy, transposed(used)) : noInputGradient(x);
  }
}
