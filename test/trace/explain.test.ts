import { Add, Affine, Dropout, explain, Layer, ReLU, Sequential, type Tensor } from "chainrule";
import { errorOf } from "../tools.ts";

test("an affine layer is explained with formula, shapes and parameters", () => {
  expect(explain(new Affine(3, 4))).toBe([
    "Affine(3 → 4)  mode train",
    "  forward     y = x·w + b",
    "  backward    dx = dy·wᵀ, dw = xᵀ·dy, db = Σ dy",
    "  shapes      x [3] → y [4], without the batch axis",
    "  parameters  weight [3, 4], bias [4]: 16 numbers",
  ].join("\n"));
});

test.each([
  ["inverted", "train", "y = x · mask/keep", "dx = dy · mask/keep"],
  ["inverted", "eval", "y = x", "dx = dy"],
  ["at-eval", "train", "y = x · mask", "dx = dy · mask"],
  ["at-eval", "eval", "y = x · keep", "dx = dy · keep"],
] as const)("dropout's formula, scaling %s in %s, is %s", (scaling, mode, forward, backward) => {
  const dropout = new Dropout({ keep: 0.8, scaling })[mode]();
  expect(dropout.formula).toEqual({ forward, backward });
  expect(explain(dropout)).toContain(`mode ${mode}`);
});

test("a layer without a formula says so", () => {
  class Same extends Layer {
    forward(x: Tensor): Tensor { return x; }
    backward(dy: Tensor): Tensor { return dy; }
  }
  expect(explain(new Same())).toContain("unknown: the layer declares no formula");
});

test("a network is explained by its summary", () => {
  const network = new Sequential([new Affine(2, 2), new ReLU()]);
  expect(explain(network)).toBe(network.summary());
});

test("a layer with several inputs is explained, and what is no layer is refused", () => {
  expect(explain(new Add())).toContain("y = x₁ + x₂ + …");
  expect(errorOf(() => explain("ReLU" as unknown as ReLU)).message).toContain("expected a layer");
});
