/** Layers nobody wrote with the framework in mind. */
import { checkLayer, format, Affine, Sequential, type AnyLayer, type Shape } from "chainrule";
import { CoinMix, Swish } from "../../fixtures/my-layer.ts";
import { ConcatenatedReLU } from "./concatenated-relu.ts";
import { CosineAffine } from "./cosine-affine.ts";
import { GLU } from "./glu.ts";
import { Highway } from "./highway.ts";
import { Maxout } from "./maxout.ts";
import { Mish } from "./mish.ts";
import { NoisyAffine } from "./noisy-affine.ts";
import { RBF } from "./rbf.ts";
import { SparseAffine } from "./sparse-affine.ts";
import { ColumnSwish } from "./swish.ts";

export type Row = readonly [string, (seed: number) => AnyLayer, Shape | readonly Shape[]];

/** All there is to see where something failed, "" where nothing did. */
export function complaints(make: (seed: number) => AnyLayer, shapes: Shape | readonly Shape[], seed = 0): string {
  const reports = [checkLayer(make, shapes, { seed }), checkLayer(make(seed), shapes, { seed })];
  return reports.filter(({ passed }) => !passed).map(format).join("\n");
}

const weight = [[0.3, -1.2], [0.8, 0.5], [-0.7, 1.1], [0.2, -0.4]];
export const STRANGERS: readonly Row[] = [
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
