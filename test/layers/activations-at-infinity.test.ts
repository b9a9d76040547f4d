import {
  ELU, GELU, LeakyReLU, ReLU, Sigmoid, SiLU, Softplus, Tanh, Tensor, type Layer,
} from "chainrule";

/** Activations, with the limits of y and of dx for dy = 1 at -∞ and +∞. */
const limits: [string, () => Layer, [number, number], [number, number]][] = [
  ["ReLU", () => new ReLU(), [0, Infinity], [0, 1]],
  ["LeakyReLU", () => new LeakyReLU({ slope: 0.25 }), [-Infinity, Infinity], [0.25, 1]],
  ["LeakyReLU with slope 0", () => new LeakyReLU({ slope: 0 }), [-0, Infinity], [0, 1]],
  ["ELU", () => new ELU(), [-1, Infinity], [0, 1]],
  ["ELU with alpha 2", () => new ELU({ alpha: 2 }), [-2, Infinity], [0, 1]],
  ["SiLU", () => new SiLU(), [-0, Infinity], [-0, 1]],
  ["GELU", () => new GELU(), [-0, Infinity], [-0, 1]],
  ["GELU by tanh", () => new GELU({ approximate: "tanh" }), [-0, Infinity], [-0, 1]],
  ["Sigmoid", () => new Sigmoid(), [0, 1], [0, 0]],
  ["Tanh", () => new Tanh(), [-1, 1], [0, 0]],
  ["Softplus", () => new Softplus(), [0, Infinity], [0, 1]],
];

describe.each(["float64", "float32"])("in %s", (dtype) => {
  const of = (...values: number[]) => (
    new Tensor(dtype === "float64" ? Float64Array.from(values) : Float32Array.from(values), [values.length, 1]));

  test.each(limits)("%s at -∞ and +∞ gives its limits, and its derivative's", (_, make, y, dx) => {
    const layer = make(), given = layer.forward(of(-Infinity, Infinity)).data, slopes = layer.backward(of(1, 1)).data;
    // Whether a zero is -0 is left open.
    expect([...given].map((v) => v + 0)).toEqual(y.map((v) => v + 0));
    expect([...slopes].map((v) => v + 0)).toEqual(dx.map((v) => v + 0));
  });

  test.each(limits)("%s of NaN is NaN", (_, make) => {
    expect([...make().forward(of(NaN)).data]).toEqual([NaN]);
  });

  test.each(limits)("%s: a dy of NaN stays NaN if x is above 0", (_, make) => {
    const layer = make();
    layer.forward(of(1));
    expect([...layer.backward(of(NaN)).data]).toEqual([NaN]);
  });
  // ReLU and LeakyReLU multiply dy by one of two constants, whatever else x is.
  test.each(limits.filter(([name]) => name !== "ReLU" && !name.startsWith("LeakyReLU")))(
    "%s: dx of a NaN x is NaN", (_, make) => {
      const layer = make();
      layer.forward(of(NaN));
      expect([...layer.backward(of(1)).data]).toEqual([NaN]);
    },
  );
});
