/** Wrong layers whose mistake is on one of several paths, in a softmax within, in what is remembered, or at ties. */
import {
  add, addMatmul, copyOf, initializers, Layer, matmul, multiply, Parameter, scale, sigmoid, softmax, softmaxBackward, subtract, tanh,
  tensor, Tensor, transposed, zeros, zerosLike, type AnyLayer, type Shape,
} from "chainrule";
import { dot, Rowwise, sum, type Row } from "./kit.ts";
import { fill } from "./planted.ts";

const weight = (name: string, shape: Shape, seed: number) =>
  new Parameter(name, { shape, init: initializers.heNormal() }, { seed });
const slopeOfTanh = (d: Tensor, y: Tensor) => fill(d, (i) => d.data[i] * (1 - y.data[i] ** 2));
const slopeOfSigmoid = (d: Tensor, y: Tensor) => fill(d, (i) => d.data[i] * y.data[i] * (1 - y.data[i]));

/** y = tanh(x·w)·wᵀ, whose dw is made of one use of w alone. */
class Tied extends Layer<{ x: Tensor; h: Tensor }> {
  readonly w = weight("w", [4, 2], 1);
  forward(x: Tensor): Tensor {
    const h = tanh(matmul(x, this.w.value));
    this.remember({ x, h });
    return matmul(h, transposed(this.w.value));
  }
  backward(dy: Tensor): Tensor {
    const { h } = this.recall();
    addMatmul(this.w.grad, transposed(dy), h);
    return matmul(slopeOfTanh(matmul(dy, this.w.value), h), transposed(this.w.value));
  }
}

/** y = x·tanh(x) + sin(x), by operations; one of the three terms has another factor in dx. */
class Terms extends Layer<{ x: Tensor; t: Tensor }> {
  private readonly shares: readonly number[];
  constructor(...shares: readonly number[]) {
    super(1);
    this.shares = shares;
  }
  forward(x: Tensor): Tensor {
    const t = tanh(x), s = zerosLike(x), of = x.data;
    for (let i = 0; i < of.length; i++) s.data[i] = Math.sin(3 * of[i]);
    this.remember({ x, t });
    return add(multiply(x, t), s);
  }
  backward(dy: Tensor): Tensor {
    const { x, t } = this.recall(), [a, b, c] = this.shares;
    return fill(dy, (i) => {
      const v = x.data[i];
      return dy.data[i] * (a * t.data[i] + b * v * (1 - t.data[i] ** 2) + c * 3 * Math.cos(3 * v));
    });
  }
}

/** y = t·h + (1 - t)·x, with h = tanh(x·w) and a gate t = σ(x·v); `gate` is what dy·t·(1 - t) is multiplied by for v. */
class Carry extends Layer<{ x: Tensor; h: Tensor; t: Tensor }> {
  readonly w = weight("w", [3, 3], 1);
  readonly v = weight("v", [3, 3], 2);
  private readonly gate: (h: number, x: number) => number;
  constructor(gate: (h: number, x: number) => number) {
    super(1);
    this.gate = gate;
  }
  forward(x: Tensor): Tensor {
    const h = tanh(matmul(x, this.w.value)), t = sigmoid(matmul(x, this.v.value));
    this.remember({ x, h, t });
    return add(x, multiply(t, subtract(h, x)));
  }
  backward(dy: Tensor): Tensor {
    const { x, h, t } = this.recall();
    const du = slopeOfTanh(multiply(dy, t), h);
    const dv = slopeOfSigmoid(fill(dy, (i) => dy.data[i] * this.gate(h.data[i], x.data[i])), t);
    addMatmul(this.w.grad, transposed(x), du);
    addMatmul(this.v.grad, transposed(x), dv);
    const past = fill(dy, (i) => dy.data[i] * (1 - t.data[i]));
    return add(past, add(matmul(du, transposed(this.w.value)), matmul(dv, transposed(this.v.value))));
  }
}

/** y = a·σ(b) of the halves a and b of a row, read number by number; backward takes b·(1 - b) for the derivative of σ. */
class ReadGlu extends Layer<{ x: Tensor }> {
  override outputShape([columns]: Shape): Shape {
    return [columns / 2];
  }
  forward(x: Tensor): Tensor {
    const y = zeros([x.shape[0], 3], x.dtype);
    this.remember({ x });
    for (let i = 0; i < y.data.length; i++) {
      const a = i + 3 * Math.floor(i / 3);
      y.data[i] = x.data[a] * sigmoid(
        x.data[a + 3],
      );
    }
    return y;
  }
  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), dx = zerosLike(x);
    dy.data.forEach((d, i) => {
      const at = i + 3 * Math.floor(i / 3), a = x.data[at], b = x.data[at + 3];
      dx.data[at] = d * sigmoid(b);
      dx.data[at + 3] = d * a * b * (1 - b);
    });
    return dx;
  }
}

