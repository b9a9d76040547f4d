import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Affine, CrossEntropy, Dropout, ReLU, Softmax, tensor, type Nested, type Tensor } from "chainrule";

/** A network small enough to check by hand; its numbers come from PyTorch in float64. */
const path = resolve("../shared/tiny/expected.json");
const exists = existsSync(path);
const check = exists ? test : test.skip;
const because = exists ? "" : ` (skipped: there is no ${path})`;

const x = float64([[1, 2, -1], [0.5, -1, 2]]);
const labels = [0, 1];
const w1 = float64([[0.2, -0.4, 0.1, 0.5], [0.3, 0.1, -0.2, 0.4], [-0.1, 0.5, 0.3, -0.3]]);
const w2 = float64([[0.3, -0.2], [-0.5, 0.4], [0.1, 0.6], [0.2, -0.1]]);

describe("the tiny network, layer by layer", () => {
  const first = new Affine(3, 4, { init: w1, bias: float64([0.1, 0, 0.2, -0.1]) });
  const relu = new ReLU();
  const dropout = new Dropout({ keep: 0.8 }).useMask(float64([[1, 1, 1, 0], [1, 0, 1, 1]]));
  const second = new Affine(4, 2, { init: w2, bias: float64([0.1, -0.1]) });
  const loss = new CrossEntropy();

  const z1 = first.forward(x);
  const a1 = relu.forward(z1);
  const d1 = dropout.forward(a1);
  const z2 = second.forward(d1);
  const L = loss.forward(z2, labels);
  const P = new Softmax().forward(z2);
  const dz2 = loss.backward();
  const dd1 = second.backward(dz2);
  const da1 = dropout.backward(dd1);
  const dz1 = relu.backward(da1);
  const dX = first.backward(dz1);
  // The mask over keep is what dropout does to a one.
  const M = new Dropout({ keep: 0.8 }).useMask(dropout.mask).forward(float64([[1, 1, 1, 1], [1, 1, 1, 1]]));

  const computed: Readonly<Record<string, Tensor | number>> = {
    z1, a1, M, d1, z2, P, L, dz2, dd1, da1, dz1, dX,
    dW1: first.weight.grad, db1: gradientOf(first), dW2: second.weight.grad, db2: gradientOf(second),
  };

  check(`has every value there is to check${because}`, () => {
    expect(Object.keys(computed).sort()).toEqual(Object.keys(expectedValues()).sort());
  });

  for (const [name, got] of Object.entries(computed)) {
    check(`has PyTorch's ${name}${because}`, () => {
      const want = tensor(expectedValues()[name], "float64");
      const is = typeof got === "number" ? tensor(got, "float64") : got;
      expect(is.shape).toEqual(want.shape);
      const furthest = Math.max(...Array.from(is.data, (value, i) => Math.abs(value - want.data[i])));
      expect(furthest).toBeLessThanOrEqual(1e-12);
    });
  }
});

function float64(values: Nested): Tensor {
  return tensor(values, "float64");
}

function gradientOf({ bias }: Affine): Tensor {
  if (bias === undefined) throw new Error("both layers have a bias");
  return bias.grad;
}

function expectedValues(): Record<string, Nested> {
  return JSON.parse(readFileSync(path, "utf8"));
}
