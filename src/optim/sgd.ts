import type { Parameter } from "../layers/parameter.ts";
import { isFinite, lastingZeros, sgd, sgdStaysFinite, type SgdStep, type SgdTensors } from "../math/math.ts";
import { checkChoice, checkNumber, checkOptions } from "../tensor/checks.ts";
import { NumericError, OptionError } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
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
  private readonly velocities = new Map<Parameter, Tensor>();

  constructor(options: SGDOptions) {
    checkOptions("SGD", options, ["learningRate", "momentum", "nesterov", "weightDecay"]);
    this.rate = checkRate(options?.learningRate);
    this.momentum = checkNumber("SGD momentum", options.momentum ?? 0, { from: 0, below: 1 });
    this.weightDecay = checkNumber("SGD weightDecay", options.weightDecay ?? 0, { from: 0 });
    this.nesterov = checkChoice("SGD nesterov", options.nesterov ?? false, [false, true]);
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
    // All are looked at before the first is changed.
    for (const parameter of chosen) this.check(parameter);
    for (const parameter of chosen) {
      sgd(this.numbersOf(parameter), this.scalarsFor(parameter));
      parameter.constraint?.apply(parameter.value);
    }
  }

  /** Refuses a step that would make a number infinite or NaN. */
  private check(parameter: Parameter): void {
    if (sgdStaysFinite(this.numbersOf(parameter), this.scalarsFor(parameter))) return;
    const where = `SGD, parameter "${parameter.name}"`;
    const given = isFinite(parameter.grad.data) ? "an update that overflows" : "a gradient that is not finite";
    const change = `Lower the learning rate (now ${this.rate}), or look for a layer that divides by 0.`;
    const advice = `Nothing was changed. ${change}`;
    throw new NumericError({ where, given, allowed: "finite weights", advice });
  }

  private scalarsFor(parameter: Parameter): SgdStep {
    const { rate, momentum, nesterov, weightDecay } = this;
    return { learningRate: rate, momentum, nesterov, weightDecay: parameter.decay ? weightDecay : 0 };
  }

  private numbersOf(parameter: Parameter): SgdTensors {
    return { value: parameter.value, velocity: this.velocityOf(parameter), gradient: parameter.grad };
  }

  /** Without momentum none is kept. */
  private velocityOf(parameter: Parameter): Tensor | undefined {
    if (this.momentum === 0) return undefined;
    const known = this.velocities.get(parameter);
    if (known !== undefined) return known;
    const velocity = lastingZeros(parameter.value);
    this.velocities.set(parameter, velocity);
    return velocity;
  }
}

function checkRate(rate: unknown): number {
  return checkNumber("SGD learningRate", rate, { from: 0 });
}