type Slip = "no sum" | "q for k";

/** Attention over the rows of x [steps, columns], of each row of the batch by itself. */
class Attention extends Layer<{ kept: { x: Tensor; q: Tensor; k: Tensor; v: Tensor; a: Tensor }[] }> {
  readonly wq = weight("wq", [3, 3], 1);
  readonly wk = weight("wk", [3, 3], 2);
  readonly wv = weight("wv", [3, 3], 3);
  private readonly slip: Slip;
  constructor(slip: Slip) {
    super(1);
    this.slip = slip;
  }
  private rowOf(x: Tensor, row: number): Tensor {
    const size = x.shape[1] * x.shape[2];
    return new Tensor(x.data.slice(row * size, (row + 1) * size), x.shape.slice(1));
  }
  forward(x: Tensor): Tensor {
    const y = zerosLike(x), kept = Array.from({ length: x.shape[0] }, (_, row) => {
      const of = this.rowOf(x, row), [q, k, v] = [this.wq, this.wk, this.wv].map(({ value }) => matmul(of, value));
      return { x: of, q, k, v, a: softmax(matmul(q, transposed(k))) };
    });
    kept.forEach(({ a, v }, row) => { y.data.set(matmul(a, v).data, row * v.data.length); });
    this.remember({ kept });
    return y;
  }
  backward(dy: Tensor): Tensor {
    const dx = zerosLike(dy);
    this.recall().kept.forEach(({ x, q, k, v, a }, row) => {
      const d = this.rowOf(dy, row), da = matmul(d, transposed(v));
      const ds = this.slip === "no sum" ? multiply(a, da) : softmaxBackward(da, a);
      const parts = [[this.wq, matmul(ds, this.slip === "q for k" ? q : k)], [this.wk, matmul(transposed(ds), q)],
        [this.wv, matmul(transposed(a), d)]] as const;
      for (const [w, back] of parts) {
        addMatmul(w.grad, transposed(x), back);
        const into = matmul(back, transposed(w.value));
        into.data.forEach((value, i) => { dx.data[row * into.data.length + i] += value; });
      }
    });
    return dx;
  }
}

const EDGES = [[0.5, 0.2, 0], [-0.3, 0.7, 0.4], [0.1, 0, 0.9]];

/** Each place of x [places, columns] takes shares of the others, by the edges of a graph; backward takes the same. */
class Neighbours extends Layer {
  private mixed(x: Tensor): Tensor {
    return fill(x, (i) => {
      const [from, place, column] = [i - (i % 6), Math.floor((i % 6) / 2), i % 2];
      return EDGES[place].reduce((all, share, other) => all + share * x.data[from + 2 * other + column], 0);
    });
  }
  forward(x: Tensor): Tensor {
    return this.mixed(x);
  }
  backward(dy: Tensor): Tensor {
    return this.mixed(dy);
  }
}

/** y = tanh(x·v)·w, without the derivative of tanh on the way back. */
class Hidden extends Layer<{ x: Tensor; h: Tensor }> {
  readonly v = weight("v", [3, 4], 1);
  readonly w = weight("w", [4, 2], 2);
  override outputShape(): Shape {
    return [2];
  }
  forward(x: Tensor): Tensor {
    const h = tanh(matmul(x, this.v.value));
    this.remember({ x, h });
    return matmul(h, this.w.value);
  }
  backward(dy: Tensor): Tensor {
    const { x, h } = this.recall(), dh = matmul(dy, transposed(this.w.value));
    addMatmul(this.w.grad, transposed(h), dy);
    addMatmul(this.v.grad, transposed(x), fill(dh, (i) => dh.data[i] * (1 - h.data[i] * h.data[i])));
    return matmul(dh, transposed(this.v.value));
  }
}

/** y = Σ p·e, with p = softmax(x·w) and experts e that are x, 2x, …; the softmax is left out on the way back. */
class Mixture extends Layer<{ x: Tensor; p: Tensor }> {
  readonly w = weight("w", [3, 2], 1);
  forward(x: Tensor): Tensor {
    const p = softmax(matmul(x, this.w.value));
    this.remember({ x, p });
    return fill(x, (i) => this.mixed(x, p, i));
  }
  private mixed(x: Tensor, p: Tensor, i: number): number {
    const row = Math.floor(i / 3) * 2;
    return p.data[row] * x.data[i] + p.data[row + 1] * Math.sin(x.data[i]);
  }
  backward(dy: Tensor): Tensor {
    const { x, p } = this.recall(), dp = zerosLike(p);
    dy.data.forEach((d, i) => {
      const row = Math.floor(i / 3) * 2;
      dp.data[row] += d * x.data[i];
      dp.data[row + 1] += d * Math.sin(x.data[i]);
    });
    addMatmul(this.w.grad, transposed(x), dp);
    const past = fill(dy, (i) => {
      const row = Math.floor(i / 3) * 2;
      return dy.data[i] * (p.data[row] + p.data[row + 1] * Math.cos(x.data[i]));
    });
    return add(past, matmul(dp, transposed(this.w.value)));
  }
}

