import { checkLayer, Layer, Parameter, sigmoid, tanh, tensor, zeros, zerosLike, type AnyLayer, type Tensor } from "chainrule";

/** Diagnoses of the gradients, each once. */
const said = (make: () => AnyLayer, shape: readonly number[]) => checkLayer(make, shape).checks
  .flatMap(({ name, diagnosis }) => (name.startsWith("gradient") && diagnosis !== undefined ? [diagnosis] : []));
const { exp } = Math;

/** Forward's arrays of arrays; what backward makes of dp, p and the number of a step, in place of p·(dp - Σ p·dp). */
type Back = (dp: readonly number[], p: readonly number[], t: number) => number;
const dotOf = (dp: readonly number[], p: readonly number[]) => dp.reduce((sum, value, t) => sum + value * p[t], 0);

/** y = Σ p·tanh(x) with p = softmax(q·x) over the steps: pooling by attention, in plain loops and arrays. */
class Pool extends Layer<{ x: Tensor; weights: number[][] }> {
  readonly q = new Parameter("q", tensor([0.6, -0.4]));
  private readonly back: Back;
  constructor(back: Back) {
    super();
    this.back = back;
  }
  override outputShape(): number[] { return [2]; }
  forward(x: Tensor): Tensor {
    const [rows, steps] = x.shape, y = zeros([rows, 2], x.dtype), weights: number[][] = [], q = this.q.value.data;
    for (let n = 0; n < rows; n++) {
      const scores = Array.from({ length: steps }, (_, t) => x.data[(n * steps + t) * 2] * q[0] + x.data[(n * steps + t) * 2 + 1] * q[1]);
      const top = Math.max(...scores), all = scores.map((s) => exp(s - top)), sum = all.reduce((a, b) => a + b, 0);
      weights.push(all.map((one) => one / sum));
      for (let t = 0; t < steps; t++) {
        for (let d = 0; d < 2; d++) y.data[n * 2 + d] += weights[n][t] * tanh(x.data[(n * steps + t) * 2 + d]);
      }
    }
    this.remember({ x, weights });
    return y;
  }
  backward(dy: Tensor): Tensor {
    const { x, weights } = this.recall(), [rows, steps] = x.shape, dx = zerosLike(x), q = this.q.value.data;
    for (let n = 0; n < rows; n++) {
      const dp: number[] = [];
      for (let t = 0; t < steps; t++) {
        let sum = 0;
        for (let d = 0; d < 2; d++) sum += dy.data[n * 2 + d] * tanh(x.data[(n * steps + t) * 2 + d]);
        dp.push(sum);
      }
      for (let t = 0; t < steps; t++) {
        const ds = this.back(dp, weights[n], t);
        for (let d = 0; d < 2; d++) {
          const at = (n * steps + t) * 2 + d, h = tanh(x.data[at]);
          this.q.grad.data[d] += ds * x.data[at];
          dx.data[at] += ds * q[d] + weights[n][t] * dy.data[n * 2 + d] * (1 - h * h);
        }
      }
    }
    return dx;
  }
}

test("a pooling in loops that is right is not accused", () => {
  expect(said(() => new Pool((dp, p, t) => p[t] * (dp[t] - dotOf(dp, p))), [3, 2])).toEqual([]);
});

test("dp passed on through a softmax in loops is told as its forgotten derivative", () => {
  const all = said(() => new Pool((dp, _, t) => dp[t]), [3, 2]);
  expect(all).toHaveLength(2);
  for (const one of all) expect(one).toMatch(/^softmax coupling missing: .*as if a softmax had no derivative: weights·\(T - Σ weights·T\)/);
});

test("the diagonal of a softmax's Jacobian alone, in loops, is told as such", () => {
  const all = said(() => new Pool((dp, p, t) => p[t] * (1 - p[t]) * dp[t]), [3, 2]);
  expect(all).toHaveLength(2);
  for (const one of all) expect(one).toMatch(/^softmax coupling missing: .*only the diagonal weights·\(1 - weights\)/);
});

