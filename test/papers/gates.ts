/** Layers from papers whose parts are gates, norms and experts. */
import {
  add, Affine, batchMatmul, concat, copyOf, divide, Layer, matmul, mean, multiply, Parameter, pow, register, ReLU, repeat,
  scale, sigmoid, slice, softmax, softmaxBackward, sqrt, subtract, sum, tanh, Tensor, tensor, transposed, addMatmul,
  zerosLike, type Shape,
} from "chainrule";

const ones = (...shape: number[]) => {
  return new Tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1), shape);
};
const addTo = (grad: Tensor, more: Tensor) => {
  more.data.forEach((value: number, i: number) => { grad.data[i] += value; });
};
const oneMinus = (x: Tensor) => subtract(new Tensor(x.data.map(() => 1), x.shape), x);

/** y = x where x > 0, else a·x, with a learnt slope a for each column (He et al. 2015). */
export class PReLU extends Layer<{ x: Tensor }> {
  readonly start: readonly number[];
  readonly slope: Parameter;
  constructor(start: readonly number[]) {
    super();
    this.start = start;
    this.slope = new Parameter("slope", tensor([...start]));
  }
  forward(x: Tensor): Tensor {
    this.remember({ x });
    const y = copyOf(x), a = this.slope.value.data;
    for (let i = 0; i < y.data.length; i++) if (x.data[i] < 0) y.data[i] *= a[i % a.length];
    return y;
  }
  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), dx = copyOf(dy), a = this.slope.value.data, da = this.slope.grad.data;
    for (let i = 0; i < dx.data.length; i++) {
      if (x.data[i] >= 0) continue;
      dx.data[i] *= a[i % a.length];
      da[i % a.length] += dy.data[i] * x.data[i];
    }
    return dx;
  }
}
register(PReLU, (layer) => [layer.start]);

/** y = the larger of two halves, number by number (Goodfellow et al. 2013). */
export class Maxout extends Layer<{ x: Tensor }> {
  override outputShape([columns]: Shape): Shape {
    return [columns / 2];
  }
  forward(x: Tensor): Tensor {
    this.remember({ x });
    const half = x.shape[1] / 2, y = slice(x, 1, 0, half), other = slice(x, 1, half, 2 * half);
    for (let i = 0; i < y.data.length; i++) y.data[i] = Math.max(y.data[i], other.data[i]);
    return y;
  }
  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), half = x.shape[1] / 2, a = slice(x, 1, 0, half), b = slice(x, 1, half, 2 * half);
    const da = zerosLike(dy), db = zerosLike(dy);
    for (let i = 0; i < dy.data.length; i++) (a.data[i] >= b.data[i] ? da : db).data[i] = dy.data[i];
    return concat([da, db], 1);
  }
}
register(Maxout);

/** y = g · n with n = x / √(mean x² + ε) (Zhang and Sennrich 2019). */
export class RMSNorm extends Layer<{ n: Tensor; root: Tensor }> {
  readonly gain: Parameter;
  constructor(columns: number) {
    super();
    this.gain = new Parameter("gain", ones(columns));
  }
  forward(x: Tensor): Tensor {
    const squares = mean(multiply(x, x), 1);
    squares.data.forEach((value: number, i: number) => { squares.data[i] = value + 1e-5; });
    const root = repeat(sqrt(squares), 1, x.shape[1]), n = divide(x, root);
    this.remember({ n, root });
    return multiply(n, repeat(this.gain.value, 0, x.shape[0]));
  }
  backward(dy: Tensor): Tensor {
    const { n, root } = this.recall(), [rows, columns] = n.shape;
    addTo(this.gain.grad, sum(multiply(dy, n), 0));
    const dn = multiply(dy, repeat(this.gain.value, 0, rows));
    return divide(subtract(dn, multiply(n, repeat(mean(multiply(dn, n), 1), 1, columns))), root);
  }
}
register(RMSNorm, (layer) => [layer.gain.shape[0]]);

