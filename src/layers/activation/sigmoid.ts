import { sigmoid, timesExp } from "../../math/elementary.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { Elementwise } from "./elementwise.ts";
import type { LayerDescription } from "../../nn/description.ts";

/**
 * The logistic sigmoid: maps any number to one between 0 and 1.
 *
 *   forward:   y  = σ(x) = 1 / (1 + exp(-x))
 *   backward:  dx = dy · y · (1 - y)              (1 - y computed as σ(-x), which loses no digits)
 *
 * Shapes: any; y as x. Source: CS231n, "Neural networks part 1", commonly used activation functions.
 * @example
 * new Sigmoid().forward(tensor([[-Infinity, 0, Infinity]])); // [[0, 0.5, 1]]
 */
export class Sigmoid extends Elementwise {
  static override readonly typeName: string = "Sigmoid";
  static override readonly about: LayerDescription = {
    retainsNothing: true,
    formula: () => ({ forward: "y = 1 / (1 + exp(-x))", backward: "dx = dy · y · (1 - y)" }),
    equations: () => ({ forward: ["y[I] = sigmoid(x[I])"], backward: ["dx[I] = dy[I] * y[I] * (1 - y[I])"] }),
  };
  /** y = 1 / (1 + exp(-x)) for each x. */
  override forward(x: Tensor): Tensor {
    const y = super.forward(x);
    return new Tensor(y.data, y.shape, "independent probabilities");
  }

  protected y(x: number): number {
    return sigmoid(x);
  }

  protected dx(dy: number, x: number): number {
    const size = Math.abs(x);
    return size > 40 ? timesExp(dy, 1, -size) : dy * (sigmoid(x) * sigmoid(-x));
  }
}
