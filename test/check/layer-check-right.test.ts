import {
  Affine, BatchNorm, checkLayer, copyOf, Dropout, gradientCheck, Layer, LayerNorm, ReLU, Sequential, Softmax, tensor, zeros,
  type AnyLayer, type LayerCheckOptions, type Shape, type Tensor,
} from "chainrule";
import { Two } from "./mistakes/kit.ts";
import { Each, fill, WrongAffine } from "./mistakes/planted.ts";

const each = (f: (x: number) => number, back: (x: number, dy: number, y: number) => number) =>
  new Each(f, (x, y, dy) => fill(x, (i) => back(x.data[i], dy.data[i], y.data[i])));
const log = () => each(Math.log, (x, dy) => dy / x);

/** x divided by the largest |x| it has ever seen in train. */
class RunningMaximum extends Layer<{ x: Tensor; top: number; at: number }> {
  top = tensor([1]);
  override get batchIndependent(): boolean {
    return false;
  }
  forward(x: Tensor): Tensor {
    if (this.mode === "train") this.top.data[0] = Math.max(this.top.data[0], ...Array.from(x.data, Math.abs));
    const [top] = this.top.data, at = this.mode === "train" ? x.data.findIndex((value) => Math.abs(value) === top) : -1;
    this.remember({ x, top, at });
    return fill(x, (i) => x.data[i] / top);
  }
  backward(dy: Tensor): Tensor {
    const { x, top, at } = this.recall(), dx = fill(dy, (i) => dy.data[i] / top);
    const all = [...dy.data].reduce((sum, by, i) => sum + by * x.data[i], 0);
    if (at >= 0) dx.data[at] -= (Math.sign(x.data[at]) * all) / top ** 2;
    return dx;
  }
}

/** x less a mean that follows the batches. */
class StreamingMean extends Layer<{ train: boolean }> {
  mean = tensor([0]);
  override get batchIndependent(): boolean {
    return false;
  }
  forward(x: Tensor): Tensor {
    const train = this.mode === "train";
    if (train) this.mean.data[0] = 0.9 * this.mean.data[0]
      + (0.1 * [...x.data].reduce((sum, v) => sum + v, 0)) / x.data.length;
    this.remember({ train });
    return fill(x, (i) => x.data[i] - this.mean.data[0]);
  }
  backward(dy: Tensor): Tensor {
    const { train } = this.recall(), mean = [...dy.data].reduce((sum, v) => sum + v, 0) / dy.data.length;
    return fill(dy, (i) => dy.data[i] - (train ? 0.1 * mean : 0));
  }
}

/** Rounds; backward passes dy on, as for y = x. */
class StraightThrough extends Each {
  constructor() {
    super(Math.round, (_x, _y, dy) => dy);
  }
  surrogate(x: Tensor): Tensor {
    return x;
  }
}
class GradientReversal extends Each {
  constructor() {
    super((x) => x, (_x, _y, dy) => fill(dy, (i) => -0.5 * dy.data[i]));
  }
  surrogate(x: Tensor): Tensor {
    return fill(x, (i) => -0.5 * x.data[i]);
  }
}

/** Each row less its partner: rows come in pairs. */
class Pairs extends Layer<{ columns: number }> {
  override get batchIndependent(): boolean {
    return false;
  }
  private less(x: Tensor, columns: number): Tensor {
    return fill(x, (i) => 2 * x.data[i] - x.data[(Math.floor(i / columns) ^ 1) * columns + (i % columns)]);
  }
  forward(x: Tensor): Tensor {
    if (x.shape[0] % 2 === 1) throw new RangeError("rows come in pairs");
    this.remember({ columns: x.shape[1] });
    return this.less(x, x.shape[1]);
  }
  backward(dy: Tensor): Tensor {
    return this.less(dy, this.recall().columns);
  }
}

/** A mask without a seed in its constructor. */
class Unseeded extends Layer<{ mask: Tensor | undefined }> {
  forward(x: Tensor): Tensor {
    const mask = this.mode === "train" ? this.random.bernoulli(0.7, x) : undefined;
    this.remember({ mask });
    return fill(x, (i) => (mask === undefined ? x.data[i] : (x.data[i] * mask.data[i]) / 0.7));
  }
  backward(dy: Tensor): Tensor {
    const { mask } = this.recall();
    return fill(dy, (i) => (mask === undefined ? dy.data[i] : (dy.data[i] * mask.data[i]) / 0.7));
  }
}

