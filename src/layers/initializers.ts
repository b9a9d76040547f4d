import { scale } from "../math/math.ts";
import { zeros as zerosOf, type Tensor } from "../tensor/tensor.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Initializer } from "./parameter.ts";

/** He: normal with standard deviation √(2 / fan-in), for ReLU networks (He et al. 2015, section 2.2). */
export const he: Initializer = {
  draw: (shape, random): Tensor => scale(random.normal(zerosOf(shape)), Math.sqrt(2 / shape[0])),
};

/** Xavier: uniform over ±√(6 / (fan-in + fan-out)) (Glorot and Bengio 2010, equation 16). */
export const xavier: Initializer = {
  draw(shape, random) {
    const limit = Math.sqrt(6 / (shape[0] + shape[1]));
    const out = random.uniform(zerosOf(shape));
    for (let i = 0; i < out.data.length; i++) out.data[i] = (2 * out.data[i] - 1) * limit;
    return out;
  },
};

/** All zero: for biases, or to see what symmetry does. */
export const zeros: Initializer = { draw: (shape: Shape): Tensor => zerosOf(shape) };
