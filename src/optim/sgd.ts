import type { Parameter } from "../layers/parameter.ts";
import { isFinite, sgd } from "../math/math.ts";
import { checkNumber, checkOptions } from "../tensor/checks.ts";
import { NumericError, OptionError } from "../tensor/errors.ts";
import { zerosLike, type Tensor } from "../tensor/tensor.ts";
import { parametersToStep, type Optimizer } from "./optimizer.ts";

export interface SGDOptions {
  /** lr, at least 0. */
  learningRate: number;
  /** μ, 0 (default) up to but not including 1. */
  momentum?: number;
  /** Looks ahead along the velocity; needs momentum. Default false. */
  nesterov?: boolean;
  /** λ, at least 0 (default), on every parameter that does not opt out. */
  weightDecay?: number;
}

/** What is kept for one parameter: its velocity, and room to work out a step before anything is changed. */
interface Slot {
  velocity: Tensor;
  nextVelocity: Tensor;
  readonly nextValue: Tensor;
}

/**
 * Stochastic gradient descent.
 *
 *   g ← dw + λ·w        v ← μ·v + g        w ← w - lr·v
 *   with Nesterov's momentum the last is   w ← w - lr·(g + μ·v)
 *
 * The learning rate multiplies the velocity, as in PyTorch: a new rate acts at once on all of it. (CS231n and
 * Keras put the rate into the velocity instead.) v starts at 0.
 * Source: Sutskever et al. 2013, in PyTorch's form.
 * @throws OptionError for a rate, momentum or decay out of range; NumericError, with nothing changed, for a
 * step that would make a weight infinite or NaN.
 * @example
 * new SGD({ learningRate: 0.1, momentum: 0.9 }).step(network.parameters);
 */
export class SGD implements Optimizer {
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
  private rate: number;
  private readonly slots = new Map<Parameter, Slot>();

  constructor(options: SGDOptions) {
    checkOptions("SGD", options, ["learningRate", "momentum", "nesterov", "weightDecay"]);
    this.rate = checkRate(options?.learningRate);
    this.momentum = checkNumber("SGD momentum", options.momentum ?? 0, { from: 0, below: 1 });
    this.weightDecay = checkNumber("SGD weightDecay", options.weightDecay ?? 0, { from: 0 });
    this.nesterov = options.nesterov ?? false;
    if (this.nesterov && this.momentum === 0) {
      const allowed = "nesterov with a momentum above 0";
      throw new OptionError({ where: "SGD nesterov", given: "nesterov without momentum", allowed });
    }
  }

  get learningRate(): number {
    return this.rate;
  }

  set learningRate(rate: number) {
    this.rate = checkRate(rate);
  }

  step(parameters: readonly Parameter[]): void {
    const chosen = parametersToStep("SGD", parameters);
    for (const parameter of chosen) this.prepare(parameter);
    for (const parameter of chosen) this.commit(parameter);
  }

  /** Works out the parameter's next numbers beside the present ones. */
  private prepare(parameter: Parameter): void {
    const { value, grad } = parameter;
    const { velocity, nextVelocity, nextValue } = this.slotOf(parameter);
    const finite = sgd(nextValue.data, nextVelocity.data, value.data, velocity.data, grad.data, {
      learningRate: this.rate, momentum: this.momentum, nesterov: this.nesterov,
      weightDecay: parameter.decay ? this.weightDecay : 0,
    });
    if (finite) return;
    const where = `SGD, parameter "${parameter.name}"`;
    const given = isFinite(grad.data) ? "an update that overflows" : "a gradient that is not finite";
    const change = `Lower the learning rate (now ${this.rate}), or look for a layer that divides by 0.`;
    const advice = `Nothing was changed. ${change}`;
    throw new NumericError({ where, given, allowed: "finite weights", advice });
  }

  private commit(parameter: Parameter): void {
    const slot = this.slotOf(parameter);
    parameter.value.data.set(slot.nextValue.data);
    [slot.velocity, slot.nextVelocity] = [slot.nextVelocity, slot.velocity];
    parameter.constraint?.apply(parameter.value);
  }

  private slotOf(parameter: Parameter): Slot {
    const known = this.slots.get(parameter);
    if (known !== undefined) return known;
    const { value } = parameter;
    const slot = { velocity: zerosLike(value), nextVelocity: zerosLike(value), nextValue: zerosLike(value) };
    this.slots.set(parameter, slot);
    return slot;
  }
}

function checkRate(rate: unknown): number {
  return checkNumber("SGD learningRate", rate, { from: 0 });
}