/** A bias for each column of x [4, 4]; db is summed for each row of it. */
class Bias extends Layer {
  readonly b = new Parameter("b", tensor([0.1, 0.2, -0.3, 0.4]));
  forward(x: Tensor): Tensor {
    return fill(x, (i) => x.data[i] + this.b.value.data[i % 4]);
  }
  backward(dy: Tensor): Tensor {
    dy.data.forEach((d, i) => { this.b.grad.data[Math.floor(i / 4) % 4] += d; });
    return copyOf(dy);
  }
}

/** y = x with a term of the loss, 0.1·Σ x² over the rows; `share` of its gradient is in dx. */
class Penalised extends Layer<{ x: Tensor }> {
  private readonly share: number;
  constructor(share: number) {
    super(1);
    this.share = share;
  }
  forward(x: Tensor): Tensor {
    this.remember({ x });
    this.addLoss((0.1 * sum(Array.from(x.data, (v) => v * v))) / x.shape[0]);
    return copyOf(x);
  }
  backward(dy: Tensor): Tensor {
    const { x } = this.recall();
    return fill(dy, (i) => dy.data[i] + (this.share * 0.2 * x.data[i]) / x.shape[0]);
  }
}

/** Dropout with a mask for each column of x [4, 4], which backward reads for each row of it. */
class MaskAcross extends Layer<{ mask: Tensor }> {
  override get dependsOnMode(): boolean {
    return true;
  }
  forward(x: Tensor): Tensor {
    const like = zeros([x.shape[0], 4], x.dtype), ones = fill(like, () => 1);
    const mask = this.mode === "train" ? scale(this.random.bernoulli(0.6, like), 1 / 0.6) : ones;
    this.remember({ mask });
    return fill(x, (i) => x.data[i] * mask.data[Math.floor(i / 16) * 4 + (i % 4)]);
  }
  backward(dy: Tensor): Tensor {
    const { mask } = this.recall();
    return fill(dy, (i) => dy.data[i] * mask.data[Math.floor(i / 16) * 4 + (Math.floor(i / 4) % 4)]);
  }
}

/** Takes fixed statistics in forward, and the batch's own in backward. */
class FixedStatistics extends Layer<{ x: Tensor }> {
  override get batchIndependent(): boolean {
    return false;
  }
  forward(x: Tensor): Tensor {
    this.remember({ x });
    return fill(x, (i) => (x.data[i] - 0.2) / 1.3);
  }
  backward(dy: Tensor): Tensor {
    const mean = [0, 1, 2].map((j) => sum(Array.from(dy.data).filter((_, i) => i % 3 === j)) / dy.shape[0]);
    return fill(dy, (i) => (dy.data[i] - mean[i % 3]) / 1.3);
  }
}

/** y = x less its mean, which is rounded to float32. */
class Rounded extends Layer {
  private less(x: Tensor, round: (v: number) => number): Tensor {
    return fill(x, (i) => x.data[i] - round(sum(Array.from(x.data.slice(i - (i % 3), i - (i % 3) + 3))) / 3));
  }
  forward(x: Tensor): Tensor {
    return this.less(x, Math.fround);
  }
  backward(dy: Tensor): Tensor {
    return this.less(dy, (v) => v);
  }
}

/** y[t] = tanh(x[t] + half of its other number + 0.7·y[t-1]) for x [steps, 2]; backward carries nothing back. */
class OneStep extends Layer<{ y: Tensor }> {
  private mixed(x: Tensor): Tensor {
    return fill(x, (i) => x.data[i] + 0.5 * x.data[i % 2 === 0 ? i + 1 : i - 1]);
  }
  forward(x: Tensor): Tensor {
    const y = this.mixed(x), size = x.shape[1] * 2;
    y.data.forEach((v, i) => { y.data[i] = Math.tanh(v + (i % size < 2 ? 0 : 0.7 * y.data[i - 2])); });
    this.remember({ y: copyOf(y) });
    return y;
  }
  backward(dy: Tensor): Tensor {
    return this.mixed(slopeOfTanh(dy, this.recall().y));
  }
}

