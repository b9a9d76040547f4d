/** Wrong layers with several weight matrices, gates and groups: a name, what is wrong, the layer, its inputs. */
import {
  add, addMatmul, Affine, initializers, Layer, matmul, multiply, Parameter, scale, sigmoid, softmax, softmaxBackward, subtract, tanh,
  transposed, type AnyLayer, type Shape, type Tensor,
} from "chainrule";
import { dot, mean, Rowwise, sum, WithParameter, type Row } from "./kit.ts";
import { fill } from "./planted.ts";

const weight = (name: string, seed: number) => new Parameter(name, { shape: [3, 3], init: initializers.heNormal() }, { seed });

/** What a wrong backward does otherwise. */
interface Slip {
  /** The share of the gate's path in dx. */
  readonly gate?: number;
  /** What the direct path is multiplied by. */
  readonly direct?: (z: number) => number;
  /** Takes x for z·x in the gradient of w. */
  readonly ungated?: boolean;
}

/** y = (1 - z)·x + z·h, with a gate z = σ(x·v) and h = tanh((z·x)·w). */
class Gated extends Layer<{ x: Tensor; z: Tensor; zx: Tensor; h: Tensor }> {
  readonly v = weight("v", 1);
  readonly w = weight("w", 2);
  private readonly slip: Slip;
  constructor(slip: Slip) {
    super(1);
    this.slip = slip;
  }
  forward(x: Tensor): Tensor {
    const z = sigmoid(matmul(x, this.v.value)), zx = multiply(z, x), h = tanh(matmul(zx, this.w.value));
    this.remember({ x, z, zx, h });
    return add(x, multiply(z, subtract(h, x)));
  }
  backward(dy: Tensor): Tensor {
    const { x, z, zx, h } = this.recall(), { gate = 1, direct = (s) => 1 - s, ungated } = this.slip;
    const du = fill(dy, (i) => dy.data[i] * z.data[i] * (1 - h.data[i] ** 2)), back = matmul(du, transposed(this.w.value));
    const dv = fill(dy, (i) => (dy.data[i] * (h.data[i] - x.data[i]) + back.data[i] * x.data[i]) * z.data[i] * (1 - z.data[i]));
    addMatmul(this.w.grad, transposed(ungated === true ? x : zx), du);
    addMatmul(this.v.grad, transposed(x), dv);
    const straight = fill(dy, (i) => dy.data[i] * direct(z.data[i]) + back.data[i] * z.data[i]);
    return add(straight, scale(matmul(dv, transposed(this.v.value)), gate));
  }
}

/** y = p·(x·v) for each row by itself, with p = softmax((x·q)·s): the products with q and s meet in one. */
class Attending extends Layer<{ x: Tensor; a: Tensor; p: Tensor; values: Tensor }> {
  readonly q = weight("q", 1);
  readonly s = weight("s", 2);
  readonly v = weight("v", 3);
  private readonly share: number;
  constructor(share: number) {
    super(1);
    this.share = share;
  }
  forward(x: Tensor): Tensor {
    const a = matmul(x, this.q.value), p = softmax(matmul(a, this.s.value)), values = matmul(x, this.v.value);
    this.remember({ x, a, p, values });
    return multiply(p, values);
  }
  backward(dy: Tensor): Tensor {
    const { x, a, p, values } = this.recall(), du = softmaxBackward(multiply(dy, values), p), dv = multiply(dy, p);
    const da = matmul(du, transposed(this.s.value));
    addMatmul(this.s.grad, transposed(a), du);
    addMatmul(this.q.grad, transposed(x), da);
    addMatmul(this.v.grad, transposed(x), dv);
    return add(scale(matmul(da, transposed(this.q.value)), this.share), matmul(dv, transposed(this.v.value)));
  }
}

/** y = x·(v / |v|), with the divided v kept from the first forward. */
class Merged extends Layer<{ x: Tensor; w: Tensor }> {
  readonly v = weight("v", 1);
  private merged: Tensor | undefined;
  forward(x: Tensor): Tensor {
    this.merged ??= scale(this.v.value, 1 / Math.sqrt(sum([...this.v.value.data].map((v) => v * v))));
    this.remember({ x, w: this.merged });
    return matmul(x, this.merged);
  }
  backward(dy: Tensor): Tensor {
    const { x, w } = this.recall(), dw = matmul(transposed(x), dy), along = sum([...multiply(dw, w).data]);
    const { data } = this.v.value, norm = Math.sqrt(sum([...data].map((v) => v * v)));
    dw.data.forEach((d, i) => { this.v.grad.data[i] += (d - along * w.data[i]) / norm; });
    return matmul(dy, transposed(w));
  }
}

/** y = (x·c)·w with a constant c for each column, which dw leaves out. */
class Columns extends Layer<{ x: Tensor }> {
  readonly w = weight("w", 1);
  private readonly timesC = (x: Tensor) => fill(x, (i) => [2, -1, 0.5][i % 3] * x.data[i]);
  forward(x: Tensor): Tensor {
    this.remember({ x });
    return matmul(this.timesC(x), this.w.value);
  }
  backward(dy: Tensor): Tensor {
    addMatmul(this.w.grad, transposed(this.recall().x), dy);
    return this.timesC(matmul(dy, transposed(this.w.value)));
  }
}

