import { zerosLike, type Tensor } from "../../tensor/tensor.ts";
import { Layer } from "../../nn/layer.ts";
import type { LayerDescription } from "../../nn/description.ts";

/**
 * An elementwise layer. A subclass says what: y of x, and dx of dy and x. Both
 * are computed in float64, and each number is rounded once, when it is stored.
 */
export abstract class Elementwise extends Layer<{ x: Tensor }> {
  static override readonly typeName: string = "Elementwise";
  static override readonly about: LayerDescription = { draws: false };
  /** y of one number x. */
  protected abstract y(x: number): number;
  /** dx of one number, from its dy and x. */
  protected abstract dx(dy: number, x: number): number;

  forward(x: Tensor): Tensor {
    this.remember({ x });
    const y = zerosLike(x);
    for (let i = 0; i < x.data.length; i++) y.data[i] = this.y(x.data[i]);
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { x } = this.recall();
    const dx = zerosLike(x);
    for (let i = 0; i < x.data.length; i++) dx.data[i] = this.dx(dy.data[i], x.data[i]);
    return dx;
  }
}
