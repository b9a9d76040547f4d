import { Affine, checkLayer, copyOf, Layer, zerosLike, type Shape, type Tensor } from "chainrule";

const s = (v: number) => 1 / (1 + Math.exp(-v));
const textOf = (layer: () => Layer<never, never> | Layer<object>, shapes: readonly Shape[]) => checkLayer(layer as never, shapes as never).checks
  .filter(({ passed }) => !passed).flatMap(({ diagnosis }) => diagnosis ?? []).join("\n");

/** c = f·c₀ + (1 - f)·g and y = o·c², with f = σ(z₀), g = tanh(z₁), o = σ(z₂) of one Affine. */
class Cell extends Layer<{ c0: Tensor; z: Tensor }, readonly Tensor[]> {
  readonly gates = new Affine(3, 6, { seed: 2 });
  private readonly slip: string;
  constructor(slip: string) {
    super(1);
    this.slip = slip;
  }
  override outputShape(_: Shape, c: Shape): Shape {
    return c;
  }
  private at(z: Tensor, i: number): readonly number[] {
    const k = (i >> 1) * 6 + (i % 2);
    return [k, s(z.data[k]), Math.tanh(z.data[k + 2]), s(z.data[k + 4])];
  }
  forward([x, c0]: readonly [Tensor, Tensor]): Tensor {
    const z = this.gates.forward(x), y = zerosLike(c0);
    this.remember({ c0, z });
    for (let i = 0; i < y.data.length; i++) {
      const [, f, g, o] = this.at(z, i);
      y.data[i] = o * Math.sin(f * c0.data[i] + (1 - f) * g);
    }
    return y;
  }
  backward(dy: Tensor): readonly Tensor[] {
    const { c0, z } = this.recall(), dz = zerosLike(z), dc0 = zerosLike(c0), { slip } = this;
    for (let i = 0; i < dy.data.length; i++) {
      const [k, f, g, o] = this.at(z, i), c = f * c0.data[i] + (1 - f) * g, dc = dy.data[i] * o * Math.cos(c);
      dc0.data[i] = dc * f;
      dz.data[k] = dc * (slip === "term" ? c0.data[i] : c0.data[i] - g) * f * (slip === "complement" ? 1 : 1 - f);
      dz.data[k + 2] = dc * (1 - f) * (slip === "power" ? 1 - g : 1 - g * g);
      dz.data[k + 4] = dy.data[i] * Math.sin(c) * o * (1 - o);
    }
    return [this.gates.backward(dz), dc0];
  }
}

test("a right cell whose gates are columns of one inner layer is not accused", () => {
  expect(textOf(() => new Cell("none") as never, [[3], [2]])).toBe("");
});

test.each([
  ["term", /at index 0, 1 of axis 1, .*x1 stands where x1 - tanh\(gates\[2\.\.3\]\) belongs: a term/],
  ["complement", /at index 0, 1 of axis 1, .*lacks the factor \[1 - σ\(the output of gates\)\]/],
  ["power", /at index 2, 3 of axis 1, .*\(1 - tanh\(gates\[2\.\.3\]\)\) stands where \(1 - tanh²\(gates\[2\.\.3\]\)\) belongs, a power/],
])("in columns handed to an inner layer the slip \"%s\" is named", (slip, expected) => {
  expect(textOf(() => new Cell(slip) as never, [[3], [2]])).toMatch(expected);
});

/** Affine, an activation by hand, Affine. */
class Hidden extends Layer<{ x: Tensor; h: Tensor }> {
  readonly one = new Affine(4, 4, { seed: 2 });
  readonly two = new Affine(4, 4, { seed: 3 });
  private readonly f: (v: number) => number;
  private readonly slope: (h: number, x: number) => number;
  constructor(f: (v: number) => number, slope: (h: number, x: number) => number) {
    super(1);
    this.f = f;
    this.slope = slope;
  }
  forward(x: Tensor): Tensor {
    const h = this.one.forward(x), a = copyOf(h);
    h.data.forEach((v, i) => { a.data[i] = this.f(v); });
    this.remember({ x, h });
    return this.two.forward(a);
  }
  backward(dy: Tensor): Tensor {
    const { x, h } = this.recall(), da = copyOf(this.two.backward(dy));
    h.data.forEach((v, i) => { da.data[i] *= this.slope(v, x.data[i]); });
    return this.one.backward(da);
  }
}

test.each([
  ["σ' forgotten", s, () => 1, /factor σ\(one's output\)·\(1 - σ\(one's output\)\) is missing/],
  ["mask of x", (v: number) => Math.max(0, v), (_: number, x: number) => (x > 0 ? 1 : 0),
    /mask is that of another tensor: x > 0 stands where one's output > 0 belongs/],
  ["tanh' with σ", Math.tanh, (h: number) => 1 - Math.tanh(h), /\(1 - tanh\(one's output\)\) stands where \(1 - tanh²/],
] as const)("between two inner layers the slip \"%s\" is named", (_, f, slope, expected) => {
  expect(textOf(() => new Hidden(f, slope) as never, [4] as never)).toMatch(expected);
});

/** Each y_t is a sum of the x up to t, or of those from t on. */
class Sums extends Layer<object> {
  private readonly isLater: boolean;
  private readonly isWide: boolean;
  constructor(isLater: boolean, isWide: boolean) {
    super(1);
    this.isLater = isLater;
    this.isWide = isWide;
  }
  forward(x: Tensor): Tensor {
    this.remember({});
    return this.sum(x, false, false);
  }
  backward(dy: Tensor): Tensor {
    this.recall();
    return this.sum(dy, true, this.isWide);
  }
  private sum(x: Tensor, isBack: boolean, isWide: boolean): Tensor {
    const y = zerosLike(x), [rows, n] = x.shape;
    for (let r = 0; r < rows; r++) for (let t = 0; t < n; t++) for (let u = 0; u < n; u++) {
      if (!isWide && (this.isLater ? u < t : u > t)) continue;
      y.data[r * n + (isBack ? u : t)] += x.data[r * n + (isBack ? t : u)] * (u + 1) / (t + 1);
    }
    return y;
  }
}

test.each([[false, "later"], [true, "earlier"]] as const)("a loop of backward that is wider than forward's is named", (isLater, way) => {
  expect(textOf(() => new Sums(isLater, false) as never, [5] as never)).toBe("");
  expect(textOf(() => new Sums(isLater, true) as never, [5] as never)).toMatch(new RegExp(`loop too far: .*to ${way} numbers of x`));
});
