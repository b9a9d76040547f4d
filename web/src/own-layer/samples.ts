/** Layers to begin with: one that is right, and two with mistakes that students make. */

const SWISH = `import { Layer, Parameter, sigmoid, tensor, zerosLike, type Tensor } from "chainrule";

// y = x · g, with g = sigmoid(s · x) and a slope s that is learned
export class Swish extends Layer<{ x: Tensor }> {
  readonly slope = new Parameter("slope", tensor([1]));

  forward(x: Tensor): Tensor {
    this.remember({ x });
    const y = zerosLike(x), s = this.slope.value.data[0];
    for (const [i, xi] of x.data.entries()) y.data[i] = xi * sigmoid(s * xi);
    return y;
  }

  // dx = dy · (g + s·x·g·(1 - g))        ds = Σ dy · x²·g·(1 - g)
  backward(dy: Tensor): Tensor {
    const { x } = this.recall();
    const dx = zerosLike(x), s = this.slope.value.data[0];
    for (const [i, xi] of x.data.entries()) {
      const g = sigmoid(s * xi);
      dx.data[i] = dy.data[i] * (g + s * xi * g * (1 - g));
      this.slope.grad.data[0] += dy.data[i] * xi * xi * g * (1 - g);
    }
    return dx;
  }
}
`;

const CUBE = `import { Layer, zerosLike, type Tensor } from "chainrule";

// y = x³
export class Cube extends Layer<{ x: Tensor }> {
  forward(x: Tensor): Tensor {
    this.remember({ x });
    const y = zerosLike(x);
    for (const [i, xi] of x.data.entries()) y.data[i] = xi * xi * xi;
    return y;
  }

  // Something is missing here.
  backward(dy: Tensor): Tensor {
    const { x } = this.recall();
    const dx = zerosLike(x);
    for (const [i, xi] of x.data.entries()) dx.data[i] = dy.data[i] * xi * xi;
    return dx;
  }
}
`;

const DROP = `import { Layer, zerosLike, type Tensor } from "chainrule";

// Keeps each unit with probability 0.7 and divides by it.
export class MyDropout extends Layer<{ mask: Tensor | undefined }> {
  forward(x: Tensor): Tensor {
    const isTraining = this.mode === "train";
    const mask = isTraining ? this.random.bernoulli(0.7, x) : undefined;
    this.remember({ mask });
    const y = zerosLike(x);
    for (const [i, xi] of x.data.entries()) y.data[i] = mask ? xi * mask.data[i] / 0.7 : xi;
    return y;
  }

  // Is the mask here that of forward?
  backward(dy: Tensor): Tensor {
    this.recall();
    const mask = this.random.bernoulli(0.7, dy), dx = zerosLike(dy);
    for (const [i, dyi] of dy.data.entries()) dx.data[i] = dyi * mask.data[i] / 0.7;
    return dx;
  }
}
`;

export const SAMPLES = { swish: SWISH, cube: CUBE, dropout: DROP } as const;
export const SAMPLE_NAMES = {
  swish: "Swish: right",
  cube: "Cube: something is missing",
  dropout: "Dropout: a mask too many",
} as const;
