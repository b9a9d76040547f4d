import { readFileSync } from "node:fs";
import {
  BatchNorm, BinaryCrossEntropy, CrossEntropy, ELU, GELU, LayerNorm, LogSoftmax, Sigmoid, SiLU,
  Softmax, Softplus, Tanh, tensor, Tensor, type Layer,
} from "chainrule";

/** Correctly rounded values, by fixtures/extreme-values.py. */
interface Row {
  x: number[]; dy: number[]; softmax: number[]; softmaxDx: number[]; logSoftmax: number[]; logSoftmaxDx: number[];
}
interface Class { x: number[]; label: number; loss: number; dx: number[]; term: number[] }
interface Norm {
  x: number[]; eps: number; dy: number[]; y: number[]; dx: number[]; dxTerm: number[]; far: [number, number];
}
interface Steep { x: number[]; dx: Record<string, Record<string, number[]>> }
interface Values { y: number[]; dx: number[]; term?: number[] }
type Pairs = Record<string, [number, number][]>;
type Table = Record<string, Values> & {
  x: number[]; rows: Row[]; classes: Class[]; norms: Norm[]; steep: Steep; BinaryCrossEntropy: Pairs;
};
const file = new URL("../fixtures/extreme-values.json", import.meta.url);
const golden = JSON.parse(readFileSync(file, "utf8"), (_, value: unknown) => (
  value === "Infinity" ? Infinity : value === "-Infinity" ? -Infinity : value)) as Record<string, Table>;

/** The distance to the next number of this size. */
function ulp(value: number, dtype: string): number {
  const [bits, least, most] = dtype === "float32" ? [23, -149, 127] : [52, -1074, 1023];
  const exponent = value === 0 ? least : Math.floor(Math.log2(Math.abs(value)));
  return 2 ** Math.max(Math.min(exponent, most) - bits, least);
}

/** What is further off than allowed, with where. */
function wrong(
  where: string, dtype: string, given: ArrayLike<number>, wanted: number[], x: unknown[], term?: number[],
): string[] {
  const bound = dtype === "float32" ? 2 : 4;
  return wanted.flatMap((value, i) => {
    const want = dtype === "float32" ? Math.fround(value) : value, off = Math.abs(given[i] - want);
    if (given[i] === want || off <= bound * ulp(want, dtype)) return [];
    if (term !== undefined && off <= 2 * ulp(term[i], dtype)) return [];
    return [`${where} of ${String(x[i])}: ${given[i]}, not ${want}`];
  });
}

const of = (dtype: string, values: number[], shape: number[]) => (
  new Tensor(dtype === "float32" ? Float32Array.from(values) : Float64Array.from(values), shape));
const layers: Record<string, Layer> = {
  Sigmoid: new Sigmoid(), Tanh: new Tanh(), SiLU: new SiLU(), Softplus: new Softplus(), ELU: new ELU(),
  GELU: new GELU(), "GELU(tanh)": new GELU({ approximate: "tanh" }),
};

