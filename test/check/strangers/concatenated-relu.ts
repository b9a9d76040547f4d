/** Concatenated ReLU: y = [max(0, x) | max(0, -x)]. Source: Shang et al. 2016. */
import { Layer, zeros, zerosLike, type Shape, type Tensor } from "chainrule";

export class ConcatenatedReLU extends Layer<{ x: Tensor }> {
  override outputShape([width]: Shape): Shape {
    return [2 * width];
  }

  forward(x: Tensor): Tensor {
    this.remember({ x });
    const [rows, width] = x.shape, y = zeros([rows, 2 * width], x.dtype);
    for (let row = 0; row < rows; row++) {
      for (let j = 0; j < width; j++) {
        const value = x.data[row * width + j];
        if (value > 0) y.data[row * 2 * width + j] = value;
        else y.data[row * 2 * width + width + j] = -value;
      }
    }
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), dx = zerosLike(x), [rows, width] = x.shape;
    for (let row = 0; row < rows; row++) {
      for (let j = 0; j < width; j++) {
        const at = row * width + j, wide = row * 2 * width + j;
        if (x.data[at] > 0) dx.data[at] = dy.data[wide];
        else if (x.data[at] < 0) dx.data[at] = -dy.data[wide + width];
      }
    }
    return dx;
  }
}
