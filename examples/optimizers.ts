/**
 * All optimizers on one problem, from the same weights and with the same batches: one chart of their losses.
 *
 * The problem is a pair of spirals that no straight line parts. What to watch: momentum is faster than plain
 * descent with the same rate; the adaptive ones (Adam, RMSProp, AdaGrad) choose a rate for each weight by
 * themselves. Each has been given a learning rate that suits it; with another one the order may be another.
 */
import {
  AdaGrad, Adam, AdamW, Affine, CrossEntropy, RMSProp, Sequential, SGD, Tanh, toys, Trainer, type Optimizer,
} from "chainrule";
import { curveChart, type Curve } from "./parts/curves.ts";
import { numbersGiven } from "./parts/numbers-given.ts";

const { epochs, rows } = numbersGiven({ epochs: 60, rows: 300 });
const data = toys.spirals({ arms: 2, turns: 0.8, rows, seed: 1 });

const optimizers: readonly (readonly [mark: string, name: string, optimizer: Optimizer])[] = [
  ["s", "SGD", new SGD({ learningRate: 0.1 })],
  ["m", "momentum", new SGD({ learningRate: 0.1, momentum: 0.9 })],
  ["n", "Nesterov", new SGD({ learningRate: 0.1, momentum: 0.9, nesterov: true })],
  ["g", "AdaGrad", new AdaGrad({ learningRate: 0.1 })],
  ["r", "RMSProp", new RMSProp({ learningRate: 0.01 })],
  ["a", "Adam", new Adam({ learningRate: 0.01 })],
  ["w", "AdamW", new AdamW({ learningRate: 0.01, weightDecay: 0.01 })],
];

const curves: Curve[] = [];
console.log("optimizer    loss after  rows right");
for (const [mark, name, optimizer] of optimizers) {
  const network = new Sequential([
    new Affine(2, 32), new Tanh(), new Affine(32, 32), new Tanh(), new Affine(32, 2),
  ], { seed: 1 });
  const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer, seed: 1 });
  const history = await trainer.fit(data, { epochs, batchSize: 20 });
  const { loss, accuracy = 0 } = trainer.evaluate(data);
  const right = (100 * accuracy).toFixed(1).padStart(8);
  console.log(`${mark} ${name.padEnd(10)} ${loss.toFixed(4).padStart(10)}  ${right} %`);
  curves.push({ mark, name, values: history.map((record) => record.loss) });
}
console.log(`\nTraining loss, epoch by epoch:\n\n${curveChart(curves, 0.02, 1)}`);
