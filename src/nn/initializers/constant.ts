import { checkNumber } from "../../tensor/checks.ts";
import { zeros as zerosOf } from "../../tensor/tensor.ts";
import type { Initializer } from "../parameter.ts";

/** One number everywhere. As weights between hidden units it makes them all alike, for good. */
export function constant(value: number): Initializer {
  checkNumber("constant", value);
  return {
    draw(shape) {
      const out = zerosOf(shape);
      out.data.fill(value);
      return out;
    },
  };
}

/** All zero: for biases, or to see what symmetry does. */
export const zeros = constant(0);

/** All one: for the scales of a normalisation. */
export const ones = constant(1);
