import { Add, Affine, Concat, Dropout, Graph, Multiply, ReLU, Sequential, Softmax } from "chainrule";
import { complaints, STRANGERS, type Row } from "./strangers/all.ts";

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
  test.each(STRANGERS)("%s", (_, make, shapes) => {
    expect(complaints(make, shapes)).toBe("");
  });
});
