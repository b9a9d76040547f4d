import {
  add, addMatmul, checkLayer, Layer, matmul, multiply, Parameter, softmax, softmaxBackward, tanh, Tensor, tensor, transposed,
  zeros, zerosLike, type AnyLayer,
} from "chainrule";

const weight = (name: string, sign: number) => new Parameter(name, tensor([[0.7, -0.4 * sign], [0.3 * sign, 0.9]]));
const said = (make: () => AnyLayer, shapes: readonly number[]) => checkLayer(make, shapes).checks
  .flatMap(({ diagnosis }) => diagnosis ?? []).join("\n");

/** One head of attention, row by row: y = softmax(q·kᵀ)·x with q = x·wq and k = x·wk. */
class Attention extends Layer<{ parts: { x: Tensor; q: Tensor; k: Tensor; a: Tensor }[] }> {
  readonly wq = weight("wq", 1);
  readonly wk = weight("wk", -1);
  private readonly slip: "none" | "dk" | "value";
  constructor(slip: "none" | "dk" | "value") {
    super();
    this.slip = slip;
  }
  forward(x: Tensor): Tensor {
    const y = zerosLike(x), parts: { x: Tensor; q: Tensor; k: Tensor; a: Tensor }[] = [];
    for (let from = 0; from < x.data.length; from += 6) {
      const own = new Tensor(x.data.slice(from, from + 6), [3, 2]);
      const q = matmul(own, this.wq.value), k = matmul(own, this.wk.value), a = softmax(matmul(q, transposed(k)));
      y.data.set(matmul(a, own).data, from);
      parts.push({ x: own, q, k, a });
    }
    this.remember({ parts });
    return y;
  }
  backward(dy: Tensor): Tensor {
    const dx = zerosLike(dy);
    this.recall().parts.forEach(({ x, q, k, a }, row) => {
      const d = new Tensor(dy.data.slice(6 * row, 6 * row + 6), [3, 2]);
      const ds = softmaxBackward(matmul(d, transposed(x)), a);
      const dq = matmul(ds, k);
      const dk = matmul(this.slip === "dk" ? ds : transposed(ds), q);
      addMatmul(this.wq.grad, transposed(x), dq);
      addMatmul(this.wk.grad, transposed(x), dk);
      let own = add(matmul(dq, transposed(this.wq.value)), matmul(dk, transposed(this.wk.value)));
      if (this.slip !== "value") own = add(own, matmul(transposed(a), d));
      dx.data.set(own.data, 6 * row);
    });
    return dx;
  }
}

/** h ← tanh(x + h·w), three times; dw counts the last of them alone. */
class Steps extends Layer<{ states: Tensor[] }> {
  readonly w = weight("w", 1);
  forward(x: Tensor): Tensor {
    const states = [x];
    for (let t = 0; t < 3; t++) states.push(tanh(add(x, matmul(states[t], this.w.value))));
    this.remember({ states });
    return states[3];
  }
  backward(dy: Tensor): Tensor {
    const { states } = this.recall();
    let dh = dy, dx = zeros(dy.shape, dy.dtype);
    for (let t = 2; t >= 0; t--) {
      const slope = zerosLike(dh);
      states[t + 1].data.forEach((h, i) => { slope.data[i] = 1 - h * h; });
      const du = multiply(dh, slope);
      if (t === 2) addMatmul(this.w.grad, transposed(states[t]), du);
      dx = add(dx, du);
      dh = matmul(du, transposed(this.w.value));
    }
    return add(dx, dh);
  }
}

test("attention that is right is not accused", () => {
  expect(said(() => new Attention("none"), [3, 2])).toBe("");
});

test("dk = ds·q in place of dsᵀ·q is told by the line, and as transposed", () => {
  expect(said(() => new Attention("dk"), [3, 2])).toMatch(
    /another operand: .*reads T, of the array made at operands\.test\.ts:34:\d+, at operands\.test\.ts:36:\d+, .*transposed/);
});

test("the path by which x is the values of attention is told by the line of forward that makes it", () => {
  expect(said(() => new Attention("value"), [3, 2])).toMatch(
    /one path of several: .*what operands\.test\.ts:24:\d+ makes of .* is missing, forgotten/);
});

test("steps of a loop whose part of a weight's gradient is missing are counted", () => {
  expect(said(() => new Steps(), [2])).toMatch(
    /w is used 3 times, as in steps of a loop, at operands\.test\.ts:\d+:\d+, and the part of use 1, 2, .* is missing/);
});
