/** Noisy affine: y = x·(w + s·noise) in train, x·w in eval; s is learnt. Source: Fortunato et al. 2018, "NoisyNet". */
import {
  addMatmul, Layer, matmul, Parameter, tensor, transposed, zerosLike, type Nested, type Shape, type Tensor,
} from "chainrule";

export class NoisyAffine extends Layer<{ x: Tensor; used: Tensor; noise: Tensor | undefined }> {
  readonly weight: Parameter; // [in, out]
  readonly spread = new Parameter("spread", tensor([0.3]));

  constructor(weight: Nested, seed?: number) {
    super(seed);
    this.weight = new Parameter("weight", tensor(weight));
  }

  override get dependsOnMode(): boolean {
    return true;
  }

  override outputShape(): Shape {
    return [this.weight.value.shape[1]];
  }

  forward(x: Tensor): Tensor {
    const w = this.weight.value, used = zerosLike(w);
    const noise = this.mode === "train" ? this.random.normal(w) : undefined;
    for (let i = 0; i < w.data.length; i++) {
      used.data[i] = w.data[i] + (noise ? this.spread.value.data[0] * noise.data[i] : 0);
    }
    this.remember({ x, used, noise });
    return matmul(x, used);
  }

  backward(dy: Tensor): Tensor {
    const { x, used, noise } = this.recall(), dw = zerosLike(used);
    addMatmul(dw, transposed(x), dy);
    for (let i = 0; i < dw.data.length; i++) {
      this.weight.grad.data[i] += dw.data[i];
      if (noise) this.spread.grad.data[0] += dw.data[i] * noise.data[i];
    }
    return matmul(dy, transposed(used));
  }
}
