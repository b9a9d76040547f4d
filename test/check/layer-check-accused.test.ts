/** Right layers that a check could take for wrong: what backward leaves out because nobody reads it. */
import {
  addMatmul, checkLayer, copyOf, gradientCheck, initializers, Layer, matmul, multiply, Parameter, sigmoid, tensor,
  transposed, zeros, zerosLike, type AnyLayer, type LayerCheckOptions, type LayerReport, type Shape, type Tensor,
} from "chainrule";

const failures = ({ checks }: LayerReport) => checks.filter(({ passed }) => !passed)
  .map(({ name, message, diagnosis }) => `${name}: ${message} ${diagnosis ?? ""}`);
const init = initializers.heNormal();

/** y = x·base + x·a·b, of which base is frozen: its gradient is not computed (Hu et al. 2021). */
class LowRank extends Layer<{ x: Tensor; h: Tensor }> {
  readonly base = new Parameter("base", { shape: [3, 3], init });
  readonly a = new Parameter("a", { shape: [3, 1], init });
  readonly b = new Parameter("b", { shape: [1, 3], init });
  constructor(isFrozen = true) {
    super();
    this.base.frozen = isFrozen;
  }
  forward(x: Tensor): Tensor {
    const h = matmul(x, this.a.value), y = matmul(x, this.base.value);
    addMatmul(y, h, this.b.value);
    this.remember({ x, h });
    return y;
  }
  backward(dy: Tensor): Tensor {
    const { x, h } = this.recall(), dh = matmul(dy, transposed(this.b.value));
    addMatmul(this.b.grad, transposed(h), dy);
    addMatmul(this.a.grad, transposed(x), dh);
    const dx = matmul(dy, transposed(this.base.value));
    addMatmul(dx, dh, transposed(this.a.value));
    return dx;
  }
}

/** The sum over positions of x [positions, 2], each times its mask of 0 or 1. */
class Masked extends Layer<{ m: Tensor; positions: number }, readonly Tensor[]> {
  private readonly isForgotten: boolean;
  constructor(isForgotten = false) {
    super();
    this.isForgotten = isForgotten;
  }
  override outputShape(): Shape {
    return [2];
  }
  forward([x, m]: readonly Tensor[]): Tensor {
    const [rows, positions] = m.shape, y = zeros([rows, 2], x.dtype);
    x.data.forEach((value, i) => { y.data[2 * Math.floor(i / 2 / positions) + (i % 2)] += value * m.data[i >> 1]; });
    this.remember({ m, positions });
    return y;
  }
  backward(dy: Tensor): readonly Tensor[] {
    const { m, positions } = this.recall(), dx = zeros([...m.shape, 2], dy.dtype);
    dx.data.forEach((_, i) => {
      dx.data[i] = this.isForgotten ? 0 : dy.data[2 * Math.floor(i / 2 / positions) + (i % 2)] * m.data[i >> 1];
    });
    return [dx, zerosLike(m)];
  }
}

/** A row of a table for each integer; x is a list of one, or of that and numbers to be added. */
class Rows extends Layer<{ ids: readonly number[] }, readonly Tensor[]> {
  readonly table = new Parameter("table", { shape: [4, 2], init });
  override outputShape(): Shape {
    return [2];
  }
  forward([indices, x]: readonly Tensor[]): Tensor {
    const ids = Array.from(indices.data), y = copyOf(x);
    y.data.forEach((value, i) => { y.data[i] = value + this.table.value.data[2 * ids[i >> 1] + (i % 2)]; });
    this.remember({ ids });
    return y;
  }
  backward(dy: Tensor): readonly Tensor[] {
    const { ids } = this.recall();
    dy.data.forEach((by, i) => { this.table.grad.data[2 * ids[i >> 1] + (i % 2)] += by; });
    return [zeros([ids.length, 1], dy.dtype), copyOf(dy)];
  }
}

/** One row of a table for each integer. */
class Lookup extends Layer<{ x: Tensor }> {
  readonly table = new Parameter("table", { shape: [4, 2], init });
  override outputShape(): Shape {
    return [2];
  }
  forward(x: Tensor): Tensor {
    const { value } = this.table, y = zeros([x.data.length, 2], value.dtype);
    y.data.forEach((_, i) => { y.data[i] = value.data[2 * x.data[i >> 1] + (i % 2)]; });
    this.remember({ x });
    return y;
  }
  backward(dy: Tensor): Tensor {
    const { x } = this.recall();
    dy.data.forEach((by, i) => { this.table.grad.data[2 * x.data[i >> 1] + (i % 2)] += by; });
    return zerosLike(x);
  }
}

