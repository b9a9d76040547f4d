/**
 * A network small enough to check by hand: what `npm run trace` shows, number by number.
 *
 *   x → affine → ReLU → dropout → affine → softmax cross-entropy
 *
 * Every weight is a multiple of 0.1, 1/keep is 1.25 exactly, and the mask, given here, drops one live unit in
 * each row. `npm run trace -- your-script.ts` takes any script that exports the first three of these names.
 */
import { Affine, Dropout, ReLU, Sequential, SGD, tensor } from "chainrule";

export const x = tensor([[1, 2, -1], [0.5, -1, 2]], "float64");

export const labels = [0, 1];

const W1 = tensor([[0.2, -0.4, 0.1, 0.5], [0.3, 0.1, -0.2, 0.4], [-0.1, 0.5, 0.3, -0.3]], "float64");
const b1 = tensor([0.1, 0, 0.2, -0.1], "float64");
const mask = tensor([[1, 1, 1, 0], [1, 0, 1, 1]], "float64");
const W2 = tensor([[0.3, -0.2], [-0.5, 0.4], [0.1, 0.6], [0.2, -0.1]], "float64");
const b2 = tensor([0.1, -0.1], "float64");

export const network = new Sequential([
  new Affine(3, 4, { init: W1, bias: b1 }),
  new ReLU(),
  new Dropout({ keep: 0.8 }).useMask(mask),
  new Affine(4, 2, { init: W2, bias: b2 }),
], { name: "tiny" });

export const optimizer = new SGD({ learningRate: 0.1, momentum: 0.9 });
