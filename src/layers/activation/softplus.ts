import { exp, log1p, sigmoid, timesExp } from "../../math/elementary.ts";
import { Elementwise } from "./elementwise.ts";
import type { LayerDescription } from "../../nn/description.ts";

/** Above it log(1 + exp(x)) is taken as x: they differ by less than 3e-9. PyTorch's. */
const THRESHOLD = 20;

/**
 * A smooth ReLU, always above 0. Above 20 it is x itself.
 *
 *   forward:   y  = log(1 + exp(x)), or x where x > 20
 *   backward:  dx = dy · σ(x), or dy where x > 20          σ(x) = 1 / (1 + exp(-x))
 *
 * Shapes: any; y as x. Source: Dugas et al. 2001; Goodfellow et al., "Deep Learning", section 3.10.
 * @example
 * new Softplus().forward(tensor([[-Infinity, 30]])); // [[0, 30]]
 */
export class Softplus extends Elementwise {
  static override readonly typeName: string = "Softplus";
  static override readonly about: LayerDescription = {
    retainsNothing: true,
    formula: () => (
      { forward: "y = log(1 + exp(x)), or x where x > 20", backward: "dx = dy · σ(x), or dy where x > 20" }),
    equations() {
      return {
        forward: ["y[I] = x[I] if x[I] > 20 else log(1 + exp(x[I]))"],
        backward: ["dx[I] = dy[I] if x[I] > 20 else dy[I] * sigmoid(x[I])"],
      };
    },
  };
  protected y(x: number): number {
    return x > THRESHOLD ? x : log1p(exp(x));
  }

  protected dx(dy: number, x: number): number {
    if (x < -40) return timesExp(dy, 1, x);
    return x > THRESHOLD ? dy : dy * sigmoid(x);
  }
}