/** y = t · h + (1 - t) · x with h = tanh(x·W + b), t = σ(x·V + c) (Srivastava et al. 2015). */
export class Highway extends Layer<{ x: Tensor; h: Tensor; t: Tensor }> {
  readonly plain: Affine;
  readonly gate: Affine;
  readonly columns: number;
  constructor(columns: number, seed?: number) {
    super(seed);
    this.columns = columns;
    this.plain = new Affine(columns, columns);
    this.gate = new Affine(columns, columns);
  }
  forward(x: Tensor): Tensor {
    const h = tanh(this.plain.forward(x)), t = sigmoid(this.gate.forward(x));
    this.remember({ x, h, t });
    return add(x, multiply(t, subtract(h, x)));
  }
  backward(dy: Tensor): Tensor {
    const { x, h, t } = this.recall();
    const dh = multiply(multiply(dy, t), oneMinus(multiply(h, h)));
    const dt = multiply(multiply(dy, subtract(h, x)), multiply(t, oneMinus(t)));
    return add(multiply(dy, oneMinus(t)), add(this.plain.backward(dh), this.gate.backward(dt)));
  }
}
register(Highway, (layer) => [layer.columns]);

/** y = x · g, with a gate for each channel of x [channels, places]: g = σ(V·relu(W·mean x)) (Hu et al. 2018). */
export class SqueezeExcite extends Layer<{ x: Tensor; gate: Tensor }> {
  readonly squeeze: Affine;
  readonly bend = new ReLU();
  readonly excite: Affine;
  readonly channels: number;
  readonly inner: number;
  constructor(channels: number, inner: number) {
    super();
    this.channels = channels;
    this.inner = inner;
    this.squeeze = new Affine(channels, inner);
    this.excite = new Affine(inner, channels);
  }
  forward(x: Tensor): Tensor {
    const gate = sigmoid(this.excite.forward(this.bend.forward(this.squeeze.forward(mean(x, 2)))));
    this.remember({ x, gate });
    return multiply(x, repeat(gate, 2, x.shape[2]));
  }
  backward(dy: Tensor): Tensor {
    const { x, gate } = this.recall(), places = x.shape[2];
    const dgate = multiply(sum(multiply(dy, x), 2), multiply(gate, oneMinus(gate)));
    const dmean = this.squeeze.backward(this.bend.backward(this.excite.backward(dgate)));
    return add(multiply(dy, repeat(gate, 2, places)), scale(repeat(dmean, 2, places), 1 / places));
  }
}
register(SqueezeExcite, (layer) => [layer.channels, layer.inner]);

/** y = a · σ(b) of the halves of x (Dauphin et al. 2017). */
export class GLU extends Layer<{ a: Tensor; gate: Tensor }> {
  override outputShape([columns]: Shape): Shape {
    return [columns / 2];
  }
  forward(x: Tensor): Tensor {
    const half = x.shape[1] / 2, a = slice(x, 1, 0, half), gate = sigmoid(slice(x, 1, half, 2 * half));
    this.remember({ a, gate });
    return multiply(a, gate);
  }
  backward(dy: Tensor): Tensor {
    const { a, gate } = this.recall();
    return concat([multiply(dy, gate), multiply(multiply(dy, a), multiply(gate, oneMinus(gate)))], 1);
  }
}
register(GLU);

/** y = Σ_e g_e · E_e(x), g = softmax(x·V); adds strength · E · Σ (mean g_e)², so that all are used (Shazeer et al. 2017). */
export class Experts extends Layer<{ gates: Tensor; outputs: readonly Tensor[] }> {
  readonly gate: Affine;
  readonly experts: readonly Affine[];
  readonly columns: number;
  readonly count: number;
  readonly strength: number;
  constructor(columns: number, count: number, strength: number) {
    super();
    this.columns = columns;
    this.count = count;
    this.strength = strength;
    this.gate = new Affine(columns, count);
    this.experts = Array.from({ length: count }, () => new Affine(columns, columns));
  }
  /** The term is of the batch as a whole. */
  override get batchIndependent() {
    return false;
  }
  forward(x: Tensor): Tensor {
    const gates = softmax(this.gate.forward(x)), outputs = this.experts.map((expert) => expert.forward(x));
    this.remember({ gates, outputs });
    const shares = mean(gates, 0);
    this.addLoss(this.strength * this.count * sum(multiply(shares, shares), 0).data[0]);
    return outputs.map((y, e) => multiply(y, this.column(gates, e))).reduce((all, one) => add(all, one));
  }
  backward(dy: Tensor): Tensor {
    const { gates, outputs } = this.recall(), shares = mean(gates, 0), [rows] = dy.shape;
    const parts = this.experts.map((expert, e) => expert.backward(multiply(dy, this.column(gates, e))));
    const dgates = zerosLike(gates);
    outputs.forEach((y, e) => {
      const of = sum(multiply(dy, y), 1), term = 2 * this.strength * this.count * shares.data[e] / rows;
      for (let i = 0; i < rows; i++) dgates.data[i * this.count + e] = of.data[i] + term;
    });
    return parts.reduce((all, one) => add(all, one), this.gate.backward(softmaxBackward(dgates, gates)));
  }
  private column(gates: Tensor, e: number): Tensor {
    return repeat(new Tensor(slice(gates, 1, e, e + 1).data, [gates.shape[0]]), 1, this.columns);
  }
}
register(Experts, (layer) => [layer.columns, layer.count, layer.strength]);

