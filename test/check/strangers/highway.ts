/** Highway: y = t · h + (1 - t) · x, h = relu(x·wh), t = sigmoid(x·wt + bt). Source: Srivastava, Greff, Schmidhuber 2015. */
import { Affine, Layer, ReLU, zerosLike, type Tensor } from "chainrule";

export class Highway extends Layer<{ x: Tensor; h: Tensor; t: Tensor }> {
  private readonly body: Affine;
  private readonly gate: Affine;
  private readonly relu = new ReLU();

  constructor(width: number, seed: number) {
    super(seed);
    this.body = new Affine(width, width, { seed });
    this.gate = new Affine(width, width, { seed: seed + 1000 });
  }

  forward(x: Tensor): Tensor {
    const h = this.relu.forward(this.body.forward(x)), t = this.gate.forward(x), y = zerosLike(x);
    for (let i = 0; i < y.data.length; i++) {
      const gate = 1 / (1 + Math.exp(-t.data[i]));
      y.data[i] = gate * h.data[i] + (1 - gate) * x.data[i];
    }
    this.remember({ x, h, t });
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { x, h, t } = this.recall();
    const dh = zerosLike(x), dt = zerosLike(x), dx = zerosLike(x);
    for (let i = 0; i < dy.data.length; i++) {
      const gate = 1 / (1 + Math.exp(-t.data[i]));
      dh.data[i] = dy.data[i] * gate;
      dt.data[i] = dy.data[i] * (h.data[i] - x.data[i]) * gate * (1 - gate);
      dx.data[i] = dy.data[i] * (1 - gate);
    }
    const throughBody = this.body.backward(this.relu.backward(dh)), throughGate = this.gate.backward(dt);
    for (let i = 0; i < dx.data.length; i++) dx.data[i] += throughBody.data[i] + throughGate.data[i];
    return dx;
  }
}
