import { sigmoid, timesExp } from "../../math/elementary.ts";
import { Elementwise } from "./elementwise.ts";
import type { LayerDescription } from "../../nn/description.ts";

/**
 * The sigmoid-weighted linear unit, also called swish. With σ(x) = 1 / (1 + exp(-x)):
 *
 *   forward:   y  = x · σ(x)
 *   backward:  dx = dy · σ(x) · (1 + x · (1 - σ(x)))
 *
 * Shapes: any; y as x. Source: Elfwing et al. 2018, section 2; Ramachandran et al. 2017.
 * @example
 * new SiLU().forward(tensor([[0, 100]])); // [[0, 100]]
 */
export class SiLU extends Elementwise {
  static override readonly typeName: string = "SiLU";
  static override readonly about: LayerDescription = {
    retainsNothing: true,
    formula: () => ({ forward: "y = x · σ(x)", backward: "dx = dy · σ(x) · (1 + x · (1 - σ(x)))" }),
    equations() {
      return {
        forward: ["y[I] = x[I] * sigmoid(x[I])"],
        backward: ["dx[I] = dy[I] * sigmoid(x[I]) * (1 + x[I] * (1 - sigmoid(x[I])))"],
      };
    },
  };
  protected y(x: number): number {
    return x < -40 ? timesExp(Math.max(x, -2000), 1, x) : x * sigmoid(x);
  }

  protected dx(dy: number, x: number): number {
    if (x < -40) return timesExp(dy, Math.max(1 + x, -2000), x);
    return x > 45 ? dy : dy * (sigmoid(x) * (1 + x * sigmoid(-x)));
  }
}
