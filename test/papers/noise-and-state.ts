/** Layers from papers with noise, state, surrogate gradients, or weights that are made of others. */
import {
  addMatmul, Affine, copyOf, divide, exp, Layer, log, matmul, mean, multiply, Parameter, register, repeat, scale, ShapeError,
  sigmoid, sqrt, subtract, sum, Tensor, tensor, transposed, add, zeros, zerosLike, type Shape,
} from "chainrule";

const addTo = (grad: Tensor, more: Tensor) => {
  more.data.forEach((value: number, i: number) => { grad.data[i] += value; });
};
const grid = (rows: number, columns: number, of: (i: number, j: number) => number) => {
  return tensor(Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (__, j) => of(i, j))));
};
const row = (columns: number, of: (j: number) => number) => tensor(Array.from({ length: columns }, (_, j) => of(j)));

/**
 * Dropout with a learnt rate p = σ(a): y = x · (1 - z) / (1 - p), z = σ((a + ln u - ln(1 - u)) / t). Adds the entropy's
 * strength · (p ln p + (1 - p) ln(1 - p)) to the loss (Gal et al. 2017).
 */
export class ConcreteDropout extends Layer<{ x: Tensor; z: Tensor | undefined }> {
  readonly logit = new Parameter("logit", tensor([-1]));
  readonly strength: number;
  constructor(strength: number, seed?: number) {
    super(seed);
    this.strength = strength;
  }
  forward(x: Tensor): Tensor {
    const [a] = this.logit.value.data, p = sigmoid(a);
    this.addLoss(this.strength * (p * log(p) + (1 - p) * log(1 - p)));
    if (this.mode === "eval") {
      this.remember({ x, z: undefined });
      return copyOf(x);
    }
    const z = this.random.uniform(x), y = zerosLike(x);
    for (let i = 0; i < y.data.length; i++) {
      const u = Math.min(Math.max(z.data[i], 1e-6), 1 - 1e-6);
      z.data[i] = sigmoid((a + log(u) - log(1 - u)) / 0.5);
      y.data[i] = x.data[i] * (1 - z.data[i]) / (1 - p);
    }
    this.remember({ x, z });
    return y;
  }
  backward(dy: Tensor): Tensor {
    const { x, z } = this.recall(), [a] = this.logit.value.data, p = sigmoid(a), dx = copyOf(dy);
    let da = this.strength * a * p * (1 - p);
    for (let i = 0; z !== undefined && i < dx.data.length; i++) {
      const keep = 1 - z.data[i];
      dx.data[i] = dy.data[i] * keep / (1 - p);
      da += dy.data[i] * x.data[i] * (keep * p - z.data[i] * keep / 0.5) / (1 - p);
    }
    this.logit.grad.data[0] += da;
    return dx;
  }
}
register(ConcreteDropout, (layer) => [layer.strength]);

/** Drops blocks of three neighbours in x [places], and scales each row by places / kept (Ghiasi et al. 2018). */
export class DropBlock extends Layer<{ mask: Tensor | undefined }> {
  readonly share: number;
  constructor(share: number, seed?: number) {
    super(seed);
    this.share = share;
  }
  forward(x: Tensor): Tensor {
    const mask = this.mode === "train" ? this.blocks(x) : undefined;
    this.remember({ mask });
    return mask === undefined ? copyOf(x) : multiply(x, mask);
  }
  backward(dy: Tensor): Tensor {
    const { mask } = this.recall();
    return mask === undefined ? copyOf(dy) : multiply(dy, mask);
  }
  private blocks(x: Tensor): Tensor {
    const centres = this.random.bernoulli(this.share / 3, x), mask = zerosLike(x), [rows, places] = x.shape;
    for (let r = 0; r < rows; r++) {
      const kept = Array.from({ length: places }, (_, j) => {
        return [j - 1, j, j + 1].every((k) => k < 0 || k >= places || centres.data[r * places + k] === 0);
      });
      const count = kept.filter(Boolean).length;
      kept.forEach((isKept, j) => { mask.data[r * places + j] = isKept ? places / count : 0; });
    }
    return mask;
  }
}
register(DropBlock, (layer) => [layer.share]);

