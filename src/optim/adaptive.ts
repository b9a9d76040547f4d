import type { Parameter } from "../layers/parameter.ts";
import { staysFinite, type CommonStep, type StepNumbers } from "../math/adaptive.ts";
import type { Numbers } from "../tensor/tensor.ts";
import type { Kept } from "./stepper-state.ts";
import { Stepper, type StepSettings } from "./stepper.ts";

/** What the adaptive optimizers share: a step is first looked at on copies, and made once it is known to be good. */
export abstract class Adaptive extends Stepper {
  static override readonly typeName: string = "Adaptive";
  /** Makes the step, in place. */
  protected abstract move(numbers: StepNumbers, gradient: Numbers, step: CommonStep): void;

  /** Whether the step would leave finite numbers alone. */
  protected movesWell(numbers: StepNumbers, gradient: Numbers, step: CommonStep): boolean {
    return staysFinite(numbers, gradient, (copy, slopes) => this.move(copy, slopes, step));
  }

  protected staysFinite(parameter: Parameter, kept: Kept, settings: StepSettings): boolean {
    return this.movesWell(numbersOf(parameter, kept), parameter.grad.data, stepOf(kept, settings));
  }

  protected take(parameter: Parameter, kept: Kept, settings: StepSettings): void {
    this.move(numbersOf(parameter, kept), parameter.grad.data, stepOf(kept, settings));
  }
}

function numbersOf({ value }: Parameter, { tensors }: Kept): StepNumbers {
  return { value: value.data, kept: tensors.map(({ data }) => data) };
}

function stepOf({ count }: Kept, settings: StepSettings): CommonStep {
  return { ...settings, t: count + 1 };
}
