import {
  addMatmul, Affine, checkLayer, copyOf, exp, Layer, log, Parameter, sigmoid, tanh, tensor, zeros, zerosLike,
  type AnyLayer, type Tensor,
} from "chainrule";
import { Curve } from "./curve.ts";
import { SeedIgnored } from "./dropouts/wrong.ts";

const checked = (make: () => AnyLayer, shape: readonly number[]) => checkLayer(make, shape);
const said = (make: () => AnyLayer, shape: readonly number[]) => checked(make, shape).checks.flatMap(({ diagnosis }) =>
  diagnosis ?? []).join("\n");

const softplus = (x: number) => log(1 + exp(x)), square = (x: number) => x * x;
const gelu = (x: number) => 0.8 * (x + 0.045 * x * x * x), cubic = (x: number) => x + 0.2 * x * x * x;

test.each<[string, (x: number) => number, (x: number) => number, RegExp]>([
  ["GELU's cubic term", (x) => 0.5 * x * (1 + tanh(gelu(x))),
    (x) => 0.5 * (1 + tanh(gelu(x))) + 0.5 * x * (1 - square(tanh(gelu(x)))) * 0.8,
    /x · g' the factor \[1 \+ 0\.135·x²\]/],
  ["Mish's softplus", (x) => x * tanh(softplus(x)), (x) => tanh(softplus(x)) + x * (1 - square(tanh(softplus(x)))),
    /x · g' the factor σ\(x\) is missing/],
  ["x·tanh(exp(x))", (x) => x * tanh(exp(x)), (x) => tanh(exp(x)) + x * (1 - square(tanh(exp(x)))),
    /x · g' the factor exp\(x\) is missing/],
  ["x·σ(x + 0.2·x³)", (x) => x * sigmoid(cubic(x)),
    (x) => sigmoid(cubic(x)) + x * sigmoid(cubic(x)) * (1 - sigmoid(cubic(x))), /x · g' the factor \[1 \+ 0\.6·x²\]/],
  ["tanh(x + 0.2·x³)", (x) => tanh(cubic(x)), (x) => 1 - square(tanh(cubic(x))), /lacks the factor \[1 \+ 0\.6·x²\]/],
  ["tanh(x + 0.3·x²)", (x) => tanh(x + 0.3 * x * x), (x) => 1 - square(tanh(x + 0.3 * x * x)),
    /lacks the factor \[1 \+ 0\.6·x\]/],
])("the inner derivative that is forgotten in %s is told", (_, f, slope, expected) => {
  expect(said(() => new Curve(f, slope), [4])).toMatch(expected);
});

test.each<[string, (x: number) => number, (x: number) => number]>([
  ["rounding", (x) => Math.round(4 * x) / 4, () => 1],
  ["a threshold", (x) => (x > 0 ? 1 : 0), (x) => Math.max(0, 1 - Math.abs(x))],
  ["a floor", (x) => Math.floor(3 * x), () => 3],
])("%s with another slope is a surrogate that is not declared", (_, f, slope) => {
  expect(said(() => new Curve(f, slope), [4])).toMatch(/^surrogate not declared: .*moves in jumps.*straight-through/);
});

/** y = x · sign(w): the gradient of w is that of w itself. */
class SignOfWeights extends Layer<{ x: Tensor }> {
  readonly w = new Parameter("w", tensor([0.5, -1.2, 0.8]));
  forward(x: Tensor): Tensor {
    this.remember({ x: copyOf(x) });
    const y = zerosLike(x);
    x.data.forEach((value, i) => { y.data[i] = value * Math.sign(this.w.value.data[i % 3]); });
    return y;
  }
  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), dx = zerosLike(dy);
    dy.data.forEach((value, i) => {
      dx.data[i] = value * Math.sign(this.w.value.data[i % 3]);
      this.w.grad.data[i % 3] += value * x.data[i];
    });
    return dx;
  }
}

test("weights of which the sign alone is used have a surrogate that is not declared", () => {
  expect(said(() => new SignOfWeights(), [3])).toMatch(/^surrogate not declared: The slope of y by w is 0/);
});

/** Each y is the mean of the x of its window, which are fewer at the edges; backward divides by `n`. */
class Means extends Layer<null> {
  private readonly window: (i: number) => readonly number[];
  private readonly n: number;
  constructor(window: (i: number) => readonly number[], n: number) {
    super();
    this.window = window;
    this.n = n;
  }
  forward(x: Tensor): Tensor {
    this.remember(null);
    const y = zerosLike(x), width = x.data.length / x.shape[0];
    y.data.forEach((_, i) => {
      const from = i - (i % width), all = this.window(i % width);
      y.data[i] = all.reduce((sum, k) => sum + x.data[from + k], 0) / all.length;
    });
    return y;
  }
  backward(dy: Tensor): Tensor {
    this.recall();
    const dx = zerosLike(dy), width = dy.data.length / dy.shape[0];
    dy.data.forEach((value, i) => {
      for (const k of this.window(i % width)) dx.data[i - (i % width) + k] += value / this.n;
    });
    return dx;
  }
}

const near3 = (i: number) => [i - 1, i, i + 1].filter((k) => k >= 0 && k < 6);
const before = (i: number) => Array.from({ length: i + 1 }, (_, k) => k);
const around = (i: number) => Array.from({ length: 9 }, (_, k) =>
  [Math.floor(i / 3) + Math.floor(k / 3) - 1, (i % 3) + (k % 3) - 1])
  .filter(([r, c]) => r >= 0 && r < 3 && c >= 0 && c < 3).map(([r, c]) => 3 * r + c);

test.each<[string, (i: number) => readonly number[], number, readonly number[], RegExp]>([
  ["a mean of 3", near3, 3, [6], /^another divisor at some places: .*1\.5 at y\[0, 0\], 1\.5 at y\[0, 5\]: a count/],
  ["a mean of all before", before, 5, [5], /^another divisor at some places: .*5 at y\[0, 0\], 2\.5 at y\[0, 1\]/],
  ["a mean of 3×3", around, 9, [3, 3],
    /^another divisor at some places: .*2\.25 at y\[0, 0, 0\], 1\.5 at y\[0, 0, 1\]/],
])("%s that backward divides by one number everywhere is told by its places", (_, window, n, shape, expected) => {
  expect(said(() => new Means(window, n), shape)).toMatch(expected);
});

/** y = x · gain for each channel, or x + gain, whose gradient is summed along another axis. */
class Channels extends Layer<{ x: Tensor }> {
  readonly gain: Parameter;
  private readonly isBias: boolean;
  constructor(width: number, isBias: boolean) {
    super();
    this.gain = new Parameter("gain", tensor([1, 0.5, 2, -0.7].slice(0, width)));
    this.isBias = isBias;
  }
  forward(x: Tensor): Tensor {
    this.remember({ x: copyOf(x) });
    const y = zerosLike(x), n = this.gain.shape[0], { data } = this.gain.value;
    x.data.forEach((value, i) => {
      const by = data[Math.floor(i / n) % n];
      y.data[i] = this.isBias ? value + by : value * by;
    });
    return y;
  }
  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), dx = zerosLike(dy), n = this.gain.shape[0], { data } = this.gain.value;
    dy.data.forEach((value, i) => {
      dx.data[i] = this.isBias ? value : value * data[Math.floor(i / n) % n];
      this.gain.grad.data[i % n] += this.isBias ? value : value * x.data[i];
    });
    return dx;
  }
}

