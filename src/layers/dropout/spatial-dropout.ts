import { ShapeError } from "../../tensor/errors.ts";
import { showShape, type Shape } from "../../tensor/shape.ts";
import { zeros, zerosLike, type Tensor } from "../../tensor/tensor.ts";
import { Dropout } from "./dropout.ts";
import type { LayerDescription } from "../../nn/description.ts";

/**
 * Dropout of whole channels. Neighbouring pixels of a feature map are strongly correlated, so dropping single pixels
 * removes little information; dropping a whole channel does.
 *
 *   mask[n, c] ~ Bernoulli(keep)                      one draw per channel and row, the same for all its pixels
 *   inverted, train:  y = x · mask / keep             dx = dy · mask / keep
 *   inverted, eval:   y = x                           dx = dy
 *
 * and so with scaling "at-eval", as in Dropout. The mean of y over the masks in train mode is what eval returns, its
 * variance x² · (1 - keep) / keep, as in Dropout; but the pixels of a channel are dropped together.
 * Shapes: x [batch, channels, ...], y as x. Source: Tompson et al. 2015, section 3.2.
 * @throws OptionError unless 0 < keep <= 1, given as `keep` or as `drop` = 1 - keep; ShapeError for x without
 * channels.
 * @example
 * const dropout = new SpatialDropout({ keep: 0.8 }).useMask(tensor([[[1, 1], [0, 0]]]));
 * dropout.forward(tensor([[[1, 2], [3, 4]]])); // [[[1.25, 2.5], [0, 0]]]
 */
export class SpatialDropout extends Dropout {
  static override readonly typeName: string = "SpatialDropout";
  static override readonly about: LayerDescription<Dropout> = {
    retainsNothing: true,
    constructorArguments: ({ keep, scaling }) => [{ keep, scaling }],
  };
  override outputShape(inputShape: Shape, ...more: Shape[]): Shape {
    const given = super.outputShape(inputShape, ...more);
    if (given.length >= 1) return given;
    const allowed = "[channels, ...], without the batch axis";
    throw new ShapeError({ where: this.toString(), given: `input of shape ${showShape(given)}`, allowed });
  }

  protected override drawMask(x: Tensor): Tensor {
    return spreadOver(x, this.random.bernoulli(this.keep, zeros(x.shape.slice(0, 2), x.dtype)));
  }
}

/** Spreads draws over x: each stands for equally many of its numbers, one after the other. */
export function spreadOver(x: Tensor, drawn: Tensor): Tensor {
  const mask = zerosLike(x), together = x.data.length / drawn.data.length;
  for (let i = 0; i < drawn.data.length; i++) mask.data.fill(drawn.data[i], i * together, (i + 1) * together);
  return mask;
}