/** y = x · (g · v / |v|), |v| of each column (Salimans and Kingma 2016). */
export class WeightNorm extends Layer<{ x: Tensor }> {
  readonly direction: Parameter;
  readonly length: Parameter;
  constructor(rows: number, columns: number) {
    super();
    this.direction = new Parameter("direction", grid(rows, columns, (i, j) => Math.sin(3 * i + j + 1)));
    this.length = new Parameter("length", row(columns, (j) => 1 + j / 4));
  }
  override outputShape(): Shape {
    return [this.length.shape[0]];
  }
  private get parts() {
    const v = this.direction.value, norm = sqrt(sum(multiply(v, v), 0));
    const unit = divide(v, repeat(norm, 0, v.shape[0])), g = repeat(this.length.value, 0, v.shape[0]);
    return { norm: repeat(norm, 0, v.shape[0]), unit, g, weight: multiply(unit, g) };
  }
  forward(x: Tensor): Tensor {
    this.remember({ x });
    return matmul(x, this.parts.weight);
  }
  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), { norm, unit, g, weight } = this.parts, dw = matmul(transposed(x), dy);
    const dg = sum(multiply(dw, unit), 0);
    addTo(this.length.grad, dg);
    addTo(this.direction.grad, divide(multiply(g, subtract(dw, multiply(unit, repeat(dg, 0, unit.shape[0])))), norm));
    return matmul(dy, transposed(weight));
  }
}
register(WeightNorm, ({ direction }) => [direction.shape[0], direction.shape[1]]);

/** y = base(x) + x·A·B, with the base frozen (Hu et al. 2021). */
export class LoRA extends Layer<{ x: Tensor; low: Tensor }> {
  readonly base: Affine;
  readonly down: Parameter;
  readonly up: Parameter;
  constructor(columns: number, rank: number) {
    super();
    this.base = new Affine(columns, columns, { init: grid(columns, columns, (i, j) => Math.cos(i + 2 * j)) });
    for (const parameter of this.base.parameters) parameter.frozen = true;
    this.down = new Parameter("down", grid(columns, rank, (i, j) => Math.sin(i + 5 * j + 1)));
    this.up = new Parameter("up", grid(rank, columns, () => 0));
  }
  forward(x: Tensor): Tensor {
    const low = matmul(x, this.down.value);
    this.remember({ x, low });
    return add(this.base.forward(x), matmul(low, this.up.value));
  }
  backward(dy: Tensor): Tensor {
    const { x, low } = this.recall(), dlow = matmul(dy, transposed(this.up.value));
    addMatmul(this.up.grad, transposed(low), dy);
    addMatmul(this.down.grad, transposed(x), dlow);
    return add(this.base.backward(dy), matmul(dlow, transposed(this.down.value)));
  }
}
register(LoRA, ({ down }) => [down.shape[0], down.shape[1]]);

/** y = x / m, with m the largest |x| of each column in all batches before; at first 1. */
export class RunningMaximum extends Layer<{ m: Tensor }> {
  largest: Tensor;
  constructor(columns: number) {
    super();
    this.largest = row(columns, () => 1);
  }
  forward(x: Tensor): Tensor {
    const m = copyOf(this.largest, x.dtype), y = divide(x, repeat(m, 0, x.shape[0]));
    this.remember({ m });
    if (this.mode === "train") {
      const next = copyOf(this.largest);
      x.data.forEach((value: number, i: number) => {
        next.data[i % m.data.length] = Math.max(next.data[i % m.data.length], Math.abs(value));
      });
      this.largest = next;
    }
    return y;
  }
  backward(dy: Tensor): Tensor {
    return divide(dy, repeat(this.recall().m, 0, dy.shape[0]));
  }
}
register(RunningMaximum, (layer) => [layer.largest.data.length]);

