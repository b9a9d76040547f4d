import { scale } from "../math/math.ts";
import { sizeOf, type Shape } from "../tensor/shape.ts";
import { zeros as zerosOf, type Tensor } from "../tensor/tensor.ts";
import type { Initializer } from "./parameter.ts";

/**
 * How many numbers each output is a sum of (in), and each input goes into (out), told by the shape of the weights:
 * [in, out] of an affine layer, [out, in, ...kernel] of a convolution, whose kernel multiplies both.
 */
function fansOf(shape: Shape): { fanIn: number; fanOut: number } {
  if (shape.length < 3) return { fanIn: shape[0], fanOut: shape[1] };
  const [outputs, inputs, ...kernel] = shape;
  return { fanIn: inputs * sizeOf(kernel), fanOut: outputs * sizeOf(kernel) };
}

/** He: normal with standard deviation √(2 / fan-in), for ReLU networks (He et al. 2015, section 2.2). */
export const he: Initializer = {
  draw: (shape, random): Tensor => scale(random.normal(zerosOf(shape)), Math.sqrt(2 / fansOf(shape).fanIn)),
};

/** Xavier: uniform over ±√(6 / (fan-in + fan-out)) (Glorot and Bengio 2010, equation 16). */
export const xavier: Initializer = {
  draw(shape, random) {
    const { fanIn, fanOut } = fansOf(shape);
    const limit = Math.sqrt(6 / (fanIn + fanOut));
    const out = random.uniform(zerosOf(shape));
    for (let i = 0; i < out.data.length; i++) out.data[i] = (2 * out.data[i] - 1) * limit;
    return out;
  },
};

/** Normal with mean 0 and standard deviation 1: for embeddings. */
export const standardNormal: Initializer = { draw: (shape, random): Tensor => random.normal(zerosOf(shape)) };

/** All zero: for biases, or to see what symmetry does. */
export const zeros: Initializer = { draw: (shape: Shape): Tensor => zerosOf(shape) };

/** All one: for the scales of a normalisation. */
export const ones: Initializer = {
  draw(shape: Shape) {
    const out = zerosOf(shape);
    out.data.fill(1);
    return out;
  },
};