/** x · sigmoid(x), with the gate held constant in backward. */
class HeldGate extends Layer {
  gate = tensor([[0]]);
  surrogate(x: Tensor): Tensor {
    return multiply(x, copyOf(this.gate, x.dtype));
  }
  forward(x: Tensor): Tensor {
    this.gate = sigmoid(x);
    return multiply(x, this.gate);
  }
  backward(dy: Tensor): Tensor {
    return multiply(dy, this.gate);
  }
}

const ids = tensor([[0], [3], [2], [3]]), beside = tensor([[1, 2], [0.5, -1], [0.2, 1], [-1, 1]]);
const masked = tensor([[[1, 2], [3, 4]], [[0.5, 1], [-1, 2]], [[-2, 1], [1, 0.25]]]);
const mask = tensor([[1, 0], [1, 1], [0, 1]]);

test.each<[string, () => AnyLayer, Shape | readonly Shape[], LayerCheckOptions]>([
  ["a frozen parameter whose gradient is left out", () => new LowRank(), [3], {}],
  ["a mask of 0 and 1 beside x, with a gradient of 0", () => new Masked(), [[2, 2], [2]], { inputs: [masked, mask] }],
  ["indices beside x, with a gradient of 0", () => new Rows(), [[1], [2]], { inputs: [ids, beside] }],
  ["indices alone, with a gradient of 0", () => new Lookup(), [1], { inputs: ids }],
])("%s passes", (_, make, shapes, options) => {
  expect(failures(checkLayer(make, shapes, options))).toEqual([]);
});

test("a gate held constant, kept in a field for the surrogate, passes with any seed", () => {
  for (const seed of [2, 6, 7, 8]) expect(failures(checkLayer(() => new HeldGate(), [4], { seed }))).toEqual([]);
});

test("a layer whose loss term, or gradient, alone depends on the mode says so and passes", () => {
  class Modal extends Layer<{ x: Tensor; isTrained: boolean }> {
    private readonly addsLoss: boolean;
    constructor(addsLoss: boolean) {
      super();
      this.addsLoss = addsLoss;
    }
    override get dependsOnMode(): boolean {
      return true;
    }
    surrogate(x: Tensor): Tensor {
      const y = copyOf(x);
      if (!this.addsLoss && this.mode === "train") y.data.forEach((value, i) => { y.data[i] = -value; });
      return y;
    }
    forward(x: Tensor): Tensor {
      const isTrained = this.mode === "train";
      if (this.addsLoss && isTrained) this.addLoss([...x.data].reduce((sum, value) => sum + value * value, 0));
      this.remember({ x, isTrained });
      return copyOf(x);
    }
    backward(dy: Tensor): Tensor {
      const { x, isTrained } = this.recall(), dx = copyOf(dy);
      if (isTrained) dx.data.forEach((by, i) => { dx.data[i] = this.addsLoss ? by + 2 * x.data[i] : -by; });
      return dx;
    }
  }
  // Sparsity in train, and a gradient reversed in train.
  for (const addsLoss of [false, true]) expect(failures(checkLayer(() => new Modal(addsLoss), [3]))).toEqual([]);
});

/** Rounds, dy passed on, with a commitment term ¼·Σ (x - y)² / rows (van den Oord et al. 2017). */
class Quantizer extends Layer<{ x: Tensor; y: Tensor }> {
  private readonly factor: number;
  constructor(factor = 1) {
    super();
    this.factor = factor;
  }
  surrogate(x: Tensor): Tensor {
    return x;
  }
  forward(x: Tensor): Tensor {
    const y = copyOf(x);
    y.data.forEach((value, i) => { y.data[i] = Math.round(value); });
    this.addLoss([...x.data].reduce((sum, value, i) => sum + 0.25 * (value - y.data[i]) ** 2, 0) / x.shape[0]);
    this.remember({ x, y: copyOf(y) });
    return y;
  }
  backward(dy: Tensor): Tensor {
    const { x, y } = this.recall(), dx = copyOf(dy), [rows] = x.shape;
    dx.data.forEach((by, i) => { dx.data[i] = by + (this.factor * 0.5 * (x.data[i] - y.data[i])) / rows; });
    return dx;
  }
}

test("a straight-through estimator with a loss term passes, and fails if the term's gradient is wrong", () => {
  expect(failures(checkLayer(() => new Quantizer(), [3]))).toEqual([]);
  expect(failures(checkLayer(() => new Quantizer(2), [3]))[0]).toMatch(/^gradient of x/);
});

