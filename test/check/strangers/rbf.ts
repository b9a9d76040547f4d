/** Radial basis functions: y_j = exp(-‖x - c_j‖² / 2s²). Source: Broomhead and Lowe 1988. */
import { Layer, Parameter, tensor, zeros, zerosLike, type Nested, type Shape, type Tensor } from "chainrule";

export class RBF extends Layer<{ x: Tensor; y: Tensor }> {
  readonly centres: Parameter; // [centres, in]
  readonly width = new Parameter("width", tensor([1.5]));

  constructor(centres: Nested) {
    super();
    this.centres = new Parameter("centres", tensor(centres));
  }

  override outputShape(): Shape {
    return [this.centres.value.shape[0]];
  }

  forward(x: Tensor): Tensor {
    const [count, size] = this.centres.value.shape, c = this.centres.value.data, s = this.width.value.data[0];
    const y = zeros([x.shape[0], count], x.dtype);
    for (let row = 0; row < x.shape[0]; row++) {
      for (let j = 0; j < count; j++) {
        let distance = 0;
        for (let i = 0; i < size; i++) distance += (x.data[row * size + i] - c[j * size + i]) ** 2;
        y.data[row * count + j] = Math.exp(-distance / (2 * s * s));
      }
    }
    this.remember({ x, y });
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { x, y } = this.recall(), dx = zerosLike(x);
    const [count, size] = this.centres.value.shape, c = this.centres.value.data, s = this.width.value.data[0];
    for (let row = 0; row < x.shape[0]; row++) {
      for (let j = 0; j < count; j++) {
        const part = (dy.data[row * count + j] * y.data[row * count + j]) / (s * s);
        for (let i = 0; i < size; i++) {
          const away = x.data[row * size + i] - c[j * size + i];
          dx.data[row * size + i] -= part * away;
          this.centres.grad.data[j * size + i] += part * away;
          this.width.grad.data[0] += (part * away * away) / s;
        }
      }
    }
    return dx;
  }
}
