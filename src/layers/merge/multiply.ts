import { multiply } from "../../ops/arithmetic.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { inputNames, Merge, oneShape } from "./merge.ts";
import type { LayerDescription } from "../../nn/description.ts";

/**
 * The elementwise product of its inputs: a gate.
 *
 *   forward:   y = x₁ · x₂ · …
 *   backward:  dx_i = dy · the product of all other inputs
 *
 * Shapes: inputs of one shape; y the same. Source: CS231n, "Backpropagation, intuitions" (multiply gate).
 * @example
 * new Multiply().forward([tensor([[1, 2]]), tensor([[3, 4]])]); // [[3, 8]]
 */
export class Multiply extends Merge<{ x: readonly Tensor[] }> {
  static override readonly typeName: string = "Multiply";
  static override readonly about: LayerDescription = {
    retainsNothing: true,
    formula: () => ({ forward: "y = x₁ · x₂ · …", backward: "dx = dy · the other inputs" }),
    equations(_, ...inputShapes: Shape[]) {
      const x = inputNames(inputShapes);
      const others = (of: string) => x.filter((name) => name !== of).map((name) => ` * ${name}[I]`).join("");
      return {
        forward: [`y[I] = ${x.map((name) => `${name}[I]`).join(" * ")}`],
        backward: x.map((name) => `d${name}[I] = dy[I]${others(name)}`),
      };
    },
  };
  override outputShape(...inputShapes: [Shape, ...Shape[]]): Shape {
    return oneShape(this, inputShapes);
  }

  forward(x: readonly Tensor[]): Tensor {
    this.remember({ x });
    return x.reduce(multiply);
  }

  backward(dy: Tensor): readonly Tensor[] {
    const { x } = this.recall();
    return x.map((_, i) => x.filter((_, other) => other !== i).reduce(multiply, dy));
  }
}
