import { checkNumber, checkOptions } from "../../tensor/checks.ts";
import { zeros } from "../../tensor/tensor.ts";
import type { Initializer } from "../parameter.ts";

/**
 * Evenly spread between two numbers.
 * @throws OptionError unless from < to.
 * @example
 * new Affine(4, 3, { init: initializers.uniform({ from: -0.1, to: 0.1 }) });
 */
export function uniform(options: { from: number; to: number }): Initializer {
  checkOptions("uniform", options, ["from", "to"]);
  const from = checkNumber("uniform from", options?.from);
  const to = checkNumber("uniform to", options.to, { exclusiveMin: from });
  const middle = (from + to) / 2, reach = (to - from) / 2;
  return {
    draw(shape, random) {
      const out = random.uniform(zeros(shape));
      for (let i = 0; i < out.data.length; i++) out.data[i] = middle + (2 * out.data[i] - 1) * reach;
      return out;
    },
  };
}