/** b after a, with a backward that begins with a. */
class InOrder extends Layer {
  readonly a = new Affine(3, 3, { seed: 1 });
  readonly b = new Affine(3, 3, { seed: 2 });
  forward(x: Tensor): Tensor {
    return this.b.forward(this.a.forward(x));
  }
  backward(dy: Tensor): Tensor {
    return this.b.backward(this.a.backward(dy));
  }
}

const centred = (x: Row) => x.map((v) => v - mean(x));
const deviation = (x: Row) => Math.sqrt(mean(centred(x).map((v) => v * v)));
const normBack = (x: Row, dy: Row, s: number) => {
  const hat = centred(x).map((v) => v / s);
  return dy.map((d, i) => (d - mean(dy) - (hat[i] * dot(dy, hat)) / x.length) / s);
};
const parts = (row: Row, width: number) => Array.from({ length: row.length / width }, (_, g) => row.slice(g * width, (g + 1) * width));

/** Each number times the mean of its four, with a backward that takes the mean over two. */
const grouped = () => new Rowwise((x) => parts(x, 4).flatMap((g) => g.map((v) => v * mean(g))), (x, _, dy) =>
  parts(x, 2).flatMap((g, n) => parts(dy, 2)[n].map((d) => d * mean(parts(x, 4)[n >> 1]) + dot(parts(dy, 2)[n], g) / 2)));

const cosine = (slip: number) => new Rowwise((x) => [dot(x, [1, 2, -1]) / Math.sqrt(dot(x, x))], (x, [y], [d]) =>
  x.map((v, i) => d * ([1, 2, -1][i] / Math.sqrt(dot(x, x)) - (slip * y * v) / dot(x, x))));

export const GATED: readonly (readonly [string, string, () => AnyLayer, Shape])[] = [
  ["path through a weight", "dx without what comes through a gate's weights", () => new Gated({ gate: 0 }), [3]],
  ["path through a weight", "a gate's path with the wrong sign", () => new Gated({ gate: -1 }), [3]],
  ["path through a weight", "a gate's path times 3", () => new Gated({ gate: 3 }), [3]],
  ["one path of several", "queries and keys left out beside values", () => new Attending(0), [3]],
  ["one path of several", "z for 1 - z beside weights", () => new Gated({ direct: (z) => z }), [3]],
  ["one path of several", "the direct path left out beside weights", () => new Gated({ direct: () => 0 }), [3]],
  ["another operand", "dw with x where z·x was multiplied", () => new Gated({ ungated: true }), [3]],
  ["another tensor beside a weight's dy", "dw with x where a multiple of each column was multiplied", () => new Columns(), [3]],
  ["inner layers in forward's order", "two layers whose backwards come in the order of their forwards", () => new InOrder(), [3]],
  ["stale weights", "a normalised weight made once", () => new Merged(), [3]],
  ["deviation's part of another size", "eps beside the deviation, derived as within the root", () => new Rowwise(
    (x) => centred(x).map((v) => v / (deviation(x) + 0.2)), (x, _, dy) => normBack(x, dy, deviation(x) + 0.2)), [4]],
  ["groups too small", "a group's mean taken over half of it", grouped, [8]],
  ["contributions that forward lacks", "windows that overlap, assigned in forward", () => new Rowwise((x) =>
    [...x.flatMap((v) => [v, 2 * v]), 3 * x[x.length - 1]], (x, _, dy) =>
    x.map((_x, i) => dy[2 * i] + 2 * dy[2 * i + 1] + 3 * dy[2 * i + 2])), [3]],
  ["norm held constant", "cosine similarity, the norm a constant", () => cosine(0), [3]],
  ["norm held constant", "cosine similarity, the norm's part twice", () => cosine(2), [3]],
  ["summed in one place", "all of dp in its last number", () => new WithParameter([1, 2, -1], (x, p) =>
    x.map((v, j) => v * p[j]), ({ x, p, dy, add: to }) => {
    dy.forEach((d, j) => { to(2, d * x[j]); });
    return dy.map((d, j) => d * p[j]);
  }), [3]],
  ["transposed", "a square of weights read transposed, in each of two places", () => new WithParameter(
    [[0.5, -1], [2, 0.25]], (x, [a, b, c, d]) => [0, 2].flatMap((i) => [x[i] * a + x[i + 1] * c, x[i] * b + x[i + 1] * d]),
    ({ x, p: [a, b, c, d], dy, add: to }) => [0, 2].flatMap((i) => {
      [x[i] * dy[i], x[i] * dy[i + 1], x[i + 1] * dy[i], x[i + 1] * dy[i + 1]].forEach((by, q) => { to(q, by); });
      return [a * dy[i] + c * dy[i + 1], b * dy[i] + d * dy[i + 1]];
    })), [4]],
  ["a parameter read wrongly", "a filter of three, not turned round on the way back", () => new WithParameter(
    [[0.5, -1, 2]], (x, p) => x.map((_, i) => sum(p.map((w, q) => w * (x[i + q - 1] ?? 0)))), ({ x, p, dy, add: to }) => {
      const dx = x.map(() => 0);
      dy.forEach((d, i) => p.forEach((_, q) => {
        const at = i + q - 1;
        if (at < 0 || at >= dx.length) return;
        dx[at] += d * p[2 - q];
        to(q, d * x[at]);
      }));
      return dx;
    }), [5]],
];
