import { relu, reluBackward } from "../../ops/elementwise.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Layer } from "../../nn/layer.ts";
import type { LayerDescription } from "../../nn/description.ts";

/**
 * The rectified linear unit.
 *
 *   forward:   y  = max(0, x)
 *   backward:  dx = dy where x > 0, else 0
 *
 * Shapes: any; y as x. At x = 0 the derivative is taken as 0; NaN passes. Source: Nair and Hinton 2010.
 * @example
 * new ReLU().forward(tensor([[-1, 0, 2]])); // [[0, 0, 2]]
 */
export class ReLU extends Layer<{ y: Tensor }> {
  static override readonly typeName: string = "ReLU";
  static override readonly about: LayerDescription = {
    draws: false, keepsMeaning: true, retainsNothing: true,
    formula: () => ({ forward: "y = max(0, x)", backward: "dx = dy where x > 0, else 0" }),
    equations: () => ({ forward: ["y[I] = max(0, x[I])"], backward: ["dx[I] = dy[I] if y[I] != 0 else 0"] }),
  };
  forward(x: Tensor): Tensor {
    const y = relu(x);
    // y > 0 where x > 0, and where y is NaN dy passes.
    this.remember({ y });
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { y } = this.recall();
    return reluBackward(dy, y);
  }
}