test.each([
  [3, false], [4, false], [4, true],
])("of %d channels a gradient along the wrong axis is told (bias: %s)", (n, isBias) => {
  expect(said(() => new Channels(n, isBias), [n, n])).toMatch(/^wrong axis: .*along axis 1 of y, .*along axis 2 of y/);
});

/** Three recurrences with one parameter a, whose gradient lacks a term, or has that of another step. */
class Recurrence extends Layer<{ x: Tensor; h: Tensor }> {
  readonly a = new Parameter("a", tensor([0.3]));
  private readonly kind: "leaky" | "momentum" | "trapezoid";
  constructor(kind: "leaky" | "momentum" | "trapezoid") {
    super();
    this.kind = kind;
  }
  forward(x: Tensor): Tensor {
    const [rows, steps] = x.shape, h = zerosLike(x), [a] = this.a.value.data;
    for (let i = 0; i < rows * steps; i++) {
      const last = i % steps > 0 ? h.data[i - 1] : 0, u = x.data[i], v = i % steps > 0 ? x.data[i - 1] : 0;
      h.data[i] = this.kind === "leaky" ? (1 - a) * last + a * u
        : this.kind === "momentum" ? a * last + u : last + a * (u + v);
    }
    this.remember({ x: copyOf(x), h });
    return copyOf(h);
  }
  backward(dy: Tensor): Tensor {
    const { kind } = this, { x, h } = this.recall(), [rows, steps] = dy.shape, dx = zerosLike(dy);
    const [a] = this.a.value.data;
    for (let row = 0; row < rows; row++) {
      let carried = 0;
      for (let i = (row + 1) * steps - 1; i >= row * steps; i--) {
        const later = carried;
        carried = dy.data[i] + (kind === "leaky" ? 1 - a : kind === "momentum" ? a : 1) * carried;
        dx.data[i] = kind === "leaky" ? a * carried : kind === "momentum" ? carried : a * (carried + later);
        this.a.grad.data[0] += carried * (kind === "momentum" ? h.data[i] : x.data[i]);
      }
    }
    return dx;
  }
}

