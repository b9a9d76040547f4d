import type { CommonStep, Update } from "../backends/backend.ts";
import { adam, adamUpdateIsFinite } from "../ops/adaptive.ts";
import { checkNumber } from "../tensor/checks.ts";
import { typeNameOf } from "../tensor/type-name.ts";
import { OptimizerBase, type OptimizerOptions } from "./optimizer-base.ts";

export interface AdamOptions extends OptimizerOptions {
  /** β1, how much of the mean gradient is kept: 0 up to but not including 1; default 0.9. */
  beta1?: number;
  /** β2, how much of the mean square is kept: 0 up to but not including 1; default 0.999. */
  beta2?: number;
  /** ε, above 0; default 1e-8. */
  epsilon?: number;
}

/**
 * Adam: each number moves by about the learning rate, whatever the size of its gradients.
 *
 *   g ← dw + λ·w        m ← β1·m + (1-β1)·g        v ← β2·v + (1-β2)·g²
 *   w ← w - lr · m̂ / (√v̂ + ε)    with m̂ = m / (1-β1^t), v̂ = v / (1-β2^t) in step t = 1, 2, …
 *
 * m and v start at 0, which the divisors make up for. Decay goes into the gradient, as in PyTorch's Adam, and
 * so is scaled away with it: AdamW decays the weights themselves. `learningRate` is often 0.001.
 * Source: Kingma and Ba 2015, algorithm 1.
 * @throws OptionError for options out of range; NumericError, with nothing changed, for a step that would
 * make a number infinite or NaN.
 * @example
 * new Adam({ learningRate: 0.001 }).step(network.parameters);
 */
export class Adam extends OptimizerBase {
  static override readonly typeName: string = "Adam";
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  protected readonly slots = ["mean", "square"];
  protected override readonly nonNegative = ["square"];
  /** Whether decay shrinks the weights by themselves. */
  readonly decoupled: boolean = false;

  constructor(options: AdamOptions) {
    super(options, ["beta1", "beta2", "epsilon"]);
    const name = typeNameOf(new.target);
    this.beta1 = checkNumber(`${name} beta1`, options.beta1 ?? 0.9, { min: 0, exclusiveMax: 1 });
    this.beta2 = checkNumber(`${name} beta2`, options.beta2 ?? 0.999, { min: 0, exclusiveMax: 1 });
    this.epsilon = checkNumber(`${name} epsilon`, options.epsilon ?? 1e-8, { exclusiveMin: 0 });
  }

  protected applyUpdate(update: Update): void {
    adam(update, this);
  }

  protected override updateIsFinite(update: Update): boolean {
    return adamUpdateIsFinite(update, this);
  }

  /** How each element of its slots and of the parameter is computed, in index notation. */
  equations({ weightDecay }: CommonStep): readonly string[] {
    const adds = weightDecay > 0 && !this.decoupled, g = adds ? "g[I]" : "dw[I]";
    const w = weightDecay > 0 && this.decoupled ? "w[I] * (1 - lr * weightDecay)" : "w[I]";
    return [
      ...adds ? ["g[I] = dw[I] + weightDecay * w[I]"] : [],
      `mean'[I] = beta1 * mean[I] + (1 - beta1) * ${g}`, `square'[I] = beta2 * square[I] + (1 - beta2) * ${g}^2`,
      "m\u0302[I] = mean'[I] / (1 - beta1^t)", "s\u0302[I] = square'[I] / (1 - beta2^t)",
      `w'[I] = ${w} - lr * m\u0302[I] / (sqrt(s\u0302[I]) + epsilon)`,
    ];
  }
}
