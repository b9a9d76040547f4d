import {
  Add, Affine, checkLayer, Concat, Dropout, format, Graph, Multiply, ReLU, Sequential, Softmax, type AnyLayer, type Shape,
} from "chainrule";
import { CoinMix, Swish } from "../fixtures/my-layer.ts";
import { ConcatenatedReLU } from "./strangers/concatenated-relu.ts";
import { CosineAffine } from "./strangers/cosine-affine.ts";
import { GLU } from "./strangers/glu.ts";
import { Highway } from "./strangers/highway.ts";
import { Maxout } from "./strangers/maxout.ts";
import { Mish } from "./strangers/mish.ts";
import { NoisyAffine } from "./strangers/noisy-affine.ts";
import { RBF } from "./strangers/rbf.ts";
import { SparseAffine } from "./strangers/sparse-affine.ts";
import { ColumnSwish } from "./strangers/swish.ts";

type Row = readonly [string, (seed: number) => AnyLayer, Shape | readonly Shape[]];

/** All there is to see where something failed, "" where nothing did. */
function complaints(make: (seed: number) => AnyLayer, shapes: Shape | readonly Shape[], seed = 0): string {
  const reports = [checkLayer(make, shapes, { seed }), checkLayer(make(seed), shapes, { seed })];
  return reports.filter(({ passed }) => !passed).map(format).join("\n");
}

describe("the framework's layers pass", () => {
  const block = (seed: number) => new Graph({ seed }).input("x", [4]).add("hidden", new Affine(4, 4), "x")
    .add("relu", new ReLU(), "hidden").add("sum", new Add(), "relu", "x").output("sum");
  test.each([
    ["Affine", (seed) => new Affine(4, 3, { seed }), [4]],
    ["Affine of one number", (seed) => new Affine(1, 1, { seed }), [1]],
    ["Affine without a bias, on sequences", (seed) => new Affine(4, 3, { seed, bias: false }), [2, 4]],
    ["Affine that starts at zeros", (seed) => new Affine(4, 3, { seed, init: "zeros" }), [4]],
    ["ReLU", () => new ReLU(), [5]],
    ["ReLU on images", () => new ReLU(), [2, 3, 2]],
    ["Softmax", () => new Softmax(), [5]],
    ["Dropout", (seed) => new Dropout({ keep: 0.8, seed }), [4]],
    ["Dropout at-eval", (seed) => new Dropout({ keep: 0.3, scaling: "at-eval", seed }), [4]],
    ["Dropout that keeps all", (seed) => new Dropout({ keep: 1, seed }), [4]],
    ["Add", () => new Add(), [[4], [4], [4]]],
    ["Add of one", () => new Add(), [[4]]],
    ["Multiply", () => new Multiply(), [[4], [4], [4]]],
    ["Concat", () => new Concat(), [[2, 4], [2, 3]]],
    ["Sequential", (seed) => new Sequential([
      new Affine(4, 6), new ReLU(), new Dropout({ keep: 0.7 }), new Affine(6, 3), new Softmax(),
    ], { seed }), [4]],
    ["Graph", block, [4]],
    ["Graph within Sequential", (seed) => new Sequential([block(1), new Dropout({ keep: 0.7 }), block(2)], { seed }), [4]],
  ] satisfies Row[] as Row[])("%s", (_, make, shapes) => {
    expect(complaints(make, shapes)).toBe("");
  });
});

describe("layers nobody wrote with the framework in mind pass", () => {
  const weight = [[0.3, -1.2], [0.8, 0.5], [-0.7, 1.1], [0.2, -0.4]];
  const STRANGERS: readonly Row[] = [
    ["Maxout", (seed) => new Maxout(4, 3, 2, seed), [4]],
    ["Mish", () => new Mish(), [4]],
    ["GLU", () => new GLU(), [6]],
    ["RBF", () => new RBF([[0, 1, 0.5], [1, -1, 0]]), [3]],
    ["cosine affine", () => new CosineAffine(weight), [2]],
    ["Swish with learnt slopes", () => new ColumnSwish(3), [3]],
    ["concatenated ReLU", () => new ConcatenatedReLU(), [3]],
    ["highway", (seed) => new Highway(4, seed), [4]],
    ["noisy affine", (seed) => new NoisyAffine(weight, seed), [4]],
    ["sparse affine", () => new SparseAffine([[0, 0], [1, 1], [2, 0], [3, 2]], 3), [4]],
    ["Swish", (seed) => new Swish(seed), [4]],
    ["CoinMix", (seed) => new CoinMix(seed), [[4], [4]]],
    ["concatenated ReLU before an affine layer", (seed) =>
      new Sequential([new ConcatenatedReLU(), new Affine(6, 2)], { seed }), [3]],
  ];

  test.each(STRANGERS)("%s", (_, make, shapes) => {
    expect(complaints(make, shapes)).toBe("");
  });

  test("whatever the numbers of the check", () => {
    const seeds = [1, 2, 3, 4, 5];
    expect(STRANGERS.map(([, make, shapes]) => seeds.map((seed) => complaints(make, shapes, seed)).join("")).join("")).toBe("");
  });
});
