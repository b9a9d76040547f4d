import { applyMask } from "../../ops/elementwise.ts";
import { checkOptions } from "../../tensor/checks.ts";
import { zerosLike, type Tensor } from "../../tensor/tensor.ts";
import { typeNameOf } from "../../tensor/type-name.ts";
import { DropoutLayer, type KeepOptions } from "./dropout-layer.ts";
import type { LayerDescription } from "../../nn/description.ts";

/** `seed` is for the masks of a layer used alone; in a network, the network's seed counts. */
export type AlphaDropoutOptions = KeepOptions & { seed?: number };

/** α' = -λ·α, the limit of SELU for x → -∞: the value of a dropped unit. */
const DROPPED = -1.7580993408473766;

/**
 * Dropout for self-normalizing networks: preserves a mean of 0 and a variance of 1.
 *
 *   mask ~ Bernoulli(keep)                                drawn afresh in each forward in train mode
 *   train:  y = a · (x · mask + α' · (1 - mask)) + b      dx = dy · a · mask
 *   eval:   y = x                                         dx = dy
 *
 * with α' = -1.7581 (SELU's lower limit), a = 1 / √(keep + α'² · keep · (1 - keep)) and b = -a · (1 - keep) ·
 * α'. For units x of mean 0 and variance 1, y has mean 0 and variance 1. For one x, the mean of y over the
 * masks is a · keep · x, and not x; its variance is a² · keep · (1 - keep) · (x - α')². Shapes: any; y as x.
 * Source: Klambauer et al. 2017, section "New dropout technique".
 * @throws OptionError unless 0 < keep <= 1, given as `keep` or as `drop` = 1 - keep.
 * @example
 * new AlphaDropout({ keep: 0.95 }).eval().forward(tensor([[1, 2]])); // [[1, 2]]
 */
export class AlphaDropout extends DropoutLayer<{ mask: Tensor | undefined; a: number }> {
  static override readonly typeName: string = "AlphaDropout";
  static override readonly about: LayerDescription<AlphaDropout> = {
    keepsMeaning: true, retainsNothing: true,
    formula: ({ mode }) => (mode === "eval"
      ? { forward: "y = x", backward: "dx = dy" }
      : { forward: "y = a · (x · mask + α' · (1 - mask)) + b", backward: "dx = dy · a · mask" }),
    equations(layer) {
      if (layer.mode === "eval" || layer.keep === 1) return { forward: ["y[I] = x[I]"], backward: ["dx[I] = dy[I]"] };
      return {
        forward: [
          `α' = ${DROPPED}`,
          "a = 1 / sqrt(keep + α'^2 * keep * (1 - keep))",
          "b = -a * (1 - keep) * α'",
          "y[I] = a * (x[I] * mask[I] + α' * (1 - mask[I])) + b",
        ],
        backward: ["dx[I] = dy[I] * a * mask[I]"],
      };
    },
    constructorArguments: ({ keep }) => [{ keep }],
  };
  constructor(options: AlphaDropoutOptions) {
    checkOptions(typeNameOf(new.target), options, ["keep", "drop", "seed"]);
    super(options);
  }

  forward(x: Tensor): Tensor {
    const { keep } = this, drop = 1 - keep;
    const mask = this.mode === "train" && keep < 1 ? this.random.bernoulli(keep, x) : undefined;
    const a = 1 / Math.sqrt(keep + DROPPED * DROPPED * keep * drop), b = -a * drop * DROPPED;
    this.remember({ mask, a });
    if (mask === undefined) return x;
    const y = zerosLike(x);
    for (let i = 0; i < x.data.length; i++) y.data[i] = a * (mask.data[i] === 1 ? x.data[i] : DROPPED) + b;
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { mask, a } = this.recall();
    return mask === undefined ? dy : applyMask(dy, mask, a);
  }
}
