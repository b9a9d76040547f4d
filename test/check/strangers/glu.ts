/** Gated linear unit: y = a · sigmoid(b), where x = [a | b]. Source: Dauphin et al. 2017. */
import { Layer, zeros, zerosLike, type Shape, type Tensor } from "chainrule";

export class GLU extends Layer<{ x: Tensor }> {
  override outputShape([width]: Shape): Shape {
    return [width / 2];
  }

  forward(x: Tensor): Tensor {
    this.remember({ x });
    const [rows, width] = x.shape, half = width / 2, y = zeros([rows, half], x.dtype);
    for (let row = 0; row < rows; row++) {
      for (let j = 0; j < half; j++) {
        const a = x.data[row * width + j], b = x.data[row * width + half + j];
        y.data[row * half + j] = a / (1 + Math.exp(-b));
      }
    }
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), dx = zerosLike(x);
    const [rows, width] = x.shape, half = width / 2;
    for (let row = 0; row < rows; row++) {
      for (let j = 0; j < half; j++) {
        const a = x.data[row * width + j], g = 1 / (1 + Math.exp(-x.data[row * width + half + j]));
        dx.data[row * width + j] = dy.data[row * half + j] * g;
        dx.data[row * width + half + j] = dy.data[row * half + j] * a * g * (1 - g);
      }
    }
    return dx;
  }
}