test("a sum of a softmax's derivative that lacks the weights is told as wrong", () => {
  const all = said(() => new Pool((dp, p, t) => p[t] * (dp[t] - dp.reduce((a, b) => a + b, 0))), [3, 2]);
  for (const one of all) expect(one).toMatch(/^softmax coupling missing: .*the sum in the softmax's derivative is wrong/);
});

/** h ← (1 - z)·h + z·c with z = σ(a·x + b·h), c = tanh(u·x + v·h), step by step. */
class Gated extends Layer<{ x: Tensor; states: number[][]; gates: number[][]; candidates: number[][] }> {
  readonly w = new Parameter("w", tensor([0.7, -0.5, 0.4, 0.9]));
  private readonly slip: string;
  constructor(slip: string) {
    super();
    this.slip = slip;
  }
  override outputShape(): number[] { return [1]; }
  forward(x: Tensor): Tensor {
    const [rows, steps] = x.shape, y = zeros([rows, 1], x.dtype), [a, b, u, v] = this.w.value.data;
    const states: number[][] = [], gates: number[][] = [], candidates: number[][] = [];
    for (let n = 0; n < rows; n++) {
      const h = [0.1], z: number[] = [], c: number[] = [];
      for (let t = 0; t < steps; t++) {
        z.push(sigmoid(a * x.data[n * steps + t] + b * h[t]));
        c.push(tanh(u * x.data[n * steps + t] + v * h[t]));
        h.push((1 - z[t]) * h[t] + z[t] * c[t]);
      }
      states.push(h);
      gates.push(z);
      candidates.push(c);
      y.data[n] = h[steps];
    }
    this.remember({ x, states, gates, candidates });
    return y;
  }
  backward(dy: Tensor): Tensor {
    const { x, states, gates, candidates } = this.recall(), [rows, steps] = x.shape, dx = zerosLike(x), { slip } = this;
    const [a, b, u, v] = this.w.value.data, dw = this.w.grad.data;
    for (let n = 0; n < rows; n++) {
      let dh = dy.data[n];
      for (let t = steps - 1; t >= 0; t--) {
        const at = n * steps + t, z = gates[n], c = candidates[n], h = states[n];
        const da = dh * (slip === "other path" ? c[t] : c[t] - h[t]) * (slip === "sigmoid" ? 1 : z[t] * (1 - z[t]));
        const du = dh * (slip === "complement" ? 1 - z[t] : z[t]) * (1 - c[t] * c[t]);
        dw[0] += da * x.data[at];
        dw[1] += da * h[t];
        dw[2] += du * x.data[at];
        dw[3] += du * h[t];
        dx.data[at] = a * da + u * du;
        dh = (slip === "carry" ? 0 : dh * (1 - z[t])) + b * da + (slip === "recurrent" ? 0 : v * du);
      }
    }
    return dx;
  }
}

test("a gated recurrence in loops that is right is not accused", () => {
  expect(said(() => new Gated("none"), [3])).toEqual([]);
});

test.each([
  ["other path", /one path of several: .*what loops\.test\.ts:94:\d+ makes of .* is missing, forgotten/],
  ["complement", /another operand: .*reads gates, .*\(1 - gates\) belongs, not gates/],
  ["carry", /one path of several: .*what loops\.test\.ts:\d+:\d+ makes of .* is missing, forgotten/],
  ["recurrent", /one path of several: .*what loops\.test\.ts:\d+:\d+ makes of .* is missing, forgotten/],
])("in a gated recurrence the slip \"%s\" is told by its line", (slip, expected) => {
  const all = said(() => new Gated(slip), [3]);
  expect(all).toHaveLength(2);
  for (const one of all) expect(one).toMatch(expected);
});

test("constructors and methods of arrays are themselves again after a search", () => {
  const before = [Array, Float64Array, Float32Array, Array.prototype.push, Array.prototype.map, Array.prototype.reduce];
  said(() => new Gated("sigmoid"), [3]);
  expect([Array, Float64Array, Float32Array, Array.prototype.push, Array.prototype.map, Array.prototype.reduce]).toEqual(before);
});
