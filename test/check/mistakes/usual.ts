/** Wrong layers as students and authors write them: the name a diagnosis gives, what is wrong, the layer, its inputs. */
import { Affine, Layer, ReLU, Sigmoid, add, matmul, multiply, scale, type AnyLayer, type Shape, type Tensor } from "chainrule";
import { dot, mean, OverBatch, Rowwise, sigmoid, softmax, sum, Two, WithParameter, type Row } from "./kit.ts";
import { Each, fill, WrongAffine } from "./planted.ts";

type Wrong = readonly [name: string, what: string, make: () => AnyLayer, shapes: Shape | readonly Shape[]];

const each = (f: (x: number) => number, back: (x: number, dy: number, y: number) => number) =>
  new Each(f, (x, y, dy) => fill(x, (i) => back(x.data[i], dy.data[i], y.data[i])));
const square = (x: number) => x * x;

/** x̂ of a row, or of a column of the batch, and its deviation; ddof 1 divides by n - 1. */
function normal(x: Row, { ddof = 0, eps = 1e-5 } = {}): { hat: number[]; deviation: number } {
  const m = mean(x), deviation = Math.sqrt(sum(x.map((v) => (v - m) ** 2)) / Math.max(1, x.length - ddof) + eps);
  return { hat: x.map((v) => (v - m) / deviation), deviation };
}
/** dx of a norm with its two statistics' parts: 1 is right, 0 takes one for a constant. */
const normBack = (x: Row, dy: Row, { ofMean = 1, ofVariance = 1, ddof = 0, backDdof = 0 } = {}) => {
  const { hat, deviation } = normal(x, { ddof }), n = Math.max(1, x.length - backDdof);
  return dy.map((d, i) => (d - ofMean * mean(dy) - (ofVariance * hat[i] * dot(dy, hat)) / n) / deviation);
};
const layerNorm = (back: (x: Row, dy: Row) => Row) => new Rowwise((x) => normal(x).hat, (x, _, dy) => back(x, dy));
const batchNorm = (back: (x: Row, dy: Row) => Row, ddof = 0) =>
  new OverBatch((x) => normal(x, { ddof }).hat, (x, _, dy) => back(x, dy));
const softmaxLayer = (back: (y: Row, dy: Row) => Row) => new Rowwise(softmax, (_, y, dy) => back(y, dy));
const logSoftmax = (back: (y: Row, dy: Row) => Row) => new Rowwise((x) => softmax(x).map(Math.log), (_, y, dy) => back(y, dy));

const KERNEL = [0.5, -1, 0.25];
const conv = (back: (dy: Row, x: Row, w: Row) => Row) => new Rowwise(
  (x) => x.slice(2).map((_, i) => dot(KERNEL, x.slice(i, i + 3))), (x, _, dy) => back(dy, x, KERNEL));
const maxOfPairs = (back: (x: Row, dy: Row) => Row) => new Rowwise(
  (x) => x.filter((_, i) => i % 2 === 0).map((v, i) => Math.max(v, x[2 * i + 1])), (x, _, dy) => back(x, dy));

/** y = x + relu(affine(x)), with what comes back put together by `back`. */
class Residual extends Layer<{ x: Tensor }> {
  readonly inner = new Affine(4, 4, { seed: 5 });
  readonly relu = new ReLU();
  private readonly back: (dy: Tensor, inner: Tensor, layer: Residual) => Tensor;
  constructor(back: (dy: Tensor, inner: Tensor, layer: Residual) => Tensor) {
    super(1);
    this.back = back;
  }
  forward(x: Tensor): Tensor {
    this.remember({ x });
    return add(x, this.relu.forward(this.inner.forward(x)));
  }
  backward(dy: Tensor): Tensor {
    this.recall();
    return this.back(dy, this.inner.backward(this.relu.backward(dy)), this);
  }
}

/** y = x · σ(affine(x)) or another gate, with parts of its backward left out. */
class Gated extends Layer<{ x: Tensor; s: Tensor }> {
  readonly gate = new Affine(4, 4, { seed: 6 });
  readonly sigmoid = new Sigmoid();
  private readonly back: (dy: Tensor, x: Tensor, s: Tensor, layer: Gated) => Tensor;
  constructor(back: (dy: Tensor, x: Tensor, s: Tensor, layer: Gated) => Tensor) {
    super(1);
    this.back = back;
  }
  forward(x: Tensor): Tensor {
    const s = this.sigmoid.forward(this.gate.forward(x));
    this.remember({ x, s });
    return multiply(x, s);
  }
  backward(dy: Tensor): Tensor {
    const { x, s } = this.recall();
    return this.back(dy, x, s, this);
  }
}

