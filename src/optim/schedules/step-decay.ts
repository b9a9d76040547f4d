import { pow } from "../../math/elementary.ts";
import { checkInteger, checkNumber, checkOptions } from "../../tensor/checks.ts";
import type { Schedule } from "./schedule.ts";

/**
 * The rate times a factor every so many steps: lr · factor^⌊t / every⌋. PyTorch's StepLR.
 * @throws OptionError for options out of range.
 * @example
 * stepDecay({ learningRate: 0.1, every: 30, factor: 0.1 })(60); // 0.001
 */
export function stepDecay(options: { learningRate: number; every: number; factor: number }): Schedule {
  checkOptions("stepDecay", options, ["learningRate", "every", "factor"]);
  const rate = checkNumber("stepDecay learningRate", options?.learningRate, { min: 0 });
  const every = checkInteger("stepDecay every", options.every, { min: 1 });
  const factor = checkNumber("stepDecay factor", options.factor, { exclusiveMin: 0 });
  return (t) => rate * pow(factor, Math.floor(t / every));
}
