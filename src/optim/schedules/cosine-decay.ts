import { cos } from "../../math/elementary.ts";
import { checkInteger, checkNumber, checkOptions } from "../../tensor/checks.ts";
import type { Schedule } from "./schedule.ts";

/**
 * Half a wave of the cosine: from the rate at t = 0 down to the lowest one at t = steps.
 *
 *   low + (lr - low) · (1 + cos(π · t / steps)) / 2
 *
 * After that it goes on as a cosine does, up again, like PyTorch's CosineAnnealingLR; `sequence` ends it.
 * Source: Loshchilov and Hutter 2017, "SGDR", equation 5.
 * @throws OptionError for options out of range.
 * @example
 * cosineDecay({ learningRate: 0.1, steps: 100 })(50); // 0.05
 */
export function cosineDecay(options: { learningRate: number; steps: number; lowest?: number }): Schedule {
  checkOptions("cosineDecay", options, ["learningRate", "steps", "lowest"]);
  const rate = checkNumber("cosineDecay learningRate", options?.learningRate, { min: 0 });
  const steps = checkInteger("cosineDecay steps", options.steps, { min: 1 });
  const lowest = checkNumber("cosineDecay lowest", options.lowest ?? 0, { min: 0 });
  return (t) => lowest + (rate - lowest) * (1 + cos(Math.PI * (t / steps))) / 2;
}
