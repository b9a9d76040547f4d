import { add } from "../../ops/elementwise.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { inputNames, Merge, oneShape } from "./merge.ts";
import type { LayerDescription } from "../../nn/description.ts";

/**
 * The sum of its inputs, as at the end of a residual block.
 *
 *   forward:   y = x₁ + x₂ + …
 *   backward:  dx₁ = dx₂ = … = dy
 *
 * Shapes: inputs of one shape; y the same. Source: He et al. 2016, section 3.1.
 * @example
 * new Add().forward([tensor([[1, 2]]), tensor([[3, 4]])]); // [[4, 6]]
 */
export class Add extends Merge<{ inputs: number }> {
  static override readonly typeName: string = "Add";
  static override readonly about: LayerDescription = {
    retainsNothing: true,
    formula: () => ({ forward: "y = x₁ + x₂ + …", backward: "dx = dy" }),
    equations(_, ...inputShapes: Shape[]) {
      const x = inputNames(inputShapes);
      return {
        forward: [`y[I] = ${x.map((name) => `${name}[I]`).join(" + ")}`],
        backward: x.map((name) => `d${name}[I] = dy[I]`),
      };
    },
  };
  override outputShape(...inputShapes: [Shape, ...Shape[]]): Shape {
    return oneShape(this, inputShapes);
  }

  forward(x: readonly Tensor[]): Tensor {
    this.remember({ inputs: x.length });
    return x.reduce(add);
  }

  backward(dy: Tensor): readonly Tensor[] {
    const { inputs } = this.recall();
    return Array.from({ length: inputs }, () => dy);
  }
}
