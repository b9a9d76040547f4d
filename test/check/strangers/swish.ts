/** Swish with a learnt slope for each column: y = x · sigmoid(s_j · x). Source: Ramachandran, Zoph and Le 2017. */
import { Layer, Parameter, tensor, zerosLike, type Tensor } from "chainrule";

export class ColumnSwish extends Layer<{ x: Tensor }> {
  readonly slope: Parameter;

  constructor(columns: number) {
    super();
    this.slope = new Parameter("slope", tensor(Array<number>(columns).fill(1)));
  }

  forward(x: Tensor): Tensor {
    this.remember({ x });
    const y = zerosLike(x), s = this.slope.value.data;
    for (let i = 0; i < x.data.length; i++) y.data[i] = x.data[i] / (1 + Math.exp(-s[i % s.length] * x.data[i]));
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), dx = zerosLike(x), s = this.slope.value.data;
    for (let i = 0; i < x.data.length; i++) {
      const j = i % s.length, g = 1 / (1 + Math.exp(-s[j] * x.data[i])), rise = x.data[i] * g * (1 - g);
      dx.data[i] = dy.data[i] * (g + s[j] * rise);
      this.slope.grad.data[j] += dy.data[i] * x.data[i] * rise;
    }
    return dx;
  }
}
