import type { Equations } from "../nn/equations.ts";
import { elementwiseEquations, ElementwiseLoss } from "./elementwise.ts";
import type { LossOptions } from "./reduced.ts";

/**
 * The mean squared error of predictions x of targets t.
 *
 *   forward:   L = mean over all numbers of (x - t)²
 *   backward:  dx = 2 · (x - t) / numbers
 *
 * The mean is over rows and columns alike, as in PyTorch; some books halve it or sum the columns.
 * Shapes: x and t the same, as [batch, out]. Source: Goodfellow et al., "Deep Learning", section 5.1.4.
 * @throws ShapeError unless the targets have the shape of the predictions: [n] is not taken for [n, 1].
 * @example
 * new MeanSquaredError().forward(tensor([[1], [2]]), tensor([[1], [4]])); // (0 + 4) / 2 = 2
 */
export class MeanSquaredError extends ElementwiseLoss {
  static override readonly typeName: string = "MeanSquaredError";
  readonly formula = {
    forward: `L = ${this.reduction}((x - t)²)`,
    backward: this.reduction === "mean" ? "dx = 2 · (x - t) / numbers" : "dx = 2 · (x - t)",
  };

  constructor(options: LossOptions = {}) {
    super(options);
  }

  /** How each element of its results is computed, in index notation. */
  equations(): Equations {
    return elementwiseEquations(this.reduction, "(x[I] - t[I])^2", "2 * (x[I] - t[I])");
  }

  protected loss(x: number, t: number, scale: number): number {
    return (x - t) * scale * (x - t);
  }

  protected derivative(x: number, t: number, scale: number): number {
    return 2 * (scale * x - scale * t);
  }
}