/** y [places - k + 1, out] of x [places, in]: each row of y is k rows of x, side by side, times w (LeCun et al. 1989). */
export class Conv1d extends Layer<{ windows: Tensor; x: Tensor }> {
  readonly weight: Parameter;
  readonly size: number;
  readonly start: readonly (readonly number[])[];
  constructor(size: number, start: readonly (readonly number[])[]) {
    super();
    this.size = size;
    this.start = start;
    this.weight = new Parameter("weight", tensor(start));
  }
  override outputShape([places]: Shape): Shape {
    return [places - this.size + 1, this.weight.shape[1]];
  }
  forward(x: Tensor): Tensor {
    const [batch, places, channels] = x.shape, count = places - this.size + 1, width = this.size * channels;
    const windows = zeros([batch, count, width], x.dtype);
    this.each(x, (from, to) => windows.data.set(x.data.subarray(from, from + width), to));
    this.remember({ windows, x });
    return matmul(windows, this.weight.value);
  }
  backward(dy: Tensor): Tensor {
    const { windows, x } = this.recall(), dwindows = matmul(dy, transposed(this.weight.value)), dx = zerosLike(x);
    addMatmul(this.weight.grad, transposed(windows), dy);
    const width = this.size * x.shape[2];
    this.each(x, (from, to) => {
      for (let i = 0; i < width; i++) dx.data[from + i] += dwindows.data[to + i];
    });
    return dx;
  }
  private each({ shape: [batch, places, channels] }: Tensor, visit: (from: number, to: number) => void): void {
    const count = places - this.size + 1;
    for (let n = 0; n < batch; n++) {
      for (let p = 0; p < count; p++) visit((n * places + p) * channels, (n * count + p) * this.size * channels);
    }
  }
}
register(Conv1d, (layer) => [layer.size, layer.start]);

/** y = sign(x); its gradient is declared to be that of x, held between -1 and 1 (Bengio et al. 2013). */
export class StraightThrough extends Layer<{ x: Tensor }> {
  surrogate(x: Tensor): Tensor {
    const y = copyOf(x);
    y.data.forEach((value: number, i: number) => { y.data[i] = Math.min(Math.max(value, -1), 1); });
    return y;
  }
  forward(x: Tensor): Tensor {
    this.remember({ x });
    const y = copyOf(x);
    y.data.forEach((value: number, i: number) => { y.data[i] = value < 0 ? -1 : 1; });
    return y;
  }
  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), dx = copyOf(dy);
    for (let i = 0; i < dx.data.length; i++) if (Math.abs(x.data[i]) > 1) dx.data[i] = 0;
    return dx;
  }
}
register(StraightThrough);

/** y = x; backward gives -strength · dy (Ganin et al. 2016). */
export class GradientReversal extends Layer {
  readonly strength: number;
  constructor(strength: number) {
    super();
    this.strength = strength;
  }
  surrogate(x: Tensor): Tensor {
    return scale(x, -this.strength);
  }
  forward(x: Tensor): Tensor {
    return copyOf(x);
  }
  backward(dy: Tensor): Tensor {
    return scale(dy, -this.strength);
  }
}
register(GradientReversal, (layer) => [layer.strength]);

/**
 * In train each number is that of a, the state before, with probability `share`, else of b; in eval their mean (Krueger
 * et al. 2017).
 */
export class Zoneout extends Layer<{ part: Tensor }, readonly Tensor[]> {
  readonly share: number;
  constructor(share: number, seed?: number) {
    super(seed);
    this.share = share;
  }
  override outputShape(a: Shape): Shape {
    return a;
  }
  forward([a, b]: readonly Tensor[]): Tensor {
    const part = this.mode === "train" ? this.random.bernoulli(this.share, a) : zerosLike(a);
    if (this.mode === "eval") part.data.fill(this.share);
    this.remember({ part });
    return add(b, multiply(part, subtract(a, b)));
  }
  backward(dy: Tensor): readonly Tensor[] {
    const da = multiply(dy, this.recall().part);
    return [da, subtract(dy, da)];
  }
}
register(Zoneout, (layer) => [layer.share]);

