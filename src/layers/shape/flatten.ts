import { sizeOf, type Shape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { Layer } from "../../nn/layer.ts";
import type { LayerDescription } from "../../nn/description.ts";

/**
 * Flattens each row to one axis, as between a convolution and an affine layer.
 *
 *   forward:   y  = x, its numbers in their order, as [batch, numbers a row]
 *   backward:  dx = dy, as [batch, ...shape of x]
 *
 * Shapes: x [batch, ...], y [batch, product of the others]. Source: LeCun et al. 1998 (LeNet-5, layer C5 to F6).
 * @example
 * new Flatten().forward(tensor([[[1, 2], [3, 4]]])); // [[1, 2, 3, 4]]
 */
export class Flatten extends Layer<{ shape: Shape }> {
  static override readonly typeName: string = "Flatten";
  static override readonly about: LayerDescription = {
    draws: false, keepsMeaning: true, retainsNothing: true,
    formula: () => ({ forward: "y = x, flattened", backward: "dx = dy, reshaped" }),
    equations: () => ({ forward: ["y[I] = x[@I]"], backward: ["dx[I] = dy[@I]"] }),
  };
  override outputShape(inputShape: Shape, ...more: Shape[]): Shape {
    return [sizeOf(super.outputShape(inputShape, ...more))];
  }

  forward(x: Tensor): Tensor {
    this.remember({ shape: x.shape });
    return new Tensor(x.data, [x.shape[0], sizeOf(x.shape.slice(1))]);
  }

  backward(dy: Tensor): Tensor {
    return new Tensor(dy.data, this.recall().shape);
  }
}