/** y_k = Σ_ij a_i · w_ijk · b_j (Tenenbaum and Freeman 2000). */
export class Bilinear extends Layer<{ a: Tensor; b: Tensor }, readonly Tensor[]> {
  readonly weight: Parameter;
  readonly columns: number;
  readonly out: number;
  constructor(columns: number, out: number) {
    super();
    this.columns = columns;
    this.out = out;
    const numbers = Array.from({ length: columns * columns }, (_, i) => {
      return Array.from({ length: out }, (__, k) => Math.sin(i * out + k + 1) / 2);
    });
    this.weight = new Parameter("weight", tensor(numbers));
  }
  override outputShape(): Shape {
    return [this.out];
  }
  forward([a, b]: readonly Tensor[]): Tensor {
    this.remember({ a, b });
    return matmul(this.pairs(a, b), this.weight.value);
  }
  backward(dy: Tensor): readonly Tensor[] {
    const { a, b } = this.recall(), [rows, n] = a.shape;
    addMatmul(this.weight.grad, transposed(this.pairs(a, b)), dy);
    const dpairs = new Tensor(matmul(dy, transposed(this.weight.value)).data, [rows, n, n]);
    const da = batchMatmul(dpairs, new Tensor(b.data, [rows, n, 1]));
    const db = batchMatmul(transposed(dpairs), new Tensor(a.data, [rows, n, 1]));
    return [new Tensor(da.data, a.shape), new Tensor(db.data, b.shape)];
  }
  private pairs(a: Tensor, b: Tensor): Tensor {
    const [rows, n] = a.shape;
    const all = batchMatmul(new Tensor(a.data, [rows, n, 1]), new Tensor(b.data, [rows, 1, n]));
    return new Tensor(all.data, [rows, n * n]);
  }
}
register(Bilinear, (layer) => [layer.columns, layer.out]);

/** y = softmax(q·kᵀ / √n)·v of x [places, n], with q, k, v = x·W (Vaswani et al. 2017). */
export class Attention extends Layer<{ x: Tensor; q: Tensor; k: Tensor; v: Tensor; p: Tensor }> {
  readonly weights: readonly Parameter[];
  readonly columns: number;
  constructor(columns: number) {
    super();
    this.columns = columns;
    this.weights = ["q", "k", "v"].map((name, w) => new Parameter(name, tensor(
      Array.from({ length: columns }, (_, i) => Array.from({ length: columns }, (__, j) => Math.cos(7 * w + 3 * i + j) / 2)),
    )));
  }
  forward(x: Tensor): Tensor {
    const [q, k, v] = this.weights.map(({ value }) => matmul(x, value));
    const p = softmax(scale(batchMatmul(q, transposed(k)), pow(this.columns, -0.5)));
    this.remember({ x, q, k, v, p });
    return batchMatmul(p, v);
  }
  backward(dy: Tensor): Tensor {
    const { x, q, k, v, p } = this.recall();
    const ds = scale(softmaxBackward(batchMatmul(dy, transposed(v)), p), pow(this.columns, -0.5));
    const gradients = [batchMatmul(ds, k), batchMatmul(transposed(ds), q), batchMatmul(transposed(p), dy)];
    return gradients.map((dz, w) => {
      addMatmul(this.weights[w].grad, transposed(x), dz);
      return matmul(dz, transposed(this.weights[w].value));
    }).reduce((all, one) => add(all, one));
  }
}
register(Attention, (layer) => [layer.columns]);
