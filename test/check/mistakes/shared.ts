/** Wrong layers in which a row shares a sum, a gate has two paths, or an inner layer is handed something else. */
import { Affine, Layer, Parameter, tensor, type AnyLayer, type Shape, type Tensor, zerosLike } from "chainrule";
import { dot, mean, Rowwise, sigmoid, softmax, sum, Two, WithParameter, type Row } from "./kit.ts";
import { Each, fill, WrongAffine } from "./planted.ts";

const each = (f: (x: number) => number, back: (x: number, dy: number, y: number) => number) =>
  new Each(f, (x, y, dy) => fill(x, (i) => back(x.data[i], dy.data[i], y.data[i])));

/** y = c·f + u·tanh(z): gates of one affine layer, whose gradients `back` puts together for one number of c. */
class Cell extends Layer<{ c: Tensor; z: Tensor }, readonly Tensor[]> {
  readonly gates = new Affine(3, 6, { seed: 3 });
  private readonly back: (dy: number, gates: { c: number; f: number; u: number; g: number }) => Row;
  constructor(back: (dy: number, gates: { c: number; f: number; u: number; g: number }) => Row) {
    super(1);
    this.back = back;
  }
  override outputShape(_: Shape, c: Shape): Shape {
    return c;
  }
  private at({ data }: Tensor, i: number, gate: number): number {
    return data[Math.floor(i / 2) * 6 + 2 * gate + (i % 2)];
  }
  forward([x, c]: readonly [Tensor, Tensor]): Tensor {
    const z = this.gates.forward(x), y = zerosLike(c);
    this.remember({ c, z });
    c.data.forEach((value, i) => {
      y.data[i] = sigmoid(this.at(z, i, 0)) * value + sigmoid(this.at(z, i, 1)) * Math.tanh(this.at(z, i, 2));
    });
    return y;
  }
  backward(dy: Tensor): readonly Tensor[] {
    const { c, z } = this.recall(), dz = zerosLike(z), dc = zerosLike(c);
    dy.data.forEach((d, i) => {
      const [f, u, g] = [sigmoid(this.at(z, i, 0)), sigmoid(this.at(z, i, 1)), Math.tanh(this.at(z, i, 2))];
      dc.data[i] = d * f;
      this.back(d, { c: c.data[i], f, u, g }).forEach((part, gate) => {
        dz.data[Math.floor(i / 2) * 6 + 2 * gate + (i % 2)] = part;
      });
    });
    return [this.gates.backward(dz), dc];
  }
}

const hatOf = (x: Row) => {
  const m = mean(x), deviation = Math.sqrt(mean(x.map((v) => (v - m) ** 2)) + 1e-5);
  return { hat: x.map((v) => (v - m) / deviation), deviation };
};
const layerNorm = (back: (dy: Row, hat: Row, n: number) => Row) => new Rowwise((x) => hatOf(x).hat, (x, _, dy) => {
  const { hat, deviation } = hatOf(x);
  return back(dy, hat, x.length).map((d) => d / deviation);
});

/** y = w of the first axis · x, with dx that reads w along the second one. */
class OtherAxis extends Layer<{ x: Tensor }> {
  readonly w = new Parameter("w", tensor([0.5, -1, 2]));
  forward(x: Tensor): Tensor {
    this.remember({ x });
    return fill(x, (i) => this.w.value.data[Math.floor(i / 3) % 3] * x.data[i]);
  }
  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), { value, grad } = this.w;
    dy.data.forEach((d, i) => { grad.data[Math.floor(i / 3) % 3] += d * x.data[i]; });
    return fill(dy, (i) => value.data[i % 3] * dy.data[i]);
  }
}

/** relu(x·w + b) whose dx forgets the ReLU. */
class ReluAffine extends WrongAffine {
  constructor() {
    super([4, 3], (x, dy, layer) => {
      const y = layer.forward(x), masked = fill(dy, (i) => (y.data[i] > 0 ? dy.data[i] : 0));
      layer.addWeight(x, masked);
      layer.addBias(masked);
      return layer.dx(dy);
    });
  }
  override forward(x: Tensor): Tensor {
    const z = super.forward(x);
    return fill(z, (i) => Math.max(0, z.data[i]));
  }
}

/** h = tanh(x + v·h before), the gradient of v from the steps that are counted. */
const recurrent = (isCounted: (step: number) => boolean) => new WithParameter([0.6],
  (x, [v]) => x.reduce<number[]>((h, value, t) => [...h, Math.tanh(value + (t > 0 ? v * h[t - 1] : 0))], []),
  ({ x, p: [v], y, dy, add }) => {
    const dx = x.map(() => 0);
    for (let t = x.length - 1, back = 0; t >= 0; t--) {
      dx[t] = (dy[t] + back) * (1 - y[t] * y[t]);
      if (t > 0 && isCounted(t)) add(0, dx[t] * y[t - 1]);
      back = v * dx[t];
    }
    return dx;
  });

