import { checkInteger, checkNumber, checkOptions } from "../../tensor/checks.ts";
import type { Schedule } from "./schedule.ts";

/**
 * A straight line from one rate to another over so many steps, and the other from then on: warm-up if it
 * rises. PyTorch's LinearLR, with rates in place of factors.
 * Source: Goyal et al. 2017, "Accurate, Large Minibatch SGD", section 2.2.
 * @throws OptionError for options out of range.
 * @example
 * linearRamp({ from: 0, to: 0.1, steps: 5 })(2); // 0.04
 */
export function linearRamp(options: { from: number; to: number; steps: number }): Schedule {
  checkOptions("linearRamp", options, ["from", "to", "steps"]);
  const from = checkNumber("linearRamp from", options?.from, { min: 0 });
  const to = checkNumber("linearRamp to", options.to, { min: 0 });
  const steps = checkInteger("linearRamp steps", options.steps, { min: 1 });
  return (t) => (t >= steps ? to : from + (to - from) * (t / steps));
}
