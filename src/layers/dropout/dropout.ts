import { applyMask, scale } from "../../ops/elementwise.ts";
import { checkChoice, checkOptions } from "../../tensor/checks.ts";
import { OptionError, show } from "../../tensor/errors.ts";
import { checkSameShape } from "../../tensor/shape.ts";
import { checkTensor, copyOf, type Tensor } from "../../tensor/tensor.ts";
import { typeNameOf } from "../../tensor/type-name.ts";
import { DropoutLayer, type KeepOptions } from "./dropout-layer.ts";
import type { LayerDescription } from "../../nn/description.ts";

/** The probability of keeping (or of dropping) a unit, the scaling, and the seed of the masks. */
export type DropoutOptions = KeepOptions & {
  /** "inverted" (default): divide by keep in train mode. "at-eval": multiply by keep in eval mode instead. */
  scaling?: "inverted" | "at-eval";
  /** For the masks of a layer used alone; in a network, the network's seed counts. */
  seed?: number;
};

/**
 * Dropout: in training each unit is kept with probability `keep`, independently, and is zero otherwise.
 *
 *   mask ~ Bernoulli(keep)                       drawn anew in each forward pass in train mode
 *   inverted, train:  y = x · mask / keep        dx = dy · mask / keep
 *   inverted, eval:   y = x                      dx = dy
 *   at-eval, train:   y = x · mask               dx = dy · mask
 *   at-eval, eval:    y = x · keep               dx = dy · keep
 *
 * Either way the mean of y over the masks in train mode is what eval returns; its variance is x² · (1 - keep) / keep
 * where the scaling is inverted, else x² · keep · (1 - keep). Shapes: any; y as x.
 * Source: Srivastava et al. 2014, section 4; CS231n, "Neural networks part 2".
 * @throws OptionError unless 0 < keep <= 1, given as `keep` or as `drop` = 1 - keep.
 * @example
 * const dropout = new Dropout({ keep: 0.8 }).useMask(tensor([[1, 0, 1]]));
 * dropout.forward(tensor([[1, 2, 4]]));        // [[1.25, 0, 5]]
 * dropout.eval().forward(tensor([[1, 2, 4]])); // [[1, 2, 4]]
 */
export class Dropout extends DropoutLayer<{ mask: Tensor | undefined; factor: number }> {
  static override readonly typeName: string = "Dropout";
  static override readonly about: LayerDescription<Dropout> = {
    keepsMeaning: true, retainsNothing: true,
    formula({ mode, scaling }) {
      const inverted = scaling === "inverted", scaled = inverted ? "mask/keep" : "mask";
      const factor = mode === "train" ? ` · ${scaled}` : inverted ? "" : " · keep";
      return { forward: `y = x${factor}`, backward: `dx = dy${factor}` };
    },
    equations(layer) {
      const times = layer.mode === "train" ? " * mask[I]" : layer.scaling === "inverted" ? "" : " * keep";
      return { forward: [`y[I] = x[I]${times}`], backward: [`dx[I] = dy[I]${times}`] };
    },
    constructorArguments: ({ keep, scaling }) => [{ keep, scaling }],
  };
  readonly scaling: "inverted" | "at-eval";
  private lastMask: Tensor | undefined;
  private givenMask: Tensor | undefined;

  constructor(options: DropoutOptions) {
    checkOptions(typeNameOf(new.target), options, ["keep", "drop", "scaling", "seed"]);
    super(options);
    const { scaling = "inverted" } = options;
    this.scaling = checkChoice(`${this.name} scaling`, scaling, ["inverted", "at-eval"]);
  }

  override toString(): string {
    return `${this.name}(keep ${this.keep}${this.scaling === "inverted" ? "" : `, ${this.scaling}`})`;
  }

  /** The mask of the last forward in train mode: 0 and 1. */
  get mask(): Tensor | undefined {
    return this.lastMask && copyOf(this.lastMask);
  }

  /** Uses this mask in train mode instead of drawing one, until it is given undefined. */
  useMask(mask: Tensor | undefined): this {
    if (mask !== undefined) checkTensor(`${this.name} mask`, mask);
    const wrong = mask?.data.find((value) => value !== 0 && value !== 1);
    if (wrong !== undefined) {
      throw new OptionError({ where: `${this.name} mask`, given: show(wrong), allowed: "0 (drop) and 1 (keep)" });
    }
    this.givenMask = mask && copyOf(mask);
    return this;
  }

  forward(x: Tensor): Tensor {
    if (this.mode === "eval") {
      const factor = this.scaling === "inverted" ? 1 : this.keep;
      this.remember({ mask: undefined, factor });
      return factor === 1 ? x : scale(x, factor);
    }
    const mask = this.maskFor(x);
    const factor = this.scaling === "inverted" ? 1 / this.keep : 1;
    this.lastMask = mask;
    this.remember({ mask, factor });
    return applyMask(x, mask, factor);
  }

  backward(dy: Tensor): Tensor {
    const { mask, factor } = this.recall();
    if (mask !== undefined) return applyMask(dy, mask, factor);
    return factor === 1 ? dy : scale(dy, factor);
  }

  /** 0 and 1, each unit independently. Layers that drop units together draw fewer numbers. */
  protected drawMask(x: Tensor): Tensor {
    return this.random.bernoulli(this.keep, x);
  }

  private maskFor(x: Tensor): Tensor {
    if (this.givenMask === undefined) return this.drawMask(x);
    checkSameShape(`${this.name} mask`, this.givenMask.shape, x.shape);
    return copyOf(this.givenMask, x.dtype);
  }
}
