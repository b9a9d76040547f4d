/** Cosine affine: y_j = s · cos(x, w_j), the angle instead of the product. Source: Luo et al. 2018, "Cosine normalization". */
import { Layer, Parameter, tensor, zeros, zerosLike, type Nested, type Shape, type Tensor } from "chainrule";

const SMALL = 1e-6; // keeps the norm of a row of zeros from being 0

export class CosineAffine extends Layer<{ x: Tensor }> {
  readonly weight: Parameter; // [out, in]
  readonly scale = new Parameter("scale", tensor([2]));

  constructor(weight: Nested) {
    super();
    this.weight = new Parameter("weight", tensor(weight));
  }

  override outputShape(): Shape {
    return [this.weight.value.shape[0]];
  }

  private norm(data: ArrayLike<number>, start: number, size: number): number {
    let sum = SMALL;
    for (let i = start; i < start + size; i++) sum += data[i] * data[i];
    return Math.sqrt(sum);
  }

  forward(x: Tensor): Tensor {
    this.remember({ x });
    const [out, size] = this.weight.value.shape, w = this.weight.value.data, s = this.scale.value.data[0];
    const y = zeros([x.shape[0], out], x.dtype);
    for (let row = 0; row < x.shape[0]; row++) {
      const xNorm = this.norm(x.data, row * size, size);
      for (let j = 0; j < out; j++) {
        let dot = 0;
        for (let i = 0; i < size; i++) dot += x.data[row * size + i] * w[j * size + i];
        y.data[row * out + j] = (s * dot) / (xNorm * this.norm(w, j * size, size));
      }
    }
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), dx = zerosLike(x);
    const [out, size] = this.weight.value.shape, w = this.weight.value.data, s = this.scale.value.data[0];
    for (let row = 0; row < x.shape[0]; row++) {
      const a = this.norm(x.data, row * size, size);
      for (let j = 0; j < out; j++) {
        const b = this.norm(w, j * size, size), d = dy.data[row * out + j];
        let dot = 0;
        for (let i = 0; i < size; i++) dot += x.data[row * size + i] * w[j * size + i];
        const cosine = dot / (a * b);
        this.scale.grad.data[0] += d * cosine;
        for (let i = 0; i < size; i++) {
          const xi = x.data[row * size + i], wi = w[j * size + i];
          dx.data[row * size + i] += d * s * (wi / (a * b) - (cosine * xi) / (a * a));
          this.weight.grad.data[j * size + i] += d * s * (xi / (a * b) - (cosine * wi) / (b * b));
        }
      }
    }
    return dx;
  }
}
