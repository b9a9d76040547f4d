/** More wrong layers as students and authors write them: the name a diagnosis gives, what is wrong, the layer, its inputs. */
import { add, Affine, Layer, Parameter, tensor, zerosLike, type AnyLayer, type Shape, type Tensor } from "chainrule";
import { dot, fromRows, mean, OverBatch, Rowwise, rowsOf, sigmoid, sum, WithParameter, type Row } from "./kit.ts";
import { Each, fill } from "./planted.ts";

type Wrong = readonly [name: string, what: string, make: () => AnyLayer, shapes: Shape | readonly Shape[]];

const each = (f: (x: number) => number, slope: (x: number, y: number) => number) =>
  new Each(f, (x, y, dy) => fill(x, (i) => dy.data[i] * slope(x.data[i], y.data[i])));

const C = Math.sqrt(2 / Math.PI);
const inner = (x: number) => Math.tanh(C * (x + 0.044715 * x ** 3));
const norm = (x: Row) => Math.sqrt(sum(x.map((v) => (v - mean(x)) ** 2)) / x.length + 1e-5);

/** Halves of a row, one the gate of the other. */
const glu = (back: (a: number, s: number, dy: number) => readonly [number, number]) => new Rowwise(
  (x) => x.slice(0, 3).map((v, i) => v * sigmoid(x[3 + i])),
  (x, _, dy) => {
    const both = dy.map((d, i) => back(x[i], sigmoid(x[3 + i]), d));
    return [...both.map(([a]) => a), ...both.map(([, b]) => b)];
  });

/** A filter of three numbers, with a stride and dilation; back gets x, w and dy. */
const filter = (stride: number, dilation: number, back: (x: Row, w: Row, dy: Row, add: (q: number, by: number) => void) => Row) =>
  new WithParameter([0.5, -1, 0.25], (x, w) => {
    const count = Math.floor((x.length - 2 * dilation - 1) / stride) + 1;
    return Array.from({ length: count }, (_, i) => sum(w.map((v, q) => v * x[i * stride + q * dilation])));
  }, ({ x, p, dy, add: addTo }) => back(x, p, dy, addTo));

const spread = (x: Row, dy: Row, at: (i: number, q: number) => number, w: Row) => {
  const dx = x.map(() => 0);
  dy.forEach((d, i) => w.forEach((v, q) => { if (at(i, q) < dx.length) dx[at(i, q)] += d * v; }));
  return dx;
};

/** y = (1 - z)·x + z·h, with a gate z and a candidate h. */
class GatedUnit extends Layer<{ x: Tensor; z: Tensor; h: Tensor }> {
  readonly gate = new Affine(3, 3, { seed: 3 });
  readonly candidate = new Affine(3, 3, { seed: 4 });
  private readonly direct: (dy: number, z: number) => number;
  constructor(direct: (dy: number, z: number) => number) {
    super(1);
    this.direct = direct;
  }
  forward(x: Tensor): Tensor {
    const gate = this.gate.forward(x), candidate = this.candidate.forward(x);
    const z = fill(x, (i) => sigmoid(gate.data[i])), h = fill(x, (i) => Math.tanh(candidate.data[i]));
    this.remember({ x, z, h });
    return fill(x, (i) => (1 - z.data[i]) * x.data[i] + z.data[i] * h.data[i]);
  }
  backward(dy: Tensor): Tensor {
    const { x, z, h } = this.recall(), [d, zs, hs] = [dy.data, z.data, h.data];
    const throughGate = this.gate.backward(fill(x, (i) => d[i] * (hs[i] - x.data[i]) * zs[i] * (1 - zs[i])));
    const throughH = this.candidate.backward(fill(x, (i) => d[i] * zs[i] * (1 - hs[i] ** 2)));
    return add(fill(x, (i) => this.direct(d[i], zs[i])), add(throughGate, throughH));
  }
}