test.each([
  ["leaky", /where it reads x, .* a term is missing: x - h of the place before \(0 at the first\) belongs/],
  ["momentum", /where it reads h, .* h of the place before \(0 at the first\) belongs, not h/],
  ["trapezoid", /where it reads x, .* a term is missing: x \+ x of the place before \(0 at the first\) belongs/],
] as const)("the step before that the gradient of a %s recurrence lacks is told", (kind, expected) => {
  expect(said(() => new Recurrence(kind), [5])).toMatch(expected);
});

/** y = x + f(a)·x·w, with one number a whose gradient lacks f'. */
class Scaled extends Layer<{ h: Tensor }> {
  readonly a = new Parameter("a", tensor([0.8]));
  readonly inner = new Affine(3, 3, { seed: 2 });
  private readonly f: (a: number) => number;
  constructor(f: (a: number) => number) {
    super();
    this.f = f;
  }
  forward(x: Tensor): Tensor {
    const h = this.inner.forward(x), y = copyOf(x), by = this.f(this.a.value.data[0]);
    this.remember({ h });
    h.data.forEach((value, i) => { y.data[i] += by * value; });
    return y;
  }
  backward(dy: Tensor): Tensor {
    const { h } = this.recall(), dh = zerosLike(dy), by = this.f(this.a.value.data[0]);
    dy.data.forEach((value, i) => {
      dh.data[i] = by * value;
      this.a.grad.data[0] += value * h.data[i];
    });
    const dx = this.inner.backward(dh);
    dy.data.forEach((value, i) => { dx.data[i] += value; });
    return dx;
  }
}

test.each<[string, (a: number) => number, RegExp]>([
  ["tanh(a)", tanh, /lacks the factor \[1 - tanh²\(a\)\], the derivative of what forward makes of a first/],
  ["log(1 + exp(a))", softplus, /lacks the factor σ\(a\), the derivative/],
  ["exp(a)", exp, /lacks the factor exp\(a\), the derivative/],
])("of a parameter of one number that forward uses as %s the slope that is forgotten is told", (_, f, expected) => {
  expect(said(() => new Scaled(f), [3])).toMatch(expected);
});

