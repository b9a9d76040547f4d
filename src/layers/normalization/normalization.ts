import { addRounded, addToGroups, groupProducts, groupSums, scaleGroups, type Groups } from "../../ops/groups.ts";
import type { Scaling } from "../../ops/normalization.ts";
import { emptyLike } from "../../tensor/buffer-pool.ts";
import { checkChoice, checkNumber, checkOptions } from "../../tensor/checks.ts";
import { OptionError } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { typeNameOf } from "../../tensor/type-name.ts";
import { ones, zeros } from "../../nn/initializers.ts";
import { Layer } from "../../nn/layer.ts";
import { Parameter } from "../../nn/parameter.ts";
import { checkParameter, isUsual } from "../weights.ts";
import type { IsNew, LayerDescription } from "../../nn/description.ts";

export interface NormalizationOptions {
  /** Added to the variance, so that nothing is divided by 0; default 1e-5. */
  epsilon?: number;
  /** Whether it learns a weight and a bias; default true. */
  affine?: boolean;
  /** Parameters of another layer, to share them. */
  weight?: Parameter;
  bias?: Parameter;
}

/** What BatchNorm and LayerNorm share: numbers that are normalised, x̂, are scaled and shifted, y = w · x̂ + b. */
export abstract class Normalization<Memory> extends Layer<Memory> {
  static override readonly typeName: string = "Normalization";
  static override readonly about: LayerDescription = { draws: false };
  readonly weight?: Parameter;
  readonly bias?: Parameter;
  readonly epsilon: number;

  /** @param shape of the weight and the bias. */
  constructor(shape: Shape, options: NormalizationOptions, ownOptions: readonly string[] = []) {
    const where = typeNameOf(new.target);
    checkOptions(where, options, ["epsilon", "affine", "weight", "bias", ...ownOptions]);
    super();
    this.epsilon = checkNumber(`${where} epsilon`, options.epsilon ?? 1e-5, { exclusiveMin: 0 });
    const { weight, bias } = options;
    if (checkChoice(`${where} affine`, options.affine ?? true, [true, false])) {
      this.weight = checkParameter(`${where} weight`, weight ?? new Parameter("weight", { shape, init: ones }), shape);
      this.bias = checkParameter(`${where} bias`, bias ?? new Parameter("bias", { shape, init: zeros }), shape);
    } else if (weight !== undefined || bias !== undefined) {
      const given = "affine false with a weight or a bias", allowed = "one of them";
      throw new OptionError({ where, given, allowed });
    }
  }

  /** The weights and biases as numbers, if it has them. */
  protected get scaling(): Scaling | undefined {
    return this.weight && this.bias && { w: this.weight.value.data, b: this.bias.value.data };
  }

  /** y = w · x̂ + b; a number's w and b are those of its group. */
  protected scaled(normalized: Tensor, groups: Groups): Tensor {
    if (!this.weight || !this.bias) return normalized;
    const y = emptyLike(normalized);
    scaleGroups(y.data, normalized.data, this.weight.value.data, groups);
    addToGroups(y.data, this.bias.value.data, groups);
    return y;
  }

  /** dw += Σ dy · x̂, db += Σ dy, and returns dx̂ = dy · w. */
  protected scaledBackward(dy: Tensor, normalized: Tensor, groups: Groups): Tensor {
    if (!this.weight || !this.bias) return dy;
    addRounded(this.weight.grad.data, groupProducts(dy.data, normalized.data, groups));
    addRounded(this.bias.grad.data, groupSums(dy.data, groups));
    const dNormalized = emptyLike(dy);
    scaleGroups(dNormalized.data, dy.data, this.weight.value.data, groups);
    return dNormalized;
  }
}

/** The options by which a constructor makes a layer again. */
export function normalizationArguments({ epsilon, weight, bias }: Normalization<unknown>, isNew: IsNew): object {
  if (weight === undefined || bias === undefined) return { epsilon, affine: false };
  const isPlain = (parameter: Parameter, name: string) =>
    isUsual(parameter, name, isNew) && parameter.constraint === undefined;
  return {
    epsilon, ...(isPlain(weight, "weight") ? {} : { weight }), ...(isPlain(bias, "bias") ? {} : { bias }),
  };
}