/** An affine layer used for two branches. */
class UsedTwice extends Layer {
  readonly inner = new Affine(4, 4, { seed: 7 });
  forward(x: Tensor): Tensor {
    return add(this.inner.forward(x), this.inner.forward(scale(x, -1)));
  }
  backward(dy: Tensor): Tensor {
    return this.inner.backward(dy);
  }
}

/** tanh(x·w) that forgets tanh's derivative in a part. */
class TanhAffine extends WrongAffine {
  constructor(parts: { dx: boolean; dw: boolean }) {
    super([4, 3], (x, dy, layer) => {
      const z = matmul(x, layer.weight.value), b = layer.bias?.value.data ?? [];
      const dz = fill(dy, (i) => dy.data[i] * (1 - Math.tanh(z.data[i] + b[i % 3]) ** 2));
      layer.addWeight(x, parts.dw ? dz : dy);
      layer.addBias(dz);
      return layer.dx(parts.dx ? dz : dy);
    });
  }
  override forward(x: Tensor): Tensor {
    const z = super.forward(x);
    return fill(z, (i) => Math.tanh(z.data[i]));
  }
}

class TrainsFormula extends Layer<{ x: Tensor }> {
  override get dependsOnMode(): boolean {
    return true;
  }
  forward(x: Tensor): Tensor {
    this.remember({ x });
    return this.mode === "train" ? fill(x, (i) => Math.sin(x.data[i])) : fill(x, (i) => Math.exp(x.data[i]));
  }
  backward(dy: Tensor): Tensor {
    const { x } = this.recall();
    return fill(x, (i) => dy.data[i] * Math.cos(x.data[i]));
  }
}

const matrix = (p: Row, from: number, columns: number) => p.slice(from * columns, (from + 1) * columns);

