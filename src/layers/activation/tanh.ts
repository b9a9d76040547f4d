import { exp, tanh, timesExp } from "../../math/elementary.ts";
import { Elementwise } from "./elementwise.ts";
import type { LayerDescription } from "../../nn/description.ts";

/**
 * The hyperbolic tangent: maps any number to one between -1 and 1.
 *
 *   forward:   y  = tanh(x)
 *   backward:  dx = dy · (1 - y²)                 (computed as 4e / (1 + e)², e = exp(-2|x|), which loses no digits)
 *
 * Shapes: any; y as x. Source: LeCun et al. 1998, "Efficient BackProp", section 4.4.
 * @example
 * new Tanh().forward(tensor([[-Infinity, 0, Infinity]])); // [[-1, 0, 1]]
 */
export class Tanh extends Elementwise {
  static override readonly typeName: string = "Tanh";
  static override readonly about: LayerDescription = {
    retainsNothing: true,
    formula: () => ({ forward: "y = tanh(x)", backward: "dx = dy · (1 - y²)" }),
    equations: () => ({ forward: ["y[I] = tanh(x[I])"], backward: ["dx[I] = dy[I] * (1 - y[I]^2)"] }),
  };
  protected y(x: number): number {
    return tanh(x);
  }

  protected dx(dy: number, x: number): number {
    const size = 2 * Math.abs(x);
    if (size > 40) return timesExp(dy, 4, -size);
    const e = exp(-size);
    return dy * (4 * e / ((1 + e) * (1 + e)));
  }
}
