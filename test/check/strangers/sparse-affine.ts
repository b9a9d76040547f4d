/** Sparse affine: only listed connections have weights. Source: Mocanu et al. 2018, "Sparse evolutionary training". */
import { Layer, Parameter, tensor, zeros, zerosLike, type Shape, type Tensor } from "chainrule";

export class SparseAffine extends Layer<{ x: Tensor }> {
  readonly weight: Parameter; // one for each connection
  private readonly connections: readonly (readonly [from: number, to: number])[];
  private readonly outFeatures: number;

  constructor(connections: readonly (readonly [number, number])[], outFeatures: number) {
    super();
    this.connections = connections;
    this.outFeatures = outFeatures;
    this.weight = new Parameter("weight", tensor(connections.map((_, i) => 0.5 - 0.3 * i)));
  }

  override outputShape(): Shape {
    return [this.outFeatures];
  }

  forward(x: Tensor): Tensor {
    this.remember({ x });
    const [rows, width] = x.shape, y = zeros([rows, this.outFeatures], x.dtype);
    for (let row = 0; row < rows; row++) {
      this.connections.forEach(([from, to], k) => {
        y.data[row * this.outFeatures + to] += x.data[row * width + from] * this.weight.value.data[k];
      });
    }
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), dx = zerosLike(x), [rows, width] = x.shape;
    for (let row = 0; row < rows; row++) {
      this.connections.forEach(([from, to], k) => {
        const d = dy.data[row * this.outFeatures + to];
        this.weight.grad.data[k] += d * x.data[row * width + from];
        dx.data[row * width + from] += d * this.weight.value.data[k];
      });
    }
    return dx;
  }
}
