import type { CommonStep, Update } from "../backends/backend.ts";
import { sgd, sgdUpdateIsFinite } from "../ops/sgd.ts";
import { checkChoice, checkNumber } from "../tensor/checks.ts";
import { OptionError } from "../tensor/errors.ts";
import { OptimizerBase, type OptimizerOptions } from "./optimizer-base.ts";

export interface SGDOptions extends OptimizerOptions {
  /** μ, 0 (default) up to but not including 1. */
  momentum?: number;
  /** δ, 0 (default) to 1: how much less of each gradient goes into the velocity; needs momentum. */
  dampening?: number;
  /** Looks ahead along the velocity; needs momentum, and no dampening. Default false. */
  nesterov?: boolean;
}

/**
 * Stochastic gradient descent.
 *
 *   g ← dw + λ·w        v ← μ·v + (1-δ)·g        w ← w - lr·v
 *   with Nesterov's momentum the last is         w ← w - lr·(g + μ·v)
 *
 * The learning rate multiplies the velocity, as in PyTorch: a new rate scales the whole velocity at once. (CS231n and
 * Keras put the rate into the velocity instead.) The first step's velocity is g, undamped.
 * Source: Sutskever et al. 2013, in PyTorch's form.
 * @throws OptionError for a rate, momentum or decay out of range; NumericError, with nothing changed, for a
 * step that would make a weight infinite or NaN.
 * @example
 * new SGD({ learningRate: 0.1, momentum: 0.9 }).step(network.parameters);
 */
export class SGD extends OptimizerBase {
  static override readonly typeName: string = "SGD";
  readonly momentum: number;
  readonly dampening: number;
  readonly nesterov: boolean;
  protected readonly slots: readonly string[];

  constructor(options: SGDOptions) {
    super(options, ["momentum", "dampening", "nesterov"]);
    this.momentum = checkNumber("SGD momentum", options.momentum ?? 0, { min: 0, exclusiveMax: 1 });
    this.dampening = checkNumber("SGD dampening", options.dampening ?? 0, { min: 0, max: 1 });
    this.nesterov = checkChoice("SGD nesterov", options.nesterov ?? false, [false, true]);
    const option = this.nesterov ? "nesterov" : this.dampening > 0 ? "dampening" : undefined;
    if (option && this.momentum === 0) refuse(option, "without momentum", "with a momentum above 0");
    if (this.dampening > 0 && this.nesterov) refuse("nesterov", "with dampening", "without dampening");
    this.slots = this.momentum === 0 ? [] : ["velocity"];
  }

  protected override updateIsFinite(update: Update): boolean {
    return sgdUpdateIsFinite(update, this);
  }

  protected applyUpdate(update: Update): void {
    sgd(update, this);
  }

  /** How each element of the velocity and of the parameter is computed, in index notation. */
  equations({ weightDecay, t }: CommonStep): readonly string[] {
    const { momentum, nesterov } = this, g = weightDecay > 0 ? "g[I]" : "dw[I]", v = "velocity'[I]";
    const velocity = `${v} = momentum * velocity[I] + ${t > 1 && this.dampening > 0 ? "(1 - dampening) * " : ""}${g}`;
    const by = momentum === 0 ? g : nesterov ? `(${g} + momentum * ${v})` : v;
    const first = weightDecay > 0 ? ["g[I] = dw[I] + weightDecay * w[I]"] : [];
    return [...first, ...momentum > 0 ? [velocity] : [], `w'[I] = w[I] - lr * ${by}`];
  }
}

function refuse(option: string, given: string, allowed: string): never {
  const where = `SGD ${option}`;
  throw new OptionError({ where, given: `${option} ${given}`, allowed: `${option} ${allowed}` });
}
