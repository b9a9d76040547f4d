import type { Parameter } from "../nn/parameter.ts";
import type { Json } from "../nn/json-state.ts";

/** Changes parameters by their gradients. */
export interface Optimizer {
  /** Step size; may be set between steps. */
  learningRate: number;
  /** Updates from `grad`, which it does not clear. All parameters change, or, where one cannot, none. */
  step(parameters: readonly Parameter[]): void;
  /** What it keeps about these parameters between steps, as plain data for JSON. */
  state?(parameters: readonly Parameter[]): Json;
  /** Takes back what state() gave, for parameters in the same order, all of it or nothing. */
  load?(state: Json, parameters: readonly Parameter[]): void;
}
