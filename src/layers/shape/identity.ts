import type { Tensor } from "../../tensor/tensor.ts";
import { Layer } from "../../nn/layer.ts";
import type { LayerDescription } from "../../nn/description.ts";

/**
 * Returns its input: a skip connection in a graph, or a placeholder.
 *
 *   forward:   y  = x
 *   backward:  dx = dy
 *
 * Shapes: any; y as x. Source: He et al. 2016, section 3.2 (the identity shortcut).
 * @example
 * new Identity().forward(tensor([[1, 2]])); // [[1, 2]]
 */
export class Identity extends Layer {
  static override readonly typeName: string = "Identity";
  static override readonly about: LayerDescription = {
    draws: false, keepsMeaning: true, retainsNothing: true,
    formula: () => ({ forward: "y = x", backward: "dx = dy" }),
    equations: () => ({ forward: ["y[I] = x[I]"], backward: ["dx[I] = dy[I]"] }),
  };
  forward(x: Tensor): Tensor {
    return x;
  }

  backward(dy: Tensor): Tensor {
    return dy;
  }
}
