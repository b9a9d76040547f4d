import type { Parameter } from "../layers/parameter.ts";
import type { Plain } from "../layers/plain-state.ts";
import { OptionError } from "../tensor/errors.ts";

/** Changes parameters by their gradients. */
export interface Optimizer {
  /** Step size; may be set between steps. */
  learningRate: number;
  /** Updates from `grad`, which it does not clear. All parameters change, or, where one cannot, none. */
  step(parameters: readonly Parameter[]): void;
  /** What it keeps about these parameters between steps, as plain data for JSON. */
  state?(parameters: readonly Parameter[]): Plain;
  /** Takes back what state() gave, for parameters in the same order, all of it or nothing. */
  load?(state: Plain, parameters: readonly Parameter[]): void;
}

/** Each parameter once, without the frozen ones. @throws OptionError for an empty list. */
export function parametersToStep(where: string, parameters: readonly Parameter[]): readonly Parameter[] {
  if (parameters.length === 0) {
    const advice = "Does the network have a layer that learns?";
    throw new OptionError({ where, given: "no parameters", allowed: "at least one", advice });
  }
  return [...new Set(parameters)].filter((parameter) => !parameter.frozen);
}