/** A parameter, or a layer, that forward makes: once, each time anew, or in an array. */
class Late extends Layer<{ x: Tensor }> {
  private gain: Parameter | undefined;
  private inner: Affine | undefined;
  private readonly all: Parameter[] = [];
  private readonly kind: "kept" | "anew" | "array" | "layer";
  constructor(kind: "kept" | "anew" | "array" | "layer") {
    super();
    this.kind = kind;
  }
  private get own(): Parameter {
    const make = () => new Parameter("gain", tensor([1.5]));
    if (this.kind === "array" && this.all.length === 0) this.all.push(make());
    return this.kind === "anew" ? make() : this.kind === "array" ? this.all[0] : (this.gain ??= make());
  }
  forward(x: Tensor): Tensor {
    this.remember({ x: copyOf(x) });
    if (this.kind === "layer") return (this.inner ??= new Affine(3, 3, { seed: 1 })).forward(x);
    const y = zerosLike(x), by = this.own.value.data[0];
    x.data.forEach((value, i) => { y.data[i] = value * by; });
    return y;
  }
  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), dx = zerosLike(dy);
    if (this.inner !== undefined) return this.inner.backward(dy);
    const { value, grad } = this.own;
    dy.data.forEach((one, i) => {
      dx.data[i] = one * value.data[0];
      grad.data[0] += one * x.data[i];
    });
    return dx;
  }
}

test.each(["kept", "anew", "array", "layer"] as const)("what forward makes is told as such, once: %s", (kind) => {
  const [first, ...others] = checked(() => new Late(kind), [3]).checks.filter(({ passed }) => !passed);
  expect(first.name).toBe("parameters found");
  expect(first.message).toMatch(/^The (Parameter "gain"|layer Affine) is made in forward: .*in the constructor/);
  expect(others.filter(({ sameAs }) => sameAs === undefined).map(({ message }) => message)).toEqual([]);
});

/** y = x·w with the rows of dw counted as dw of the first alone: nothing of the kinds above. */
class Product extends Layer<{ x: Tensor }> {
  readonly w = new Parameter("w", tensor([[0.5, -1], [0.3, 0.8]]));
  forward(x: Tensor): Tensor {
    this.remember({ x: copyOf(x) });
    const y = zeros(x.shape, x.dtype);
    addMatmul(y, x, this.w.value);
    return y;
  }
  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), dx = zerosLike(x), [a, b, c, d] = this.w.value.data;
    for (let i = 0; i < dy.data.length; i += 2) {
      dx.data[i] = a * dy.data[i] + b * dy.data[i + 1];
      dx.data[i + 1] = c * dy.data[i] + d * dy.data[i + 1];
      for (const k of [0, 1, 2, 3]) this.w.grad.data[k] += x.data[i + (k >> 1)] * dy.data[i + (k & 1)];
    }
    return dx;
  }
}

test("a product that is right, and functions with the slopes that are theirs, are not accused", () => {
  expect(said(() => new Product(), [2])).toBe("");
  expect(said(() => new Curve(cubic, (x) => 1 + 0.6 * x * x), [4])).toBe("");
  expect(said(() => new Curve((x) => Math.round(x), () => 0), [4])).toBe("");
});

let count = 0;

/** y = x/n, and n counts the forwards of all layers of the class. */
class Counting extends Layer<{ n: number }> {
  forward(x: Tensor): Tensor {
    this.remember({ n: ++count });
    return this.by(x, count);
  }
  backward(dy: Tensor): Tensor {
    return this.by(dy, this.recall().n);
  }
  private by(x: Tensor, n: number): Tensor {
    const y = zerosLike(x);
    x.data.forEach((value, i) => { y.data[i] = value / n; });
    return y;
  }
}

test("Math.random in train only is told from what changes with each forward without it", () => {
  const ofSeeds = (make: () => AnyLayer) => checked(make, [4]).checks.find(({ name }) => name === "seeds obeyed")?.message;
  expect(ofSeeds(() => new SeedIgnored(0.7))).toMatch(/^In train, .* differ\. Its random numbers are not the framework's/);
  expect(ofSeeds(() => new Counting())).toMatch(/^In train, .* differ\. Math\.random is not called: something outside/);
});