/** w = g·v/|v|, column by column. */
class WeightNorm extends Layer<{ x: Tensor }> {
  readonly v = new Parameter("v", tensor([[0.6, -1], [0.8, 0.5]]));
  readonly g = new Parameter("g", tensor([1.5, 0.7]));
  private readonly projected: (g: number) => number;
  constructor(projected: (g: number) => number) {
    super(1);
    this.projected = projected;
  }
  override outputShape(): Shape {
    return [2];
  }
  private norms(): number[] {
    const v = this.v.value.data;
    return [0, 1].map((j) => Math.sqrt(v[j] ** 2 + v[2 + j] ** 2));
  }
  forward(x: Tensor): Tensor {
    const norms = this.norms(), v = this.v.value.data, g = this.g.value.data;
    this.remember({ x });
    return fromRows(x, rowsOf(x).map((r) => norms.map((n, j) => (g[j] * (r[0] * v[j] + r[1] * v[2 + j])) / n)));
  }
  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), xs = rowsOf(x), dys = rowsOf(dy), norms = this.norms();
    const v = this.v.value.data, g = this.g.value.data;
    norms.forEach((n, j) => {
      const dw = [0, 1].map((i) => sum(xs.map((r, b) => r[i] * dys[b][j]))), dg = (dw[0] * v[j] + dw[1] * v[2 + j]) / n;
      this.g.grad.data[j] += dg;
      [0, 1].forEach((i) => { this.v.grad.data[2 * i + j] += (g[j] * dw[i]) / n - (this.projected(g[j]) * dg * v[2 * i + j]) / (n * n); });
    });
    return fromRows(x, dys.map((d) => [0, 1].map((i) => sum(d.map((by, j) => (by * g[j] * v[2 * i + j]) / norms[j])))));
  }
}

/** h ← tanh(x + u·h) along a row. */
class Recurrent extends Layer<{ x: Tensor; h: number[][] }> {
  readonly u = new Parameter("u", tensor([0.9]));
  private readonly carried: (g: number, u: number) => number;
  constructor(carried: (g: number, u: number) => number) {
    super(1);
    this.carried = carried;
  }
  forward(x: Tensor): Tensor {
    const [u] = this.u.value.data, h = rowsOf(x).map((row) => {
      let state = 0;
      return row.map((v) => (state = Math.tanh(v + u * state)));
    });
    this.remember({ x, h });
    return fromRows(x, h);
  }
  backward(dy: Tensor): Tensor {
    const { x, h } = this.recall(), [u] = this.u.value.data;
    return fromRows(x, rowsOf(dy).map((d, r) => {
      const dx = d.map(() => 0);
      for (let t = d.length - 1, back = 0, right = 0; t >= 0; t--) {
        const slope = 1 - h[r][t] ** 2, whole = (d[t] + right) * slope;
        dx[t] = (d[t] + back) * slope;
        this.u.grad.data[0] += whole * (h[r][t - 1] ?? 0);
        back = this.carried(dx[t], u);
        right = whole * u;
      }
      return dx;
    }));
  }
}

/** A mask of weights that backward does not apply to both gradients. */
class DropsWeights extends Layer<{ x: Tensor; mask: Tensor | undefined }> {
  readonly w = new Parameter("w", tensor([[0.5, -1], [0.3, 0.8], [1.2, 0.4]]));
  override outputShape(): Shape {
    return [2];
  }
  private weight(mask: Tensor | undefined, at: number): number {
    return this.w.value.data[at] * (mask ? mask.data[at] / 0.7 : 1);
  }
  forward(x: Tensor): Tensor {
    const mask = this.mode === "train" ? this.random.bernoulli(0.7, this.w.value) : undefined;
    this.remember({ x, mask });
    return fromRows(x, rowsOf(x).map((r) => [0, 1].map((j) => sum(r.map((v, i) => v * this.weight(mask, 2 * i + j))))));
  }
  backward(dy: Tensor): Tensor {
    const { x, mask } = this.recall(), xs = rowsOf(x), dys = rowsOf(dy);
    dys.forEach((d, r) => d.forEach((by, j) => xs[r].forEach((v, i) => { this.w.grad.data[2 * i + j] += by * v; })));
    return fromRows(x, dys.map((d) => [0, 1, 2].map((i) => sum(d.map((by, j) => by * this.weight(mask, 2 * i + j))))));
  }
}

/** Three columns are written into forward's loop. */
class EndsEarly extends Layer {
  forward(x: Tensor): Tensor {
    const y = zerosLike(x);
    for (let i = 0; i < 3 * x.shape[0]; i++) y.data[i] = 2 * x.data[i];
    return y;
  }
  backward(dy: Tensor): Tensor {
    return fill(dy, (i) => 2 * dy.data[i]);
  }
}

/** y = a·Σb; da is made of Σa. */
class TimesSum extends Layer<{ a: Tensor; b: Tensor }, readonly Tensor[]> {
  override outputShape(a: Shape): Shape {
    return a;
  }
  forward([a, b]: readonly [Tensor, Tensor]): Tensor {
    this.remember({ a, b });
    const sums = rowsOf(b).map(sum);
    return fromRows(a, rowsOf(a).map((row, r) => row.map((v) => v * sums[r])));
  }
  backward(dy: Tensor): readonly Tensor[] {
    const { a } = this.recall(), as = rowsOf(a), dys = rowsOf(dy);
    return [
      fromRows(a, dys.map((d, r) => d.map((by) => by * (2 + sum(as[r]) ** 2)))),
      fromRows(a, dys.map((d, r) => d.map(() => dot(d, as[r])))),
    ];
  }
}

