/** Maxout: y_j = max over k of x·w_jk + b_jk. Source: Goodfellow et al. 2013. */
import { Layer, Parameter, Tensor, zeros, zerosLike, type Shape } from "chainrule";

export class Maxout extends Layer<{ x: Tensor; winner: Int32Array }> {
  readonly weight: Parameter; // [in, out · pieces]
  readonly bias: Parameter;
  private readonly inFeatures: number;
  private readonly outFeatures: number;
  private readonly pieces: number;

  constructor(inFeatures: number, outFeatures: number, pieces: number, seed?: number) {
    super(seed);
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.pieces = pieces;
    const init = { draw: (shape: Shape, random: { normal(like: Tensor): Tensor }) => random.normal(zeros(shape)) };
    const options = seed === undefined ? {} : { seed };
    this.weight = new Parameter("weight", { shape: [inFeatures, outFeatures * pieces], init }, options);
    this.bias = new Parameter("bias", { shape: [outFeatures * pieces], init }, options);
  }

  override outputShape(): Shape {
    return [this.outFeatures];
  }

  forward(x: Tensor): Tensor {
    const { inFeatures, outFeatures, pieces } = this, rows = x.shape[0], all = outFeatures * pieces;
    const y = zeros([rows, outFeatures], x.dtype), winner = new Int32Array(y.data.length);
    for (let row = 0; row < rows; row++) {
      for (let j = 0; j < outFeatures; j++) {
        let best = -Infinity;
        for (let k = 0; k < pieces; k++) {
          const unit = j * pieces + k;
          let sum = this.bias.value.data[unit];
          for (let i = 0; i < inFeatures; i++) sum += x.data[row * inFeatures + i] * this.weight.value.data[i * all + unit];
          if (sum > best) {
            best = sum;
            winner[row * outFeatures + j] = unit;
          }
        }
        y.data[row * outFeatures + j] = best;
      }
    }
    this.remember({ x, winner });
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { x, winner } = this.recall(), dx = zerosLike(x);
    const { inFeatures, outFeatures, pieces } = this, all = outFeatures * pieces;
    for (let at = 0; at < dy.data.length; at++) {
      const row = Math.floor(at / outFeatures), unit = winner[at];
      this.bias.grad.data[unit] += dy.data[at];
      for (let i = 0; i < inFeatures; i++) {
        this.weight.grad.data[i * all + unit] += dy.data[at] * x.data[row * inFeatures + i];
        dx.data[row * inFeatures + i] += dy.data[at] * this.weight.value.data[i * all + unit];
      }
    }
    return dx;
  }
}
