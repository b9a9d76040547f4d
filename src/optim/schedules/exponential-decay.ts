import { pow } from "../../math/elementary.ts";
import { checkNumber, checkOptions } from "../../tensor/checks.ts";
import type { Schedule } from "./schedule.ts";

/**
 * The rate times a factor in every step: lr · factor^t. PyTorch's ExponentialLR.
 * @throws OptionError for options out of range.
 * @example
 * exponentialDecay({ learningRate: 0.1, factor: 0.5 })(2); // 0.025
 */
export function exponentialDecay(options: { learningRate: number; factor: number }): Schedule {
  checkOptions("exponentialDecay", options, ["learningRate", "factor"]);
  const rate = checkNumber("exponentialDecay learningRate", options?.learningRate, { min: 0 });
  const factor = checkNumber("exponentialDecay factor", options.factor, { exclusiveMin: 0 });
  return (t) => rate * pow(factor, t);
}