/** A filter [3, 3] over x [1, 5, 5] with a border of zeros, which backward does not know. */
class Padded extends Layer<{ x: Tensor }> {
  readonly w = weight("w", [3, 3], 1);
  private over(x: Tensor, each: (y: number, x: number, q: number, back: number) => void): void {
    for (let y = 0; y < x.data.length; y++) {
      const [from, i, j] = [Math.floor(y / 25) * 25, Math.floor(y / 5) % 5, y % 5];
      for (let q = 0; q < 9; q++) {
        const place = (r: number, c: number) => (r >= 0 && r < 5 && c >= 0 && c < 5 ? from + 5 * r + c : -1);
        const [r, c] = [i + Math.floor(q / 3), j + (q % 3)];
        each(y, place(r - 1, c - 1), q, place(r, c));
      }
    }
  }
  forward(x: Tensor): Tensor {
    const y = zerosLike(x);
    this.over(x, (to, from, q) => { if (from >= 0) y.data[to] += x.data[from] * this.w.value.data[q]; });
    this.remember({ x });
    return y;
  }
  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), dx = zerosLike(x);
    this.over(x, (to, from, q, back) => {
      if (from >= 0) this.w.grad.data[q] += dy.data[to] * x.data[from];
      if (back >= 0) dx.data[back] += dy.data[to] * this.w.value.data[q];
    });
    return dx;
  }
}

/** A weight of 30 x 30 numbers, of whose gradients one is wrong. */
class OneNumber extends Layer<{ x: Tensor }> {
  readonly w = weight("w", [30, 30], 1);
  forward(x: Tensor): Tensor {
    this.remember({ x });
    return matmul(x, this.w.value);
  }
  backward(dy: Tensor): Tensor {
    const dw = matmul(transposed(this.recall().x), dy);
    dw.data[457] *= 3;
    add(this.w.grad, dw).data.forEach((value, i) => { this.w.grad.data[i] = value; });
    return matmul(dy, transposed(this.w.value));
  }
}

const largest = (x: Row) => Math.max(...x);
const logSumExp = (x: Row) => Math.log(sum(x.map((v) => Math.exp(v))));

export const PATHS: readonly (readonly [string, string, () => AnyLayer, readonly number[] | readonly number[][]])[] = [
  ["one path of several", "one use of a tied weight", () => new Tied(), [4]],
  ["one path of several", "a term of a sum forgotten", () => new Terms(1, 1, 0), [3]],
  ["one path of several", "a term of a sum counted twice", () => new Terms(1, 1, 2), [3]],
  ["another operand", "a gate's other path: h for h - x", () => new Carry((h) => h), [3]],
  ["a factor on one path", "a gated unit with σ' of b in place of σ(b)", () => new ReadGlu(), [6]],
  ["softmax coupling missing", "attention whose softmax lacks its sum", () => new Attention("no sum"), [4, 3]],
  ["softmax coupling missing", "experts whose softmax is left out", () => new Mixture(), [3]],
  ["another operand", "attention with q in place of k", () => new Attention("q for k"), [4, 3]],
  ["transposed", "a graph whose edges go back as they stand", () => new Neighbours(), [3, 2]],
  ["inner derivative forgotten", "a hidden tanh whose derivative is forgotten", () => new Hidden(), [3]],
  ["given to the wrong place", "a maximum that gives dy to the minimum", () => new Rowwise((x) => [Math.max(x[0], x[1])],
    (x, _, [d]) => (x[0] < x[1] ? [d, 0] : [0, d])), [2]],
  ["wrong axis", "a bias for columns, summed for rows", () => new Bias(), [4, 4]],
  ["loss term's gradient wrong", "a penalty without its gradient", () => new Penalised(0), [3]],
  ["loss term's gradient wrong", "a penalty with half its gradient", () => new Penalised(0.5), [3]],
  ["mask at wrong places", "a mask of columns read for rows", () => new MaskAcross(1), [4, 4]],
  ["the other mode's gradient", "fixed statistics, and backward of the batch's", () => new FixedStatistics(), [3]],
  ["contributions missing", "a recurrence of two numbers that carries nothing back", () => new OneStep(), [3, 2]],
  ["off by one", "a border of zeros that backward does not know", () => new Padded(), [1, 5, 5]],
  ["wrong in places", "one gradient of 900", () => new OneNumber(), [30]],
  ["shares of a mean", "log-sum-exp with a mean's shares", () => new Rowwise((x) => [logSumExp(x)],
    (x, _, [d]) => x.map(() => d / x.length)), [5]],
  ["computed in float32", "a mean that is rounded to float32", () => new Rounded(), [3]],
  ["given to several", "a maximum that gives dy to all that tie", () => new Rowwise((x) => [largest(x), dot(x, x)],
    (x, [top], [d, e]) => x.map((v) => (v === top ? d : 0) + 2 * v * e)), [4]],
];
