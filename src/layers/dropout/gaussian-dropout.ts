import { multiply } from "../../ops/arithmetic.ts";
import { checkOptions } from "../../tensor/checks.ts";
import { zerosLike, type Tensor } from "../../tensor/tensor.ts";
import { typeNameOf } from "../../tensor/type-name.ts";
import { DropoutLayer, type KeepOptions } from "./dropout-layer.ts";
import type { LayerDescription } from "../../nn/description.ts";

/** `seed` is for the noise of a layer used alone; in a network, the network's seed counts. */
export type GaussianDropoutOptions = KeepOptions & { seed?: number };

/**
 * Dropout with normally distributed noise instead of a mask of 0 and 1.
 *
 *   noise ~ Normal(1, variance (1 - keep) / keep)     drawn afresh for each unit in each forward in train mode
 *   train:  y = x · noise                             dx = dy · noise
 *   eval:   y = x                                     dx = dy
 *
 * The mean of y over the noise is x, what eval returns, and the variance x² · (1 - keep) / keep: both are those
 * of inverted Dropout with the same keep. Shapes: any; y as x. Source: Srivastava et al. 2014, section 10.
 * @throws OptionError unless 0 < keep <= 1, given as `keep` or as `drop` = 1 - keep.
 * @example
 * new GaussianDropout({ keep: 0.8 }).eval().forward(tensor([[1, 2]])); // [[1, 2]]
 */
export class GaussianDropout extends DropoutLayer<{ mask: Tensor | undefined }> {
  static override readonly typeName: string = "GaussianDropout";
  static override readonly about: LayerDescription<GaussianDropout> = {
    keepsMeaning: true, retainsNothing: true,
    formula({ mode }) {
      // A trace calls whatever the units are multiplied by their mask.
      const noise = mode === "train" ? " · mask" : "";
      return { forward: `y = x${noise}`, backward: `dx = dy${noise}` };
    },
    equations(layer) {
      const times = layer.mode === "train" && layer.keep < 1 ? " * mask[I]" : "";
      return { forward: [`y[I] = x[I]${times}`], backward: [`dx[I] = dy[I]${times}`] };
    },
    constructorArguments: ({ keep }) => [{ keep }],
  };
  constructor(options: GaussianDropoutOptions) {
    checkOptions(typeNameOf(new.target), options, ["keep", "drop", "seed"]);
    super(options);
  }

  forward(x: Tensor): Tensor {
    const mask = this.mode === "train" && this.keep < 1 ? this.drawNoise(x) : undefined;
    this.remember({ mask });
    return mask === undefined ? x : multiply(x, mask);
  }

  backward(dy: Tensor): Tensor {
    const { mask } = this.recall();
    return mask === undefined ? dy : multiply(dy, mask);
  }

  private drawNoise(x: Tensor): Tensor {
    const z = this.random.normal(x), noise = zerosLike(x), sigma = Math.sqrt((1 - this.keep) / this.keep);
    for (let i = 0; i < noise.data.length; i++) noise.data[i] = 1 + sigma * z.data[i];
    return noise;
  }
}
