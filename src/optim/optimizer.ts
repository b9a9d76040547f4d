import type { CommonStep } from "../backends/backend.ts";
import type { Parameter } from "../nn/parameter.ts";
import type { Json } from "../nn/json-state.ts";

/** Changes parameters by their gradients. */
export interface Optimizer {
  /** Step size; may be set between steps. */
  learningRate: number;
  /** Updates from `grad`, which it does not clear. All parameters change or, if one cannot, none. */
  step(parameters: readonly Parameter[]): void;
  /** What it keeps about these parameters between steps, as plain data for JSON. */
  state?(parameters: readonly Parameter[]): Json;
  /** Restores what state() returned, for parameters in the same order, all of it or nothing. */
  load?(state: Json, parameters: readonly Parameter[]): void;
  /**
   * How a trace explains an update: equations in index notation (trace/expressions/expression.ts) of w' and of each
   * slot', in w, dw, the names of the slots, the optimizer's numbers, and lr, weightDecay and t of the step.
   */
  equations?(step: CommonStep): readonly string[];
}
