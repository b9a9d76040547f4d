import { checkNumber, checkOptions } from "../../tensor/checks.ts";
import { zeros } from "../../tensor/tensor.ts";
import type { Initializer } from "../parameter.ts";

/**
 * Normally distributed: mean 0 and standard deviation 1, unless given.
 * @throws OptionError unless the standard deviation is above 0.
 * @example
 * new Affine(4, 3, { init: initializers.normal({ standardDeviation: 0.01 }) });
 */
export function normal(options: { mean?: number; standardDeviation?: number } = {}): Initializer {
  checkOptions("normal", options, ["mean", "standardDeviation"]);
  const mean = checkNumber("normal mean", options.mean ?? 0);
  const { standardDeviation = 1 } = options;
  const sigma = checkNumber("normal standardDeviation", standardDeviation, { exclusiveMin: 0 });
  return {
    draw(shape, random) {
      const out = random.normal(zeros(shape));
      for (let i = 0; i < out.data.length; i++) out.data[i] = mean + sigma * out.data[i];
      return out;
    },
  };
}
