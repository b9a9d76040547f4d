import { copyOf, Layer, zerosLike, type Tensor } from "chainrule";

/** y = f(x), number by number, with dx = dy · slope(x). */
export class Curve extends Layer<{ x: Tensor }> {
  private readonly f: (x: number) => number;
  private readonly slope: (x: number) => number;

  constructor(f: (x: number) => number, slope: (x: number) => number) {
    super();
    this.f = f;
    this.slope = slope;
  }

  forward(x: Tensor): Tensor {
    this.remember({ x: copyOf(x) });
    const y = zerosLike(x);
    x.data.forEach((value, i) => { y.data[i] = this.f(value); });
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), dx = zerosLike(x);
    x.data.forEach((value, i) => { dx.data[i] = dy.data[i] * this.slope(value); });
    return dx;
  }
}
