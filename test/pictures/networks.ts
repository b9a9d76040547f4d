/** Networks that the tests of pictures draw, one of each kind. */
import {
  Affine, Concat, Conv2d, Dropout, Flatten, Graph, MaxPool2d, ReLU, residual, Sequential, Softmax, type Network,
} from "chainrule";

/** A name with all that SVG, Mermaid, DOT and terminals could take for their own syntax. */
export const HOSTILE = 'a "b" [c] <d>&amp; \\N `e` %% --> end; #35; \u001b[31m{f} $$g$$ *h* _i_\nnext |j| @k';

const keep = 0.8;

export const networks: Readonly<Record<string, () => Network>> = {
  chain: () => new Sequential([
    new Dropout({ keep }), new Affine(10, 16), new ReLU(), new Dropout({ keep: 0.6 }), new Affine(16, 3), new Softmax(),
  ], { seed: 1, name: "chain with dropout" }),
  residual: () => new Sequential([
    new Affine(4, 6), new ReLU(), residual(new Affine(6, 6), new ReLU(), new Affine(6, 6)), new Affine(6, 2),
  ], { seed: 1, name: "residual" }),
  lenet: () => new Sequential([
    new Conv2d(1, 8, 5), new ReLU(), new MaxPool2d(2), new Conv2d(8, 16, 5), new ReLU(), new MaxPool2d(2),
    new Flatten(), new Dropout({ keep }), new Affine(256, 10),
  ], { seed: 1, name: "lenet" }),
  concat: () => new Graph({ seed: 1, name: "two towers" }).input("x", [5])
    .add("wide", new Affine(5, 3), "x")
    .add("deep", new Affine(5, 4), "x").add("relu", new ReLU(), "deep").add("drop", new Dropout({ keep }), "relu")
    .add("join", new Concat(), "wide", "drop").add("out", new Affine(7, 2), "join").output("out"),
  hostile: () => new Graph({ seed: 1, name: HOSTILE }).input("x", [2])
    .add(`1. ${HOSTILE}`, new Affine(2, 2), "x").add("- item", Object.assign(new ReLU(), { name: HOSTILE }), `1. ${HOSTILE}`)
    .add("日本語".repeat(30), new Affine(2, 2), "- item").output("日本語".repeat(30)),
};
