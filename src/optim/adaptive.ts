import type { Parameter } from "../layers/parameter.ts";
import type { CommonStep, StepNumbers } from "../math/adaptive.ts";
import { isFinite } from "../math/math.ts";
import { zerosLike, type Numbers, type Tensor } from "../tensor/tensor.ts";
import type { Kept } from "./stepper-state.ts";
import { Stepper, type StepSettings } from "./stepper.ts";

/** The next numbers of a parameter, worked out beside the present ones. */
interface Next {
  readonly value: Tensor;
  kept: readonly Tensor[];
}

/**
 * What the adaptive optimizers share: a step is worked out beside the present numbers and, once those of all
 * parameters are known to be finite, taken over.
 */
export abstract class Adaptive extends Stepper {
  private readonly nexts = new Map<Parameter, Next>();

  /** Writes the next numbers from the present ones. */
  protected abstract workOut(
    next: StepNumbers, now: StepNumbers, gradient: Numbers, step: CommonStep,
  ): void;

  protected staysFinite(parameter: Parameter, kept: Kept, settings: StepSettings): boolean {
    const next = this.nextOf(parameter);
    const now = { value: parameter.value.data, kept: kept.tensors.map(({ data }) => data) };
    const beside = { value: next.value.data, kept: next.kept.map(({ data }) => data) };
    this.workOut(beside, now, parameter.grad.data, { ...settings, t: kept.count + 1 });
    return [beside.value, ...beside.kept].every(isFinite);
  }

  protected take(parameter: Parameter, kept: Kept): void {
    const next = this.nextOf(parameter);
    // The value stays in the array that was handed out; of what is kept nobody has a view.
    parameter.value.data.set(next.value.data);
    [kept.tensors, next.kept] = [next.kept, kept.tensors];
  }

  private nextOf(parameter: Parameter): Next {
    const known = this.nexts.get(parameter);
    if (known !== undefined) return known;
    const { value } = parameter;
    const made = { value: zerosLike(value), kept: this.keeps.map(() => zerosLike(value)) };
    this.nexts.set(parameter, made);
    return made;
  }
}
