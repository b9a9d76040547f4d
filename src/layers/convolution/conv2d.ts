import { addFilterGradients, convolve, inputGradient, type Convolution } from "../../ops/convolution.ts";
import { empty, emptyLike } from "../../tensor/buffer-pool.ts";
import { checkInteger, checkOptions } from "../../tensor/checks.ts";
import { OptionError } from "../../tensor/errors.ts";
import { sizeOf, type Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Layer, noInputGradient } from "../../nn/layer.ts";
import type { Parameter } from "../../nn/parameter.ts";
import { biasArguments, biasOf, weightArguments, weightOf, type WeightOptions } from "../weights.ts";
import { pixel, place, pairOf, showPair, windowedLengths, type Pair, type Window } from "./window.ts";
import type { LayerDescription } from "../../nn/description.ts";

export interface Conv2dOptions extends WeightOptions {
  /** How far the window moves each time; default 1. */
  stride?: Pair;
  /** How many zeros stand around the image on each side; default 0. */
  padding?: Pair;
  /** How far apart the pixels are that the window sees; default 1. */
  dilation?: Pair;
  /** Into how many parts, unknown to each other, inputs and outputs fall; default 1. */
  groups?: number;
  /** false for none; a tensor [out] to start from (default zeros); a Parameter to share it. */
  bias?: boolean | Tensor | Parameter;
}

/**
 * The convolution of images with filters (as everywhere in deep learning, a cross-correlation).
 *
 *   forward:   y[o, r, s] = b[o] + Σ_{c,i,j} w[o, c, i, j] · x[c, r·stride - padding + i·dilation, s·…]
 *   backward:  dw[o, c, i, j] += Σ_{r,s} dy[o, r, s] · (the x beside it)          db[o] += Σ_{r,s} dy[o, r, s]
 *              dx[c, the place] = Σ_{o} w[o, c, i, j] · dy[o, r, s], added up over all (i, j, r, s) that see it
 *
 * Shapes: x [batch, in, height, width], w [out, in / groups, kernel, kernel], b [out], y [batch, out, height, width]
 * with height ⌊(height + 2·padding - dilation·(kernel - 1) - 1) / stride⌋ + 1, and so for the width.
 * Source: LeCun et al. 1998, section II; CS231n, "Convolutional networks", implementation as a matrix product.
 * @throws OptionError for sizes out of range, groups that do not divide the channels, and unknown options.
 * @example
 * const edges = new Conv2d(1, 1, [1, 2], { init: tensor([[[[-1, 1]]]]) });
 * edges.forward(tensor([[[[3, 3, 8]]]])); // [[[[0, 5]]]]
 */
export class Conv2d extends Layer<{ x: Tensor }> {
  static override readonly typeName: string = "Conv2d";
  static override readonly about: LayerDescription<Conv2d> = {
    draws: false, retainsNothing: true,
    formula({ bias }) {
      const [b, db] = bias ? [" + b", ", db = Σ dy"] : ["", ""];
      return { forward: `y = w ∗ x${b}`, backward: `dx = wᵀ ∗ dy, dw = dy ∗ x${db}` };
    },
    equations(layer) {
      const { window, weight: { shape: [out, inPart] } } = layer;
      const each = out / window.groups;
      const first = (sign: string) => window.groups === 1 ? "" : ` ${sign} floor(o / ${each}) * ${inPart}`;
      const x = `x[n, k${first("+")}, ${pixel(window, 0, "r", "a")}, ${pixel(window, 1, "q", "b")}]`;
      const dy = `dy[n, o, ${place(window, 0, "h", "a")}, ${place(window, 1, "v", "b")}]`;
      return {
        forward: [`y[n, o, r, q] = sum(k, a, b: w[o, k, a, b] * ${x})${layer.bias ? " + b[o]" : ""}`],
        backward: [
          `dx[n, i, h, v] = sum(o, a, b: w[o, i${first("-")}, a, b] * ${dy})`,
          `dw[o, k, a, b] = sum(n, r, q: dy[n, o, r, q] * ${x})`,
          "db[o] = sum(n, r, q: dy[n, o, r, q])",
        ],
      };
    },
    constructorArguments({ weight, bias, window: { kernel, stride, padding, dilation, groups } }, isNew) {
      const [out, inPart] = weight.shape;
      const parameters = { ...weightArguments(weight, isNew, 0), ...biasArguments(bias, isNew) };
      return [inPart * groups, out, kernel, { stride, padding, dilation, groups, ...parameters }];
    },
  };
  readonly weight: Parameter;
  readonly bias?: Parameter;
  readonly window: Window & Convolution;

  constructor(inChannels: number, outChannels: number, kernel: Pair, options: Conv2dOptions = {}) {
    checkOptions("Conv2d", options, [
      "stride", "padding", "dilation", "groups", "init", "bias", "weight", "constraint", "seed",
    ]);
    checkInteger("Conv2d inChannels", inChannels, { min: 1 });
    checkInteger("Conv2d outChannels", outChannels, { min: 1 });
    super(options.seed);
    const groups = checkInteger("Conv2d groups", options.groups ?? 1, { min: 1 });
    if (inChannels % groups !== 0 || outChannels % groups !== 0) {
      const allowed = `a number that divides ${inChannels} and ${outChannels} channels`;
      throw new OptionError({ where: "Conv2d groups", given: `${groups}`, allowed });
    }
    this.window = {
      kernel: pairOf("Conv2d kernel", kernel, 1), stride: pairOf("Conv2d stride", options.stride ?? 1, 1),
      padding: pairOf("Conv2d padding", options.padding ?? 0, 0),
      dilation: pairOf("Conv2d dilation", options.dilation ?? 1, 1), ceilMode: false, groups,
    };
    this.weight = weightOf("Conv2d", options, [outChannels, inChannels / groups, ...this.window.kernel], 0);
    const bias = biasOf("Conv2d", options.bias ?? true, outChannels, this.weight);
    if (bias) this.bias = bias;
  }

  override toString(): string {
    const [out, inPart] = this.weight.shape, { kernel, stride, padding, dilation, groups } = this.window;
    const unusual = [
      ...(stride.some((step) => step > 1) ? [`stride ${showPair(stride)}`] : []),
      ...(padding.some((frame) => frame > 0) ? [`padding ${showPair(padding)}`] : []),
      ...(dilation.some((gap) => gap > 1) ? [`dilation ${showPair(dilation)}`] : []),
      ...(groups > 1 ? [`groups ${groups}`] : []),
    ];
    return `${this.name}(${[`${inPart * groups} → ${out}`, showPair(kernel), ...unusual].join(", ")})`;
  }

  override outputShape(inputShape: Shape, ...more: Shape[]): Shape {
    const [out, inPart] = this.weight.shape, given = super.outputShape(inputShape, ...more);
    return [out, ...windowedLengths(this, given, this.window, inPart * this.window.groups)];
  }

  forward(x: Tensor): Tensor {
    this.remember({ x });
    const shape = [x.shape[0], ...this.outputShape(x.shape.slice(1))], y = empty(shape, sizeOf(shape), x.dtype);
    convolve(y, x, this.weight.value, this.bias?.value, this.window);
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { x } = this.recall();
    addFilterGradients(this.weight.grad, this.bias?.grad, dy, x, this.window);
    if (!this.needsInputGradient) return noInputGradient(x);
    const dx = emptyLike(x);
    inputGradient(dx, dy, this.weight.value, this.window);
    return dx;
  }
}
