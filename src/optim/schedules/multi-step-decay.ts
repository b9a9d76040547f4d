import { pow } from "../../math/elementary.ts";
import { checkInteger, checkNumber, checkOptions } from "../../tensor/checks.ts";
import { OptionError, show } from "../../tensor/errors.ts";
import type { Schedule } from "./schedule.ts";

/**
 * The rate times a factor at each milestone: lr · factor^(how many are ≤ t). PyTorch's MultiStepLR.
 * @throws OptionError for options out of range.
 * @example
 * multiStepDecay({ learningRate: 0.1, milestones: [100, 150], factor: 0.1 })(100); // 0.01
 */
export function multiStepDecay(
  options: { learningRate: number; milestones: readonly number[]; factor: number },
): Schedule {
  checkOptions("multiStepDecay", options, ["learningRate", "milestones", "factor"]);
  const rate = checkNumber("multiStepDecay learningRate", options?.learningRate, { min: 0 });
  const factor = checkNumber("multiStepDecay factor", options.factor, { exclusiveMin: 0 });
  const given: unknown = options.milestones, where = "multiStepDecay milestones";
  if (!Array.isArray(given)) {
    throw new OptionError({ where, given: show(given), allowed: "an array of steps" });
  }
  const steps = Array.from<unknown>(given);
  const milestones = steps.map((step, i) => checkInteger(`${where}, at index ${i}`, step, { min: 0 }));
  return (t) => rate * pow(factor, milestones.filter((step) => step <= t).length);
}