test("a term that the surrogate adds stands for that of forward: half of x · x, the other x held", () => {
  class Held extends Layer<{ x: Tensor }> {
    last = zeros([1, 3]);
    surrogate(x: Tensor): Tensor {
      this.addLoss([...x.data].reduce((sum, value, i) => sum + value * this.last.data[i], 0));
      return x;
    }
    forward(x: Tensor): Tensor {
      this.last = copyOf(x);
      this.addLoss([...x.data].reduce((sum, value) => sum + value * value, 0));
      this.remember({ x });
      return copyOf(x);
    }
    backward(dy: Tensor): Tensor {
      const { x } = this.recall(), dx = copyOf(dy);
      dx.data.forEach((by, i) => { dx.data[i] = by + x.data[i]; });
      return dx;
    }
  }
  expect(failures(checkLayer(() => new Held(), [3])).filter((text) => text.startsWith("gradient"))).toEqual([]);
});

describe("the same left out where it is read fails:", () => {
  test("the gradient of a parameter that is trained", () => {
    const report = checkLayer(() => new LowRank(false), [3]);
    expect(failures(report)[0]).toMatch(/^gradients of parameters: .*of base .*parameter forgotten/s);
  });
  test("the gradient of x beside a mask", () => {
    const report = checkLayer(() => new Masked(true), [[2, 2], [2]], { inputs: [masked, mask] });
    expect(failures(report)[0]).toMatch(/^gradient of x: .*of x0 .*gradient missing/s);
  });
});

test("gradientCheck leaves a frozen parameter out if backward does", () => {
  const { passed, entries } = gradientCheck(new LowRank(), [[1, 2, 3]]);
  expect([passed, entries.map(({ name }) => name)]).toEqual([true, ["x", "a", "b"]]);
  expect(gradientCheck(new LowRank(false), [[1, 2, 3]]).passed).toBe(false);
});

test("x kept in a field is told to go through remember", () => {
  class Undeclared extends Layer {
    forward(x: Tensor): Tensor {
      Reflect.set(this, "x", x);
      return multiply(x, x);
    }
    backward(dy: Tensor): Tensor {
      const dx = multiply(dy, Reflect.get(this, "x") as Tensor);
      dx.data.forEach((value, i) => { dx.data[i] = 2 * value; });
      return dx;
    }
  }
  const [seen] = failures(checkLayer(() => new Undeclared(), [3]));
  expect(seen).toMatch(/^state round trip: After a step it has a Tensor in this\.x, .*remember/s);
});

test("a layer whose variance is over rows - 1 needs two rows in train, as minimumRows declares", () => {
  class Spread extends Layer<{ x: Tensor; mean: Float64Array }> {
    override get batchIndependent() { return false; }
    override get dependsOnMode() { return false; }
    override minimumRows() { return 2; }
    // y = x · Σ (x - mean)² / (rows - 1), each column by itself; in eval y = x would differ, so it is the same
    forward(x: Tensor): Tensor {
      const [rows, columns] = x.shape, mean = new Float64Array(columns), y = zerosLike(x);
      x.data.forEach((value, i) => { mean[i % columns] += value / rows; });
      const spread = new Float64Array(columns);
      x.data.forEach((value, i) => { spread[i % columns] += (value - mean[i % columns]) ** 2 / (rows - 1); });
      x.data.forEach((value, i) => { y.data[i] = value * spread[i % columns]; });
      this.remember({ x: copyOf(x), mean });
      return y;
    }
    backward(dy: Tensor): Tensor {
      const { x, mean } = this.recall(), [rows, columns] = x.shape, dx = zerosLike(x);
      const spread = new Float64Array(columns), along = new Float64Array(columns);
      x.data.forEach((value, i) => {
        spread[i % columns] += (value - mean[i % columns]) ** 2 / (rows - 1);
        along[i % columns] += dy.data[i] * value;
      });
      x.data.forEach((value, i) => {
        const j = i % columns;
        dx.data[i] = dy.data[i] * spread[j] + along[j] * 2 * (value - mean[j]) / (rows - 1);
      });
      return dx;
    }
  }
  const seen = failures(checkLayer(() => new Spread(), [3]));
  expect(seen.filter((one) => one.includes("In train"))).toEqual([]);
});

test("a number of rows written into backward is found beyond 32 and 64 rows, too", () => {
  class Limited extends Layer<{ x: Tensor }> {
    private readonly most: number;
    constructor(most: number) {
      super();
      this.most = most;
    }
    forward(x: Tensor): Tensor {
      this.remember({ x });
      return multiply(x, x);
    }
    backward(dy: Tensor): Tensor {
      const { x } = this.recall(), dx = zerosLike(x), columns = x.shape[1];
      for (let i = 0; i < Math.min(x.shape[0], this.most) * columns; i++) dx.data[i] = 2 * x.data[i] * dy.data[i];
      return dx;
    }
  }
  for (const most of [32, 64]) {
    const [seen] = failures(checkLayer(() => new Limited(most), [3]));
    expect(seen).toMatch(new RegExp(`^batch sizes: .*65 rows .*Rows from ${most} on have no gradient`));
  }
});