export const USUAL: readonly Wrong[] = [
  // Softmax and log-softmax
  ["softmax coupling missing", "softmax times y alone", () => softmaxLayer((y, dy) => dy.map((d, i) => d * y[i])), [4]],
  ["diagonal only", "softmax's diagonal", () => softmaxLayer((y, dy) => dy.map((d, i) => d * y[i] * (1 - y[i]))), [4]],
  ["dy passed on", "softmax that passes dy on", () => softmaxLayer((_, dy) => dy), [4]],
  ["softmax coupling missing", "log-softmax without the sum", () => logSoftmax((_, dy) => dy), [4]],
  // Norms
  ["missing mean", "layer norm, the mean a constant", () => layerNorm((x, dy) => normBack(x, dy, { ofMean: 0 })), [5]],
  ["variance held constant", "layer norm, the variance a constant", () => layerNorm((x, dy) => normBack(x, dy, { ofVariance: 0 })), [5]],
  ["statistics held constant", "layer norm, both constants",
    () => layerNorm((x, dy) => normBack(x, dy, { ofMean: 0, ofVariance: 0 })), [5]],
  ["missing mean", "batch norm, the mean a constant", () => batchNorm((x, dy) => normBack(x, dy, { ofMean: 0 })), [3]],
  ["variance held constant", "batch norm, the variance a constant", () => batchNorm((x, dy) => normBack(x, dy, { ofVariance: 0 })), [3]],
  ["statistics held constant", "batch norm, both constants",
    () => batchNorm((x, dy) => normBack(x, dy, { ofMean: 0, ofVariance: 0 })), [3]],
  ["statistics held constant", "batch norm, biased and unbiased mixed",
    () => batchNorm((x, dy) => normBack(x, dy, { ddof: 1, backDdof: 0 }), 1), [3]],
  ["norm held constant", "x / |x|, the norm a constant", () => new Rowwise(
    (x) => x.map((v) => v / Math.sqrt(dot(x, x) + 1e-9)), (x, _, dy) => dy.map((d) => d / Math.sqrt(dot(x, x) + 1e-9))), [4]],
  ["shared sum held constant", "x / Σ|x|, the sum a constant", () => new Rowwise(
    (x) => x.map((v) => v / sum(x.map(Math.abs))), (x, _, dy) => dy.map((d) => d / sum(x.map(Math.abs)))), [4]],
  ["rows held apart", "two statistics of the batch, taken for constants", () => new OverBatch(
    (x) => x.map((v) => v * (2 + mean(x)) + mean(x.map((u) => u ** 3))), (x, _, dy) => dy.map((d) => d * (2 + mean(x)))), [3]],
  ["norm held constant", "x minus the batch's mean of squares, that taken for a constant", () => new OverBatch(
    (x) => x.map((v) => v - mean(x.map(square))), (_x, _y, dy) => dy), [3]],
  ["nearly right", "rms norm with eps in another place", () => new Rowwise(
    (x) => x.map((v) => v / Math.sqrt(mean(x.map(square)) + 1e-3)),
    (x, _, dy) => {
      const inv = 1 / (Math.sqrt(mean(x.map(square))) + 1e-3);
      return dy.map((d, i) => inv * (d - (x[i] * inv * inv * dot(x, dy)) / x.length));
    }), [4]],
  // Derivatives of one number
  ["one in place of the other", "σ' of x", () => each(sigmoid, (x, dy) => dy * x * (1 - x)), [4]],
  ["one in place of the other", "tanh' as 1 - x²", () => each(Math.tanh, (x, dy) => dy * (1 - x * x)), [4]],
  ["power forgotten", "tanh' as 1 - y", () => each(Math.tanh, (_, dy, y) => dy * (1 - y)), [4]],
  ["power forgotten", "x³ with 3·x", () => each((x) => x ** 3, (x, dy) => dy * 3 * x), [4]],
  ["factor missing", "sin(x²) without 2x", () => each((x) => Math.sin(x * x), (x, dy) => dy * Math.cos(x * x)), [4]],
  ["factor in the product rule", "x·σ(2x) without the inner 2", () => each((x) => x * sigmoid(2 * x), (x, dy) => {
    const s = sigmoid(2 * x);
    return dy * (s + x * s * (1 - s));
  }), [4]],
  ["factor missing", "σ' as y", () => each(sigmoid, (_, dy, y) => dy * y), [4]],
  ["factor too many", "exp with dy·y·x", () => each(Math.exp, (x, dy, y) => dy * y * x), [4]],
  ["term missing", "x² + sin x without cos", () => each((x) => x * x + Math.sin(x), (x, dy) => dy * 2 * x), [4]],
  ["wrong branch", "leaky ReLU whose slope is forgotten", () => each((x) => (x > 0 ? x : 0.1 * x), (x, dy) => (x > 0 ? dy : 0)), [4]],
  ["wrong branch", "ELU with y for y + 1", () => each((x) => (x > 0 ? x : Math.expm1(x)), (x, dy, y) => dy * (x > 0 ? 1 : y)), [4]],
  ["wrong branch", "ReLU6 that knows no 6", () => each((x) => Math.min(6, Math.max(0, x)), (x, dy) => (x > 0 ? dy : 0)), [4]],
  ["wrong branch", "hard sigmoid, not flat far out",
    () => each((x) => Math.min(1, Math.max(0, 0.2 * x + 0.5)), (x, dy) => (x > -2.5 ? 0.2 * dy : 0)), [4]],
  ["another derivative", "arctan with the derivative of tanh", () => each(Math.atan, (x, dy) => dy * (1 - Math.tanh(x) ** 2)), [4]],
  ["divided by the mask", "ReLU with dy / mask", () => each((x) => Math.max(0, x), (x, dy) => dy / (x > 0 ? 1 : 0)), [4]],
  // Two inputs
  ["sign", "a - b with db = dy", () => new Two((a, b) => a - b, (_a, _b, dy) => [dy, dy]), [[4], [4]]],
  ["factor missing", "a·σ(b), db without σ'", () => new Two((a, b) => a * sigmoid(b), (a, b, dy) => [dy * sigmoid(b), dy * a]), [[4], [4]]],
  ["factor missing", "a / (1 + b²), the square of the quotient rule forgotten", () => new Two((a, b) => a / (b * b + 1), (a, b, dy) =>
    [dy / (b * b + 1), (-2 * b * dy * a) / (b * b + 1)]), [[4], [4]]],
  // Parameters
  ["one in place of the other", "dgain with y for x", () => new WithParameter([2, 3, 0.5], (x, p) => x.map((v, j) => v * p[j]),
    ({ y, p, dy, add }) => dy.map((d, j) => { add(j, d * y[j]); return d * p[j]; })), [3]],
  ["x in place of a normalised x", "dgain of a layer norm with x", () => new WithParameter([2, 3, 0.5, 1.5],
    (x, p) => normal(x).hat.map((v, j) => v * p[j]),
    ({ x, p, dy, add }) => { dy.forEach((d, j) => { add(j, d * x[j]); }); return normBack(x, dy.map((d, j) => d * p[j])); }), [4]],
  ["inner derivative forgotten", "a weight used as exp(p)", () => new WithParameter([[0.5, -0.3], [0.2, 0.7]],
    (x, p) => [0, 1].map((j) => x[0] * Math.exp(p[j]) + x[1] * Math.exp(p[2 + j])),
    ({ x, p, dy, add }) => x.map((v, i) => sum(dy.map((d, j) => { add(2 * i + j, v * d); return d * Math.exp(p[2 * i + j]); })))), [2]],
  ["one use of several", "w twice, the second use alone", () => new WithParameter([[1, 2], [0.5, -1]],
    (x, p) => { const h = [0, 1].map((j) => dot(x, [p[j], p[2 + j]])); return [0, 1].map((i) => dot(h, matrix(p, i, 2))); },
    ({ x, p, dy, add }) => {
      const h = [0, 1].map((j) => dot(x, [p[j], p[2 + j]])), dh = [0, 1].map((j) => dot(dy, [p[j], p[2 + j]]));
      dy.forEach((d, i) => h.forEach((v, j) => { add(2 * i + j, d * v); }));
      return x.map((_, i) => dot(dh, matrix(p, i, 2)));
    }), [2]],
  ["a parameter read wrongly", "conv that is not turned round, with w a parameter", () => new WithParameter(KERNEL,
    (x, w) => x.slice(2).map((_, i) => dot(w, x.slice(i, i + 3))),
    ({ x, p, dy, add }) => {
      const dx = x.map(() => 0);
      dy.forEach((d, i) => p.forEach((_, q) => { add(q, d * x[i + q]); dx[i + q] += d * p[2 - q]; }));
      return dx;
    }), [6]],
  ["a parameter read wrongly", "dx without the gain", () => new WithParameter([2, 3, 0.5], (x, p) => x.map((v, j) => v * p[j] + sum(x)),
    ({ x, dy, add }) => { dy.forEach((d, j) => { add(j, d * x[j]); }); return dy.map((d) => d + sum(dy)); }), [3]],
  ["not summed over all outputs", "a number for all columns, the first columns alone", () => new WithParameter([2],
    (x, p) => x.map((v) => v * v * p[0]), ({ x, p, dy, add }) => {
      dy.slice(0, 2).forEach((d, j) => { add(0, d * x[j] * x[j]); });
      return dy.map((d, j) => 2 * x[j] * d * p[0]);
    }), [4]],
  ["term added", "weight decay in backward", () => new WithParameter([2, 3, 0.5], (x, p) => x.map((v, j) => v * p[j]),
    ({ x, p, dy, add }) => dy.map((d, j) => { add(j, d * x[j] + 0.01 * p[j]); return d * p[j]; })), [3]],
  ["dx in place of dy", "dw of an affine layer from dx", () => new WrongAffine([4, 4], (x, dy, layer) => {
    const dx = layer.dx(dy);
    layer.addWeight(x, dx);
    layer.addBias(dy);
    return dx;
  }), [4]],
  // dy
  ["term added", "a penalty on x in backward", () => each(square, (x, dy) => 2 * x * dy + 0.01 * Math.sign(x)), [4]],
  ["gradient clipped", "dx within ±1", () => each(square, (x, dy) => Math.max(-1, Math.min(1, 2 * x * dy))), [4]],
  ["gradient rescaled", "dx of length 1", () => new Each(square, (x, _, dy) => {
    const dx = [...x.data].map((v, i) => 2 * v * dy.data[i]), size = Math.sqrt(dot(dx, dx) + 1e-30);
    return fill(x, (i) => dx[i] / size);
  }), [4]],
  ["dy changed", "the sign of dy", () => each(square, (x, dy) => 2 * x * Math.sign(dy)), [4]],
  ["dy not used", "42", () => each(square, () => 42), [4]],
  ["not linear in dy", "dy³", () => each(square, (x, dy) => 2 * x * dy ** 3), [4]],
  // Convolution, pooling, places
  ["assigned instead of added", "conv whose overlaps are assigned", () => conv((dy, x, w) => {
    const dx = x.map(() => 0);
    dy.forEach((d, i) => w.forEach((v, q) => { dx[i + q] = d * v; }));
    return dx;
  }), [6]],
  ["off by one", "conv written one place further", () => conv((dy, x, w) => {
    const dx = [0, ...x].map(() => 0);
    dy.forEach((d, i) => w.forEach((v, q) => { dx[i + q + 1] += d * v; }));
    return dx.slice(0, x.length);
  }), [6]],
  ["given to the wrong place", "max-pool, to the first", () => maxOfPairs((x, dy) => x.map((_, i) => (i % 2 === 0 ? dy[i / 2] : 0))), [6]],
  ["given to the wrong place", "max-pool, spread", () => maxOfPairs((x, dy) => x.map((_, i) => dy[i >> 1] / 2)), [6]],
  ["given to several", "max-pool, all of dy to both", () => maxOfPairs((x, dy) => x.map((_, i) => dy[i >> 1])), [6]],
  ["contributions missing", "a sum of neighbours of which one is left out", () => new Rowwise(
    (x) => x.map((v, i) => v * v + (x[i + 1] ?? 0) ** 2 + (x[i - 1] ?? 0) ** 2),
    (x, _, dy) => x.map((v, i) => 2 * v * (dy[i] + (dy[i + 1] ?? 0)))), [5]],
  ["wrong in places", "a difference whose edge is forgotten", () => new Rowwise(
    (x) => x.map((v, i) => v * v * 0.5 - (x[i - 1] ?? x[x.length - 1])),
    (x, _, dy) => x.map((v, i) => v * dy[i] - (dy[i + 1] ?? 3 * dy[1]))), [5]],
  ["rows mixed", "softmax summed over the batch", () => new SoftmaxOverBatch(), [4]],
  ["groups mixed", "a norm of pairs whose backward sums over the row", () => new Rowwise(
    (x) => [...normal(x.slice(0, 3)).hat, ...normal(x.slice(3)).hat],
    (x, y, dy) => dy.map((d, i) => {
      const { deviation } = normal(i < 3 ? x.slice(0, 3) : x.slice(3));
      return (d - mean(dy) - (y[i] * dot(dy, y)) / x.length) / deviation;
    })), [6]],
  ["another divisor at some places", "means of all before, divided by their largest number", () => new Rowwise(
    (x) => x.map((_, i) => mean(x.slice(0, i + 1))), (_x, _y, dy) => dy.map((_d, i) => sum(dy.slice(i)) / dy.length)), [5]],
  ["surrogate not declared", "rounding, dy passed on", () => each((x) => Math.round(2 * x), (_x, dy) => dy), [4]],
  // Inner layers
  ["residual path", "a residual without its skip", () => new Residual((_, inner) => inner), [4]],
  ["residual path", "a residual whose skip is doubled", () => new Residual((dy, inner) => add(add(dy, dy), inner)), [4]],
  ["path forgotten", "a residual whose branch is doubled", () => new Residual((dy, inner) => add(dy, add(inner, inner))), [4]],
  ["path forgotten", "a gate's path left out", () => new Gated((dy, x, s, { gate, sigmoid: inner }) => {
    gate.backward(inner.backward(multiply(dy, x)));
    return multiply(dy, s);
  }), [4]],
  ["path forgotten", "a gate's path alone", () => new Gated((dy, x, _, { gate, sigmoid: inner }) =>
    gate.backward(inner.backward(multiply(dy, x)))), [4]],
  ["inner layer's derivative forgotten", "a gate whose sigmoid is not derived", () => new Gated((dy, x, s, { gate }) =>
    add(multiply(dy, s), gate.backward(multiply(dy, x)))), [4]],
  ["two forwards of an inner layer", "one layer for two branches", () => new UsedTwice(), [4]],
  ["activation's derivative forgotten", "tanh(x·w), dx without tanh'", () => new TanhAffine({ dx: false, dw: true }), [4]],
  ["activation's derivative forgotten", "tanh(x·w), dw without tanh'", () => new TanhAffine({ dx: true, dw: false }), [4]],
  ["the other mode's gradient", "train's formula in eval", () => new TrainsFormula(), [4]],
  // The wrong point
  ["derivative at another point", "the slope at -x", () => each((x) => Math.exp(x) + x, (x, dy) => dy * (Math.exp(-x) + 1)), [4]],
  ["transposed", "a running sum summed from the same end", () => new Rowwise(
    (x) => x.map((_, i) => sum(x.slice(0, i + 1))), (_x, _y, dy) => dy.map((_d, i) => sum(dy.slice(0, i + 1)))), [5]],
  ["coupling missing", "Σ sin(x) times x, number by number", () => new Rowwise(
    (x) => x.map((v) => v * Math.cos(sum(x) ** 2)), (x, _, dy) => dy.map((d, i) => d * x[i] * 0.3)), [4]],
];

class SoftmaxOverBatch extends Layer<{ y: Tensor }> {
  forward(x: Tensor): Tensor {
    const width = x.shape[1], y = fill(x, () => 0);
    for (let r = 0; r < x.shape[0]; r++) {
      softmax([...x.data.subarray(r * width, (r + 1) * width)]).forEach((v, j) => { y.data[r * width + j] = v; });
    }
    this.remember({ y });
    return y;
  }
  backward(dy: Tensor): Tensor {
    const { y } = this.recall(), all = dot([...y.data], [...dy.data]);
    return fill(y, (i) => y.data[i] * (dy.data[i] - all));
  }
}