describe.each(["float64", "float32"])("at all magnitudes, in %s, against correctly rounded values:", (dtype) => {
  const { x, rows, norms, BinaryCrossEntropy: binary, ...functions } = golden[dtype];

  test.each(Object.keys(layers))("%s, forward and backward", (name) => {
    const layer = layers[name], { y, dx, term } = (functions as Record<string, Values>)[name];
    const given = layer.forward(of(dtype, x, [x.length, 1]));
    expect(wrong("y", dtype, given.data, y, x)).toEqual([]);
    const ones = of(dtype, x.map(() => 1), [x.length, 1]);
    expect(wrong("dx", dtype, layer.backward(ones).data, dx, x, term)).toEqual([]);
  });

  test("BinaryCrossEntropy and its gradient", () => {
    const off = Object.entries(binary).flatMap(([t, pairs]) => pairs.flatMap(([loss, slope], i) => {
      const one = new BinaryCrossEntropy(), terms = [Number(t)];
      const value = one.forward(of(dtype, [x[i]], [1, 1]), of(dtype, terms, [1, 1]));
      return [
        ...wrong(`loss, t = ${t}`, dtype, [value], [loss], [x[i]]),
        ...wrong(`dx, t = ${t}`, dtype, one.backward().data, [slope], [x[i]], Number(t) === 0.25 ? terms : undefined),
      ];
    }));
    expect(off).toEqual([]);
  });

  test("LayerNorm and BatchNorm, forward and backward, in float32 beside x / √(var + epsilon)", () => {
    const off = norms.flatMap((row) => {
      const n = row.x.length, { eps } = row, isSingle = dtype === "float32";
      const [yTerm, dxTerm] = isSingle ? row.far.map((term) => row.x.map(() => term)) : [undefined, row.dxTerm], at = row.x.map((_, j) => `${j} in [${row.x.join()}], eps ${eps}`);
      return [
        { layer: new LayerNorm(n, { epsilon: eps, affine: false }), shape: [1, n] },
        { layer: new BatchNorm(1, { epsilon: eps, affine: false, momentum: 0 }), shape: [n, 1] },
      ].flatMap(({ layer, shape }) => [
        ...wrong(`${layer} y`, dtype, layer.forward(of(dtype, row.x, shape)).data, row.y, at, yTerm),
        ...wrong(`${layer} dx`, dtype, layer.backward(of(dtype, row.dy, shape)).data, row.dx, at, dxTerm),
      ]);
    });
    expect(off).toEqual([]);
  });

  test("LogSoftmax and Softmax, forward and backward", () => {
    const off = rows.flatMap((row) => {
      const given = of(dtype, row.x, [1, row.x.length]), log = new LogSoftmax(), softmax = new Softmax();
      const at = row.x.map((_, j) => `${j} in [${row.x.join()}]`), dy = of(dtype, row.dy, [1, row.x.length]);
      return [
        ...wrong("softmax", dtype, softmax.forward(given).data, row.softmax, at),
        ...wrong("softmax dx", dtype, softmax.backward(dy).data, row.softmaxDx, at),
        ...wrong("y", dtype, log.forward(given).data, row.logSoftmax, at),
        ...wrong("dx", dtype, log.backward(dy).data, row.logSoftmaxDx, at),
      ];
    });
    expect(off).toEqual([]);
  });
});

test.each(Object.keys(layers))("%s's dx of dy from 1e-310 to 1e308, in float64", (name) => {
  const { x, dx } = golden.float64.steep, layer = layers[name];
  const off = Object.entries(dx[name]).flatMap(([dy, wanted]) => {
    layer.forward(of("float64", x, [x.length, 1]));
    const given = layer.backward(of("float64", x.map(() => Number(dy)), [x.length, 1]));
    const term = golden.float64[name].term && x.map(() => Math.abs(Number(dy)));
    return wrong(`dy = ${dy}, dx`, "float64", given.data, wanted, x, term);
  });
  expect(off).toEqual([]);
});

test.each(["float64", "float32"])(
  "CrossEntropy and its gradient p - t in %s: p near 1 keeps its digits in float64, in float32 those beside 1", (dtype) => {
    const off = golden[dtype].classes.flatMap(({ x, label, loss, dx, term }) => {
      const one = new CrossEntropy(), at = x.map((_, j) => `${j} in [${x.join()}], label ${label}`);
      return [
        ...wrong("loss", dtype, [one.forward(of(dtype, x, [1, x.length]), [label])], [loss], at),
        ...wrong("dx", dtype, one.backward().data, dx, at, dtype === "float32" ? term : undefined),
      ];
    });
    expect(off).toEqual([]);
  },
);

test.each([
  [Infinity, 1, 0], [Infinity, 0, Infinity], [-Infinity, 0, 0], [-Infinity, 1, Infinity], [Infinity, 0.5, Infinity],
])(
  "BinaryCrossEntropy of logit %p for target %p is %p", (x, t, loss) => {
    expect(new BinaryCrossEntropy().forward(of("float64", [x], [1, 1]), of("float64", [t], [1, 1]))).toBe(loss);
  },
);

test("CrossEntropy of a logit 50 above the other is e^-50 = 1.9287498479639178e-22, not 0", () => {
  expect(new CrossEntropy().forward(of("float64", [50, 0], [1, 2]), [0]) / 1.9287498479639178e-22).toBeCloseTo(1, 14);
});

test("CrossEntropy with sum is 0 for rows that all weigh 0: nothing is divided", () => {
  const loss = new CrossEntropy({ reduction: "sum", classWeights: [0, 1] });
  expect(loss.forward(tensor([[1, 2]]), [0])).toBe(0);
  expect(loss.backward().toArray()).toEqual([[0, 0]]);
});