export const SHARED: readonly (readonly [string, string, () => AnyLayer, Shape | readonly Shape[]])[] = [
  ["another shared sum", "log-softmax with y for exp(y)", () => new Rowwise((x) => softmax(x).map(Math.log),
    (_x, y, dy) => dy.map((d, i) => d - y[i] * sum(dy))), [4]],
  ["another shared sum", "softmax with Σ dy for Σ y·dy",
    () => new Rowwise(softmax, (_x, y, dy) => dy.map((d, i) => y[i] * (d - sum(dy)))), [4]],
  ["another shared sum", "softmax with + for -",
    () => new Rowwise(softmax, (_x, y, dy) => dy.map((d, i) => y[i] * (d + dot(y, dy)))), [4]],
  ["another shared sum", "layer norm without x̂ beside its mean",
    () => layerNorm((dy, hat, n) => dy.map((d) => d - mean(dy) - dot(dy, hat) / n)), [5]],
  ["statistics held constant", "layer norm with sums for means",
    () => layerNorm((dy, hat) => dy.map((d, i) => d - sum(dy) - hat[i] * dot(dy, hat))), [5]],
  ["another shared sum", "x·σ(mean), the mean's part not divided by n", () => new Rowwise((x) =>
    x.map((v) => v * sigmoid(mean(x))), (x, _, dy) => {
      const s = sigmoid(mean(x)), back = dot(dy, x) * s * (1 - s);
      return dy.map((d) => d * s + back);
    }), [4]],
  ["complement", "a gate's own share for the other path's", () => new Two((x, h) => (1 - sigmoid(x)) * h + x,
    (x, h, dy) => [dy * (1 - h * sigmoid(x) * (1 - sigmoid(x))), dy * sigmoid(x)]), [[4], [4]]],
  ["wrong branch", "leaky ReLU that passes dy on", () => each((x) => (x > 0 ? x : 0.1 * x), (_, dy) => dy), [4]],
  ["wrong branch", "a clip at ±5 that passes dy on", () => each((x) => Math.max(-5, Math.min(5, x)), (_, dy) => dy), [4]],
  ["wrong branch", "wrong between two bounds", () => each((x) => (Math.abs(x - 0.3) < 0.6 ? x * x : x),
    (x, dy) => dy * (Math.abs(x - 0.3) < 0.6 ? x : 1)), [8]],
  ["wrong branch", "a clip at ±1 that knows ±1.5", () => each((x) => Math.max(-1, Math.min(1, x)),
    (x, dy) => (Math.abs(x) < 1.5 ? dy : 0)), [8]],
  ["loop too far", "running sums, dy given to all", () => new Rowwise((x) => x.map((_, i) => sum(x.slice(0, i + 1))),
    (x, _, dy) => x.map(() => sum(dy))), [5]],
  ["index forgotten", "a filter's gradient at its first place only", () => new WithParameter([0.5, -1, 0.25],
    (x, w) => x.slice(2).map((_, i) => dot(w, x.slice(i, i + 3))), ({ x, p, dy, add }) => {
      dy.forEach((d, i) => p.forEach((_, q) => { add(q, d * x[i]); }));
      return x.map((_, i) => sum(dy.map((d, o) => d * (p[i - o] ?? 0))));
    }), [6]],
  ["factor missing", "x·exp(s), ds without exp(s)", () => new WithParameter([0.3, -0.5, 0.8],
    (x, s) => x.map((v, j) => v * Math.exp(s[j])), ({ x, p, dy, add }) => dy.map((d, j) => {
      add(j, d * x[j]);
      return d * Math.exp(p[j]);
    })), [3]],
  ["factor missing", "(1 + x²)^p, dp without the logarithm", () => new WithParameter([0.7],
    (x, [p]) => x.map((v) => (1 + v * v) ** p), ({ x, p: [p], y, dy, add }) => dy.map((d, j) => {
      add(0, d * y[j]);
      return (d * p * y[j] * 2 * x[j]) / (1 + x[j] * x[j]);
    })), [3]],
  ["a parameter read wrongly", "w of one axis read along another", () => new OtherAxis(), [3, 3]],
  ["not summed over all outputs", "a recurrence, dv of the last step", () => recurrent((step) => step === 2), [3]],
  ["mask missing", "relu(x·w), dx from dy that is not masked", () => new ReluAffine(), [4]],
  ["gradient handed to an inner layer", "a cell whose candidate has no 1 - tanh²", () => new Cell((dy, { c, f, u, g }) =>
    [dy * c * f * (1 - f), dy * g * u * (1 - u), dy * u]), [[3], [2]]],
  ["gradient handed to an inner layer", "a cell whose forget gate has f for f·(1 - f)", () => new Cell((dy, { c, f, u, g }) =>
    [dy * c * f, dy * g * u * (1 - u), dy * u * (1 - g * g)]), [[3], [2]]],
];