/** y = ln x, for x > 0. */
export class Log extends Layer<{ x: Tensor }> {
  forward(x: Tensor): Tensor {
    this.remember({ x });
    return log(x);
  }
  backward(dy: Tensor): Tensor {
    return divide(dy, this.recall().x);
  }
}
register(Log);

/** Rows come in pairs: y of each is its difference from the other, times exp of half of itself. */
export class Pairs extends Layer<{ x: Tensor; other: Tensor }> {
  override get batchIndependent() {
    return false;
  }
  override minimumRows(): number {
    return 2;
  }
  forward(x: Tensor): Tensor {
    if (x.shape[0] % 2 > 0) {
      throw new ShapeError({ where: this.name, given: `${x.shape[0]} rows`, allowed: "an even number of rows" });
    }
    const other = this.swapped(x);
    this.remember({ x, other });
    return multiply(subtract(x, other), exp(scale(x, 0.5)));
  }
  backward(dy: Tensor): Tensor {
    const { x, other } = this.recall(), slope = multiply(dy, exp(scale(x, 0.5)));
    return subtract(add(slope, multiply(slope, scale(subtract(x, other), 0.5))), this.swapped(slope));
  }
  private swapped(x: Tensor): Tensor {
    const y = zerosLike(x), width = x.data.length / x.shape[0];
    for (let i = 0; i < x.shape[0]; i++) y.data.set(x.data.subarray((i ^ 1) * width, ((i ^ 1) + 1) * width), i * width);
    return y;
  }
}
register(Pairs);

/** y = x - m, with m the moving mean of all batches before. */
export class StreamingMean extends Layer {
  average: Tensor;
  constructor(columns: number) {
    super();
    this.average = row(columns, () => 0);
  }
  forward(x: Tensor): Tensor {
    const y = subtract(x, repeat(copyOf(this.average, x.dtype), 0, x.shape[0]));
    if (this.mode === "train") {
      this.average = add(scale(this.average, 0.9), scale(copyOf(mean(x, 0), this.average.dtype), 0.1));
    }
    return y;
  }
  backward(dy: Tensor): Tensor {
    return copyOf(dy);
  }
}
register(StreamingMean, (layer) => [layer.average.data.length]);

/** y = x · w / σ with σ = uᵀ·w·v; u and v take one step of power iteration after each forward (Miyato et al. 2018). */
export class SpectralNorm extends Layer<{ x: Tensor; w: Tensor; sigma: number; uv: Tensor }> {
  readonly weight: Parameter;
  u: Tensor;
  v: Tensor;
  constructor(columns: number) {
    super();
    this.weight = new Parameter("weight", grid(columns, columns, (i, j) => (i === j ? 1 : 0.1)));
    this.u = row(columns, () => 1 / Math.sqrt(columns));
    this.v = copyOf(this.u);
  }
  forward(x: Tensor): Tensor {
    const { value } = this.weight, n = value.shape[0], of = (t: Tensor, shape: Shape) => {
      return new Tensor(copyOf(t, x.dtype).data, shape);
    };
    const uv = matmul(of(this.u, [n, 1]), of(this.v, [1, n])), [sigma] = sum(sum(multiply(uv, value), 0), 0).data;
    const w = scale(value, 1 / sigma);
    this.remember({ x, w, sigma, uv });
    if (this.mode === "train") {
      const unit = (t: Tensor) => copyOf(new Tensor(scale(t, 1 / sqrt(sum(multiply(t, t), 0).data[0])).data, [n]), this.u.dtype);
      this.v = unit(new Tensor(matmul(of(this.u, [1, n]), value).data, [n]));
      this.u = unit(new Tensor(matmul(value, of(this.v, [n, 1])).data, [n]));
    }
    return matmul(x, w);
  }
  backward(dy: Tensor): Tensor {
    const { x, w, sigma, uv } = this.recall(), dw = matmul(transposed(x), dy);
    const along = sum(sum(multiply(dw, w), 0), 0).data[0];
    addTo(this.weight.grad, scale(subtract(dw, scale(uv, along)), 1 / sigma));
    return matmul(dy, transposed(w));
  }
}
register(SpectralNorm, (layer) => [layer.weight.shape[0]]);
