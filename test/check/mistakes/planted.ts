/** Layers as people write them, each with one slip in its backward; the comment says where. */
import {
  addColumnSums, addMatmul, Affine, Layer, matmul, Multiply, Parameter, tensor, transposed, zerosLike, type Tensor,
} from "chainrule";

type MaskedBackward = (dy: Tensor, mask: Tensor, scale: number, x: Tensor, fresh: Tensor) => Tensor;
type Backward = (x: Tensor, y: Tensor, dy: Tensor) => Tensor;

/** The tensor whose i-th number is f(i). */
export function fill(like: Tensor, f: (i: number) => number): Tensor {
  const out = zerosLike(like);
  for (let i = 0; i < out.data.length; i++) out.data[i] = f(i);
  return out;
}

/** y = f(x), number by number, with a backward of its own. */
export class Each extends Layer<{ x: Tensor; y: Tensor }> {
  private readonly f: (x: number) => number;
  private readonly back: Backward;
  constructor(f: (x: number) => number, back: Backward) {
    super();
    this.f = f;
    this.back = back;
  }
  override get draws(): boolean {
    return false;
  }
  forward(x: Tensor): Tensor {
    const y = fill(x, (i) => this.f(x.data[i]));
    this.remember({ x, y });
    return y;
  }
  backward(dy: Tensor): Tensor {
    const { x, y } = this.recall();
    return this.back(x, y, dy);
  }
}

/** Affine whose backward is given: it gets everything the right one has. */
export class WrongAffine extends Affine {
  private readonly wrong: (x: Tensor, dy: Tensor, layer: WrongAffine) => Tensor;
  constructor(size: readonly [number, number], wrong: (x: Tensor, dy: Tensor, layer: WrongAffine) => Tensor) {
    super(...size, { seed: 3 });
    this.wrong = wrong;
  }
  override backward(dy: Tensor): Tensor {
    return this.wrong(this.recall().x, dy, this);
  }
  /** The right parts, to choose from. */
  addWeight(x: Tensor, dy: Tensor): void {
    addMatmul(this.weight.grad, transposed(x), dy);
  }
  addBias(dy: Tensor): void {
    if (this.bias) addColumnSums(this.bias.grad, dy);
  }
  dx(dy: Tensor): Tensor {
    return matmul(dy, transposed(this.weight.value));
  }
}

/** Dropout as people write it; `back` gives dx from dy, the mask of forward, and x. */
export class WrongDropout extends Layer<{ x: Tensor; mask: Tensor | undefined }> {
  readonly keep: number;
  private readonly back: MaskedBackward;
  constructor(keep: number, back: MaskedBackward) {
    super(4);
    this.keep = keep;
    this.back = back;
  }
  forward(x: Tensor): Tensor {
    if (this.mode === "eval") {
      this.remember({ x, mask: undefined });
      return x;
    }
    const mask = this.random.bernoulli(this.keep, x);
    this.remember({ x, mask });
    return fill(x, (i) => (x.data[i] * mask.data[i]) / this.keep);
  }
  backward(dy: Tensor): Tensor {
    const { x, mask } = this.recall();
    return mask ? this.back(dy, mask, 1 / this.keep, x, this.random.bernoulli(this.keep, x)) : dy;
  }
}

/** y = x minus the mean of its row, with the mean taken for a constant on the way back. */
export class Center extends Layer<true> {
  forward(x: Tensor): Tensor {
    const columns = x.shape[1], y = zerosLike(x);
    this.remember(true);
    for (let row = 0; row < x.shape[0]; row++) {
      let mean = 0;
      for (let j = 0; j < columns; j++) mean += x.data[row * columns + j] / columns;
      for (let j = 0; j < columns; j++) y.data[row * columns + j] = x.data[row * columns + j] - mean;
    }
    return y;
  }
  backward(dy: Tensor): Tensor {
    this.recall();
    return dy; // dy minus its own mean would be right
  }
}

/** y = x · w, a weight for each column, whose gradient is added by `add`. */
export class Scale extends Layer<{ x: Tensor }> {
  readonly w = new Parameter("w", tensor([0.5, -1.5, 2]));
  private readonly add: (grad: Tensor, x: Tensor, dy: Tensor, dx: Tensor) => void;
  constructor(add: (grad: Tensor, x: Tensor, dy: Tensor, dx: Tensor) => void) {
    super();
    this.add = add;
  }
  forward(x: Tensor): Tensor {
    this.remember({ x });
    return fill(x, (i) => x.data[i] * this.w.value.data[i % 3]);
  }
  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), dx = fill(dy, (i) => dy.data[i] * this.w.value.data[i % 3]);
    this.add(this.w.grad, x, dy, dx);
    return dx;
  }
}

/** Multiply that gives its two gradients in the other order. */
export class SwappedMultiply extends Multiply {
  override backward(dy: Tensor): readonly Tensor[] {
    return [...super.backward(dy)].reverse();
  }
}
