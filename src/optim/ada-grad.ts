import type { CommonStep, Update } from "../backends/backend.ts";
import { adaGrad } from "../ops/adaptive.ts";
import { checkNumber } from "../tensor/checks.ts";
import { OptimizerBase, type OptimizerOptions } from "./optimizer-base.ts";

export interface AdaGradOptions extends OptimizerOptions {
  /** d: step t = 1, 2, … uses the rate lr / (1 + (t-1)·d); at least 0 (default). */
  learningRateDecay?: number;
  /** ε, above 0; default 1e-10. */
  epsilon?: number;
}

/**
 * AdaGrad: divides each gradient by the root of the sum of squares of all before it, itself included.
 *
 *   g ← dw + λ·w        s ← s + g²        w ← w - lr · g / (√s + ε)
 *
 * s starts at 0 and only grows, so the steps become ever smaller.
 * Source: Duchi, Hazan and Singer 2011.
 * @throws OptionError for options out of range; NumericError, with nothing changed, for a step that would
 * make a number infinite or NaN.
 * @example
 * new AdaGrad({ learningRate: 0.01 }).step(network.parameters);
 */
export class AdaGrad extends OptimizerBase {
  static override readonly typeName: string = "AdaGrad";
  readonly learningRateDecay: number;
  readonly epsilon: number;
  protected readonly slots = ["square"];
  protected override readonly nonNegative = ["square"];

  constructor(options: AdaGradOptions) {
    super(options, ["learningRateDecay", "epsilon"]);
    const { learningRateDecay = 0, epsilon = 1e-10 } = options;
    this.learningRateDecay = checkNumber("AdaGrad learningRateDecay", learningRateDecay, { min: 0 });
    this.epsilon = checkNumber("AdaGrad epsilon", epsilon, { exclusiveMin: 0 });
  }

  protected applyUpdate(update: Update): void {
    adaGrad(update, this);
  }

  /** How each element of its slot and of the parameter is computed, in index notation. */
  equations({ weightDecay }: CommonStep): readonly string[] {
    const g = weightDecay > 0 ? "g[I]" : "dw[I]", decays = this.learningRateDecay > 0;
    const rate = decays ? "lr / (1 + (t - 1) * learningRateDecay)" : "lr";
    return [
      ...weightDecay > 0 ? ["g[I] = dw[I] + weightDecay * w[I]"] : [], `square'[I] = square[I] + ${g}^2`,
      `w'[I] = w[I] - ${rate} * ${g} / (sqrt(square'[I]) + epsilon)`,
    ];
  }
}
