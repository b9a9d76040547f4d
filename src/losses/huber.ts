import type { Formula } from "../nn/description.ts";
import type { Equations } from "../nn/equations.ts";
import { checkNumber } from "../tensor/checks.ts";
import { elementwiseEquations, ElementwiseLoss } from "./elementwise.ts";
import type { LossOptions } from "./reduced.ts";

/** Options of Huber. */
export interface HuberOptions extends LossOptions {
  /** δ: how far off a prediction may be before its cost grows linearly; above 0, default 1. */
  delta?: number;
}

/**
 * The Huber loss: squared near the target, absolute far from it, so that the gradient of an outlier is at most δ.
 *
 *   forward:   L = mean over all numbers of ½·(x - t)² where |x - t| ≤ δ, else δ·(|x - t| - ½·δ)
 *   backward:  dx = (x - t, held between -δ and δ) / numbers
 *
 * Shapes: x and t the same, as [batch, out]. Source: Huber 1964, "Robust Estimation of a Location Parameter".
 * @throws OptionError unless δ is above 0; ShapeError unless x and t have one shape.
 * @example
 * new Huber().forward(tensor([[0], [0]]), tensor([[1], [3]])); // (0.5 + 2.5) / 2 = 1.5
 */
export class Huber extends ElementwiseLoss {
  static override readonly typeName: string = "Huber";
  readonly delta: number;

  constructor(options: HuberOptions = {}) {
    super(options, ["reduction", "delta"]);
    this.delta = checkNumber("Huber delta", options.delta ?? 1, { exclusiveMin: 0 });
  }

  /** How each element of its results is computed, in index notation. */
  equations(): Equations {
    const off = "abs(x[I] - t[I])", near = `${off} <= delta`;
    const loss = `(x[I] - t[I])^2 / 2 if ${near} else delta * (${off} - delta / 2)`;
    return elementwiseEquations(this.reduction, loss, "min(max(x[I] - t[I], -delta), delta)");
  }

  get formula(): Formula {
    const { delta, reduction } = this, numbers = reduction === "mean" ? " / numbers" : "";
    return {
      forward: `L = ${reduction}(½ · (x - t)² where |x - t| ≤ ${delta}, else ${delta} · (|x - t| - ½ · ${delta}))`,
      backward: `dx = min(max(x - t, -${delta}), ${delta})${numbers}`,
    };
  }

  protected loss(x: number, t: number, scale: number): number {
    const off = Math.abs(x - t), steepness = this.delta * scale;
    // Of opposite signs, or not finite.
    if (off === Infinity) {
      const more = Math.max(Math.abs(x), Math.abs(t)), less = Math.min(Math.abs(x), Math.abs(t));
      return steepness * (more - 0.5 * this.delta) + steepness * less;
    }
    return off <= this.delta ? 0.5 * off * scale * off : steepness * (off - 0.5 * this.delta);
  }

  protected derivative(x: number, t: number, scale: number): number {
    return Math.min(Math.max(x - t, -this.delta), this.delta) * scale;
  }
}
