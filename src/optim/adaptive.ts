import type { Parameter } from "../nn/parameter.ts";
import { updateIsFinite, type CommonStep, type StepNumbers } from "../ops/adaptive.ts";
import type { Numbers } from "../tensor/tensor.ts";
import type { OptimizerState } from "./optimizer-state.ts";
import { OptimizerBase, type StepSettings } from "./optimizer-base.ts";

/** What the adaptive optimizers share: a step is first looked at on copies, and made once it is known to be good. */
export abstract class Adaptive extends OptimizerBase {
  static override readonly typeName: string = "Adaptive";
  /** Makes the step, in place. */
  protected abstract move(numbers: StepNumbers, gradient: Numbers, step: CommonStep): void;

  /** Whether the step would leave finite numbers alone. */
  protected stepIsFinite(numbers: StepNumbers, gradient: Numbers, step: CommonStep): boolean {
    return updateIsFinite(numbers, gradient, (copy, slopes) => this.move(copy, slopes, step));
  }

  protected staysFinite(parameter: Parameter, kept: OptimizerState, settings: StepSettings): boolean {
    return this.stepIsFinite(numbersOf(parameter, kept), parameter.grad.data, stepOf(kept, settings));
  }

  protected applyUpdate(parameter: Parameter, kept: OptimizerState, settings: StepSettings): void {
    this.move(numbersOf(parameter, kept), parameter.grad.data, stepOf(kept, settings));
  }
}

function numbersOf({ value }: Parameter, { tensors }: OptimizerState): StepNumbers {
  return { value: value.data, kept: tensors.map(({ data }) => data) };
}

function stepOf({ count }: OptimizerState, settings: StepSettings): CommonStep {
  return { ...settings, t: count + 1 };
}
