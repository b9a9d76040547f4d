/**
 * Residual blocks: a network with branches, y = x + f(x), learns at depths where the plain line of layers
 * does not.
 *
 * The skip connection of each block hands the gradient back as it came. The deeper the plain network, the less
 * of it arrives at the first layer; with the short ways it hardly matters. Stochastic depth, in the last
 * column, drops whole branches at random in training. Source: He et al. 2016; Huang et al. 2016.
 */
import {
  Adam, Affine, CrossEntropy, initializers, residual, Sequential, StochasticDepth, Tanh, toys, Trainer,
  type Layer,
} from "chainrule";
import { numbersGiven } from "./parts/numbers-given.ts";

const { rows, epochs } = numbersGiven({ rows: 300, epochs: 40 });
const data = toys.spirals({ rows, seed: 1 });
const width = 16;

/** What a block computes besides the short way: two affine layers with small weights. */
const branch = (): Layer[] => {
  const init = initializers.normal({ standardDeviation: 0.1 });
  return [new Affine(width, width, { init }), new Tanh(), new Affine(width, width, { init })];
};
const residualBlock = () => [residual(...branch())];
const kinds: readonly (readonly [string, () => Layer[]])[] = [
  ["plain", () => [...branch(), new Tanh()]],
  ["residual", residualBlock],
  ["with stochastic depth", () => [residual(...branch(), new StochasticDepth({ keep: 0.8 }))]],
];
const network = (blocks: number, block: () => Layer[]) => new Sequential([
  new Affine(2, width), ...Array.from({ length: blocks }, block).flat(), new Affine(width, 3),
], { seed: 1 });

console.log(`One residual block in a summary:\n\n${network(1, residualBlock).summary()}\n`);
console.log(`Rows right after ${epochs} epochs, and the first layer's gradient in the last step:\n`);
console.log(`blocks  ${kinds.map(([name]) => name.padStart(23)).join("")}`);
for (const blocks of [1, 4, 12]) {
  const cells: string[] = [];
  for (const [, block] of kinds) {
    const deep = network(blocks, block);
    const optimizer = new Adam({ learningRate: 0.003 });
    const trainer = new Trainer(deep, { loss: new CrossEntropy(), optimizer, seed: 1 });
    await trainer.fit(data, { epochs, batchSize: 30 });
    const { accuracy = 0 } = trainer.evaluate(data), [first] = deep.parameters;
    const size = Math.hypot(...(first?.grad.data ?? []));
    cells.push(`${(100 * accuracy).toFixed(1)} %, ${size.toExponential(0)}`.padStart(23));
  }
  console.log(`${String(blocks).padStart(6)}  ${cells.join("")}`);
}
