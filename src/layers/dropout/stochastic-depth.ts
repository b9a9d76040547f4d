import { zeros, type Tensor } from "../../tensor/tensor.ts";
import { Dropout } from "./dropout.ts";
import { spreadOver } from "./spatial-dropout.ts";
import type { LayerDescription } from "../../nn/description.ts";

/**
 * Stochastic depth: the last layer of a residual branch, which drops the branch whole. What is left of the
 * block is its skip connection, so a deep network is trained as many shallower ones.
 *
 *   mask[n] ~ Bernoulli(keep)                         one draw a row, the same for all its numbers
 *   inverted, train:  y = x · mask / keep             dx = dy · mask / keep
 *   inverted, eval:   y = x                           dx = dy
 *
 * and so with scaling "at-eval", the paper's, as in Dropout. The mean of y over the masks in train mode is what
 * eval returns, its variance x² · (1 - keep) / keep. Each row of the batch draws independently (the paper draws
 * once for a whole batch): the gradient of a step varies less so, and a row does not depend on the batch it
 * is in.
 * Shapes: x [batch, ...], y as x. Source: Huang et al. 2016, section 3.
 * @throws OptionError unless 0 < keep <= 1, given as `keep` or as `drop` = 1 - keep.
 * @example
 * const block = residual(new Affine(8, 8), new ReLU(), new Affine(8, 8), new StochasticDepth({ keep: 0.9 }));
 */
export class StochasticDepth extends Dropout {
  static override readonly typeName: string = "StochasticDepth";
  static override readonly about: LayerDescription<Dropout> = {
    retainsNothing: true,
    constructorArguments: ({ keep, scaling }) => [{ keep, scaling }],
  };
  protected override drawMask(x: Tensor): Tensor {
    return spreadOver(x, this.random.bernoulli(this.keep, zeros([x.shape[0]], x.dtype)));
  }
}