/** Batch norm with a gain that is left out of one of dx's parts. */
const gains = [1.5, 0.7, 2];
class GainedNorm extends OverBatch {
  constructor() {
    let forwards = 0, backwards = 0;
    const gainOf = (count: number) => gains[count % 3];
    super((x) => { const g = gainOf(forwards++); return x.map((v) => (g * (v - mean(x))) / norm(x)); }, (x, y, dy) => {
      const g = gainOf(backwards++), hat = y.map((v) => v / g);
      return dy.map((d, i) => (d - g * mean(dy) - (g * hat[i] * dot(dy, hat)) / x.length) / norm(x));
    });
  }
}

export const MORE: readonly Wrong[] = [
  ["inner derivative forgotten", "gelu without the inner polynomial's derivative", () => each((x) => 0.5 * x * (1 + inner(x)),
    (x) => 0.5 * (1 + inner(x)) + 0.5 * x * (1 - inner(x) ** 2) * C), [4]],
  ["another derivative", "x² with sin(7x)", () => each((x) => x * x, (x) => Math.sin(7 * x)), [4]],
  ["power forgotten", "softsign without the square", () => each((x) => x / (1 + Math.abs(x)), (x) => 1 / (1 + Math.abs(x))), [4]],
  ["in another order", "the halves of a gated unit exchanged", () => glu((a, s, d) => [d * a * s * (1 - s), d * s]), [6]],
  ["in another order", "a sorted row whose gradients stay sorted", () => new Rowwise(
    (x) => [x[2] ** 2, x[0] ** 2, x[3] ** 2, x[1] ** 2], (x, _, dy) => dy.map((d, i) => 2 * x[[2, 0, 3, 1][i]] * d)), [4]],
  ["in another order", "dw of a filter, turned round", () => filter(1, 1, (x, w, dy, addTo) => {
    dy.forEach((d, i) => w.forEach((_, q) => { addTo(2 - q, d * x[i + q]); }));
    return spread(x, dy, (i, q) => i + q, w);
  }), [6]],
  ["right numbers at wrong places", "a stride that dx does not know", () => filter(2, 1, (x, w, dy, addTo) => {
    dy.forEach((d, i) => w.forEach((_, q) => { addTo(q, d * x[2 * i + q]); }));
    return spread(x, dy, (i, q) => i + q, w);
  }), [7]],
  ["x read at another place", "a dilation that dw does not know", () => filter(1, 2, (x, w, dy, addTo) => {
    dy.forEach((d, i) => w.forEach((_, q) => { addTo(q, d * x[i + q]); }));
    return spread(x, dy, (i, q) => i + 2 * q, w);
  }), [8]],
  ["direct path wrong", "z in place of 1 - z beside a gate", () => new GatedUnit((d, z) => d * z), [3]],
  ["direct path wrong", "the direct path left out beside two gates", () => new GatedUnit(() => 0), [3]],
  ["norm of a parameter held constant", "weight norm, |v| a constant", () => new WeightNorm(() => 0), [2]],
  ["norm of a parameter held constant", "weight norm without g in the projection", () => new WeightNorm(() => 1), [2]],
  ["factor of each step", "a recurrence that carries back without its weight", () => new Recurrent((g) => g), [4]],
  ["diagonal only", "a recurrence that carries nothing back", () => new Recurrent(() => 0), [4]],
  ["mask missing", "dw without the mask of weights", () => new DropsWeights(), [3]],
  ["forward ends early", "columns written into forward's loop", () => new EndsEarly(), [4]],
  ["a tensor not used", "a·Σb without Σb in da", () => new TimesSum(), [[4], [4]]],
  ["another factor in the sum", "Σ sin(xᵢ·xⱼ) with cos(xᵢ + xⱼ)", () => new Rowwise((x) => x.map((v) => sum(x.map((u) => Math.sin(v * u)))),
    (x, _, dy) => x.map((v, i) => sum(x.map((u, j) => (dy[i] + dy[j]) * Math.cos(v + u) * u)))), [3]],
  ["statistics held constant", "batch norm whose gain is in two of three parts", () => new GainedNorm(), [3]],
];