const RIGHT: readonly (readonly [string, () => AnyLayer, Shape | readonly Shape[], LayerCheckOptions])[] = [
  ["a logarithm, of a range", log, [4], { range: [0, Infinity] }],
  ["a logarithm, of given rows", log, [2], { inputs: tensor([[1, 2], [0.5, 3], [4, 0.1]]) }],
  ["a logit, of numbers from 0 to 1", () => each((x) => Math.log(x / (1 - x)), (x, dy) => dy / (x * (1 - x))), [4],
    { range: [0, 1] }],
  ["a running maximum", () => new RunningMaximum(), [4], {}],
  ["a streaming mean", () => new StreamingMean(), [4], {}],
  ["a straight-through estimator", () => new StraightThrough(), [4], {}],
  ["a gradient reversal", () => new GradientReversal(), [4], {}],
  ["rows in pairs", () => new Pairs(), [3], {}],
  ["a mask, and no seed", () => new Unseeded(), [4], { dropout: { keep: 0.7 } }],
  ["a steep sigmoid", () => each((x) => 1 / (1 + Math.exp(-1000 * x)), (_, dy, y) => 1000 * dy * y * (1 - y)), [4], {}],
  ["a jump at 0", () => each((x) => (x > 0 ? x + 1 : x), (_, dy) => dy), [4], {}],
  ["a smooth product of two", () => new Two((a, b) => a * Math.tanh(b), (a, b, dy) =>
    [dy * Math.tanh(b), dy * a * (1 - Math.tanh(b) ** 2)]), [[4], [4]], {}],
  ["BatchNorm", () => new BatchNorm(4), [4], {}], ["LayerNorm", () => new LayerNorm(4), [4], {}],
    ["Softmax", () => new Softmax(), [5], {}],
];

const failures = (report: ReturnType<typeof checkLayer>) =>
  report.checks.filter(({ passed }) => !passed).map(({ name, message }) => `${name}: ${message}`);

test.each(RIGHT)("%s is not accused", (_, make, shapes, options) => {
  for (const seed of [0, 1]) expect(failures(checkLayer(make, shapes, { ...options, seed }))).toEqual([]);
});

test.each<readonly [string, (x: number) => number, (x: number) => number, string]>([
  ["a logarithm", Math.log, (x) => 1 / x, "0, Infinity"],
  ["a square root", Math.sqrt, (x) => 0.5 / Math.sqrt(x), "0, Infinity"],
  ["an arcsine", Math.asin, (x) => 1 / Math.sqrt(1 - x * x), "-1, 1"],
  ["a logit", (x) => Math.log(x / (1 - x)), (x) => 1 / (x * (1 - x)), "0, 1"],
  ["an area hyperbolic cosine", Math.acosh, (x) => 1 / Math.sqrt(x * x - 1), "1, Infinity"],
  ["a logarithm of -x", (x) => Math.log(-x), (x) => 1 / x, "-Infinity, 0"],
])("%s whose range is not told passes, with a note of where it was checked", (_, f, slope, range) => {
  const report = checkLayer(new Each(f, (x, _y, dy) => fill(x, (i) => dy.data[i] * slope(x.data[i]))), [4]);
  expect(failures(report)).toEqual([]);
  expect(report.notes?.[1]).toMatch(/^y\[.*\] is NaN where x\[.*\] is .*So the checks were made with x from/);
  expect(report.notes?.[1]).toContain(`{ range: [${range}] }`);
});

test("a layer that is NaN everywhere fails in its domain", () => {
  expect(failures(checkLayer(new Each(() => NaN, (x) => fill(x, () => 1)), [4]))[0]).toMatch(/^domain: y\[0, 0\] is NaN/);
});

test("a pole at 0 is no mistake", () => {
  const layer = new Each((x) => 1 / x, (x, _, dy) => fill(x, (i) => -dy.data[i] / (x.data[i] * x.data[i])));
  expect(failures(checkLayer(layer, [4]))).toEqual([]);
});

test("a loss of its own that is infinite far out, and refused, is no mistake", () => {
  class Costly extends Layer<{ x: Tensor }> {
    forward(x: Tensor): Tensor {
      this.remember({ x });
      this.addLoss(Array.from(x.data).reduce((total, v) => total + Math.exp(v), 0) / x.shape[0]);
      return copyOf(x);
    }
    backward(dy: Tensor): Tensor {
      const { x } = this.recall();
      return fill(x, (i) => dy.data[i] + Math.exp(x.data[i]) / x.shape[0]);
    }
  }
  expect(failures(checkLayer(new Costly(), [4]))).toEqual([]);
});

