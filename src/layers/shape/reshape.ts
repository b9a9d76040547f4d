import { OptionError, ShapeError } from "../../tensor/errors.ts";
import { checkShape, showShape, sizeOf, type Shape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { Layer } from "../../nn/layer.ts";
import type { LayerDescription } from "../../nn/description.ts";

/**
 * The same numbers in another shape, for example rows of 784 pixels as images of one channel.
 *
 *   forward:   y  = x, its numbers in their order, as [batch, ...shape]
 *   backward:  dx = dy, as [batch, ...shape of x]
 *
 * Shapes: any with as many numbers in each row as `shape` has.
 * @throws OptionError for what is no shape, or has an axis without length; ShapeError for rows of another size.
 * @example
 * new Reshape([1, 2, 2]).forward(tensor([[1, 2, 3, 4]])); // [[[[1, 2], [3, 4]]]]
 */
export class Reshape extends Layer<{ shape: Shape }> {
  static override readonly typeName: string = "Reshape";
  static override readonly about: LayerDescription<Reshape> = {
    draws: false, keepsMeaning: true, retainsNothing: true,
    formula: () => ({ forward: "y = x, reshaped", backward: "dx = dy, reshaped" }),
    equations: () => ({ forward: ["y[I] = x[@I]"], backward: ["dx[I] = dy[@I]"] }),
    constructorArguments: ({ shape }) => [shape],
  };
  /** Of one row, without the batch axis. */
  readonly shape: Shape;

  constructor(shape: Shape) {
    super();
    this.shape = checkShape("Reshape shape", shape);
    if (sizeOf(this.shape) > 0) return;
    throw new OptionError({ where: "Reshape shape", given: showShape(shape), allowed: "lengths of at least 1" });
  }

  override toString(): string {
    return `${this.name}(${showShape(this.shape)})`;
  }

  override outputShape(inputShape: Shape, ...more: Shape[]): Shape {
    super.outputShape(inputShape, ...more);
    const size = sizeOf(this.shape);
    if (sizeOf(inputShape) === size) return this.shape;
    const given = `input of shape ${showShape(inputShape)}, ${sizeOf(inputShape)} numbers`;
    throw new ShapeError({ where: this.toString(), given, allowed: `${size} numbers, without the batch axis` });
  }

  forward(x: Tensor): Tensor {
    this.remember({ shape: x.shape });
    return new Tensor(x.data, [x.shape[0], ...this.shape]);
  }

  backward(dy: Tensor): Tensor {
    return new Tensor(dy.data, this.recall().shape);
  }
}
