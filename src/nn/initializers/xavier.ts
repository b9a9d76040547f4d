import { scale } from "../../ops/elementwise.ts";
import { zeros } from "../../tensor/tensor.ts";
import type { Initializer } from "../parameter.ts";
import { fansOf } from "./fans.ts";
import { uniform } from "./uniform.ts";

/** Xavier, also Glorot: uniform over ±√(6 / (fan-in + fan-out)) (Glorot and Bengio 2010, equation 16). */
export function xavierUniform(): Initializer {
  return {
    draw(shape, random) {
      const { fanIn, fanOut } = fansOf(shape), limit = Math.sqrt(6 / (fanIn + fanOut));
      return uniform({ from: -limit, to: limit }).draw(shape, random);
    },
  };
}

/** Xavier, also Glorot, with the same variance: normal, standard deviation √(2 / (fan-in + fan-out)). */
export function xavierNormal(): Initializer {
  return {
    draw(shape, random) {
      const { fanIn, fanOut } = fansOf(shape);
      return scale(random.normal(zeros(shape)), Math.sqrt(2 / (fanIn + fanOut)));
    },
  };
}