test("what cancels up to rounding, as the gradient of a bias before a batch norm, is not taken for float32", () => {
  class Block extends Layer {
    readonly layers = [new Affine(4, 4, { seed: 1 }), new BatchNorm(4), new ReLU()];
    forward(x: Tensor): Tensor {
      return this.layers.reduce((v, layer) => layer.forward(v), x);
    }
    backward(dy: Tensor): Tensor {
      return [...this.layers].reverse().reduce((v, layer) => layer.backward(v), dy);
    }
  }
  expect(failures(checkLayer(new Block(), [4]))).toEqual([]);
});

test("a factory without an argument seeds what is inside a network within the layer, too", () => {
  class Block extends Layer {
    readonly inner = new Sequential([new Affine(4, 4), new Dropout({ keep: 0.7 })]);
    forward(x: Tensor): Tensor {
      return this.inner.forward(x);
    }
    backward(dy: Tensor): Tensor {
      return this.inner.backward(dy);
    }
  }
  expect(failures(checkLayer(() => new Block(), [4]))).toEqual([]);
});

test("a layer that draws against its word passes, and is told", () => {
  class Noisy extends Layer<{ noise: Tensor | undefined }> {
    override get draws(): boolean {
      return false;
    }
    override get dependsOnMode(): boolean {
      return true;
    }
    forward(x: Tensor): Tensor {
      const noise = this.mode === "train" ? this.random.normal(x) : undefined;
      this.remember({ noise });
      return fill(x, (i) => x.data[i] * (1 + 0.1 * (noise?.data[i] ?? 0)));
    }
    backward(dy: Tensor): Tensor {
      const { noise } = this.recall();
      return fill(dy, (i) => dy.data[i] * (1 + 0.1 * (noise?.data[i] ?? 0)));
    }
  }
  const report = checkLayer(() => new Noisy(), [4]);
  expect(failures(report)).toEqual([]);
  expect(report.checks.find(({ name }) => name === "seeds obeyed")?.message).toContain("declares draws: false, which is ignored");
});

test("a surrogate whose gradient is not what backward gives is told", () => {
  class Wrong extends StraightThrough {
    override surrogate(x: Tensor): Tensor {
      return fill(x, (i) => 3 * x.data[i]);
    }
  }
  expect(failures(checkLayer(new Wrong(), [4]))[0]).toMatch(/^gradient of x/);
});

/** An affine layer of 60 × 60 that leaves out one number of dw. */
const oneMissing = () => new WrongAffine([60, 60], (x, dy, layer) => {
  const before = layer.weight.grad.data[1234];
  layer.addWeight(x, dy);
  layer.weight.grad.data[1234] = before;
  layer.addBias(dy);
  return layer.dx(dy);
});

describe("one wrong number of 3,600", () => {
  test("fails gradientCheck, which finds it: row 20, column 34", () => {
    const x = zeros([2, 60]);
    x.data.forEach((_, i) => { x.data[i] = Math.sin(i + 1); });
    const report = gradientCheck(oneMissing(), x);
    expect(report.passed).toBe(false);
    expect(report.entries.find(({ name }) => name === "weight")?.index).toEqual([20, 34]);
    expect(gradientCheck(new Affine(60, 60, { seed: 1 }), x).passed).toBe(true);
  });

  test("fails checkLayer, which names it", () => {
    const { checks } = checkLayer(oneMissing(), [60]);
    expect(checks.find(({ name }) => name === "gradients of parameters")?.diagnosis).toMatch(/^zero in places: .*weight\[20, 34\]/);
  });
});

test("gradientCheck compares all numbers on request and says before each tensor how many", () => {
  const seen: string[] = [];
  gradientCheck(new Affine(30, 20, { seed: 1 }), zeros([1, 30]), {
    entries: "all", onProgress: ({ name, done, of }) => { seen.push(`${name} ${done}/${of}`); },
  });
  expect(seen.filter((line) => line.startsWith("weight"))).toEqual([0, 100, 200, 300, 400,
    500].map((n) => `weight ${n}/600`));
});

test("checkLayer says before each check which of how many it is; a quick one makes the same checks", () => {
  const seen: string[] = [];
  const report = checkLayer(new Affine(4, 3, { seed: 1 }), [4], {
    quick: true, onProgress: ({ check, done, of }) => { seen.push(`${check} ${done}/${of}`); },
  });
  expect(seen[0]).toBe(`methods 0/${report.checks.length}`);
  expect(seen).toHaveLength(report.checks.length);
});

test.each([
  ["range", { range: [1, 0] }], ["range", { range: 3 }], ["inputs", { inputs: zeros([2, 3]) }], ["quick", { quick: 1 }],
])("a wrong %s is refused", (name, options) => {
  expect(() => checkLayer(log(), [4], options as never)).toThrow(`checkLayer ${name}`);
});
