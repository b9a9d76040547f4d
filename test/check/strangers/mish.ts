/** Mish: y = x · tanh(ln(1 + eˣ)). Source: Misra 2019. */
import { Layer, zerosLike, type Tensor } from "chainrule";

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

export class Mish extends Layer<{ x: Tensor }> {
  forward(x: Tensor): Tensor {
    this.remember({ x });
    const y = zerosLike(x);
    for (let i = 0; i < x.data.length; i++) y.data[i] = x.data[i] * Math.tanh(softplus(x.data[i]));
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), dx = zerosLike(x);
    for (let i = 0; i < x.data.length; i++) {
      const t = Math.tanh(softplus(x.data[i])), sigmoid = 1 / (1 + Math.exp(-x.data[i]));
      dx.data[i] = dy.data[i] * (t + x.data[i] * (1 - t * t) * sigmoid);
    }
    return dx;
  }
}
