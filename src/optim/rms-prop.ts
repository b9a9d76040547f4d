import type { CommonStep, Update } from "../backends/backend.ts";
import { rmsProp } from "../ops/adaptive.ts";
import { checkChoice, checkNumber } from "../tensor/checks.ts";
import { OptimizerBase, type OptimizerOptions } from "./optimizer-base.ts";

export interface RMSPropOptions extends OptimizerOptions {
  /** α, how much of the mean square is kept: 0 up to but not including 1; default 0.99. */
  decayRate?: number;
  /** μ, 0 (default) up to but not including 1. */
  momentum?: number;
  /** Divides by the standard deviation of the gradients rather than their root mean square. Default false. */
  centered?: boolean;
  /** ε, above 0; default 1e-8. */
  epsilon?: number;
}

/**
 * RMSProp: divides each gradient by the root mean square of its recent ones.
 *
 *   g ← dw + λ·w        s ← α·s + (1-α)·g²        w ← w - lr · g / (√s + ε)
 *   centered, √(s - a²) is in place of √s, with    a ← α·a + (1-α)·g
 *   with momentum, the last is                     b ← μ·b + g / (√s + ε),  w ← w - lr·b
 *
 * s, a and b start at 0; ε is outside the root, as in PyTorch. Source: Hinton, "Neural Networks for Machine
 * Learning", lecture 6e; centered: Graves 2013, section 4.2.
 * @throws OptionError for options out of range; NumericError, with nothing changed, for a step that would
 * make a number infinite or NaN.
 * @example
 * new RMSProp({ learningRate: 0.001, momentum: 0.9 }).step(network.parameters);
 */
export class RMSProp extends OptimizerBase {
  static override readonly typeName: string = "RMSProp";
  readonly decayRate: number;
  readonly momentum: number;
  readonly centered: boolean;
  readonly epsilon: number;
  protected readonly slots: readonly string[];
  protected override readonly nonNegative = ["square"];

  constructor(options: RMSPropOptions) {
    super(options, ["decayRate", "momentum", "centered", "epsilon"]);
    this.decayRate = checkNumber("RMSProp decayRate", options.decayRate ?? 0.99, { min: 0, exclusiveMax: 1 });
    this.momentum = checkNumber("RMSProp momentum", options.momentum ?? 0, { min: 0, exclusiveMax: 1 });
    this.centered = checkChoice("RMSProp centered", options.centered ?? false, [false, true]);
    this.epsilon = checkNumber("RMSProp epsilon", options.epsilon ?? 1e-8, { exclusiveMin: 0 });
    this.slots = [
      "square", ...(this.centered ? ["mean"] : []), ...(this.momentum > 0 ? ["velocity"] : []),
    ];
  }

  protected applyUpdate(update: Update): void {
    rmsProp(update, this);
  }

  /** How each element of its slots and of the parameter is computed, in index notation. */
  equations({ weightDecay }: CommonStep): readonly string[] {
    const { centered, momentum } = this, g = weightDecay > 0 ? "g[I]" : "dw[I]";
    const square = centered ? "max(0, square'[I] - mean'[I]^2)" : "square'[I]";
    const by = `${g} / (sqrt(${square}) + epsilon)`;
    return [
      ...weightDecay > 0 ? ["g[I] = dw[I] + weightDecay * w[I]"] : [],
      `square'[I] = decayRate * square[I] + (1 - decayRate) * ${g}^2`,
      ...centered ? [`mean'[I] = decayRate * mean[I] + (1 - decayRate) * ${g}`] : [],
      ...momentum > 0 ? [`velocity'[I] = momentum * velocity[I] + ${by}`] : [],
      `w'[I] = w[I] - lr * ${momentum > 0 ? "velocity'[I]" : by}`,
    ];
  }
}
