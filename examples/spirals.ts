/**
 * Three spirals that no straight line parts: a map of what a small network has learnt, before, during and
 * after.
 *
 * Each character is a point of the plane, named by the class the network would give it. A network without a
 * hidden layer can only cut the plane into three pieces of cake; one with a hidden layer bends its borders
 * around the arms. After CS231n, "Putting it together: minimal neural network case study".
 */
import { Adam, Affine, CrossEntropy, ReLU, Sequential, split, toys, Trainer, type Network } from "chainrule";
import { numbersGiven } from "./parts/numbers-given.ts";

const { epochs, rows } = numbersGiven({ epochs: 60, rows: 300 });
const { train, validation } = split(toys.spirals({ rows, seed: 1 }), { validation: 0.2, seed: 1 });

/** The plane from -1.1 to 1.1, a character for each small piece of it. */
function map(network: Network): string {
  const columns = 56, lines = 22, names = ".o#";
  const points = Array.from({ length: lines * columns }, (_, i) => {
    const line = Math.floor(i / columns), column = i % columns;
    return [1.1 * ((2 * column) / (columns - 1) - 1), 1.1 * (1 - (2 * line) / (lines - 1))];
  });
  const classes = network.classify(points);
  return Array.from({ length: lines }, (_, line) => {
    return `  ${classes.slice(line * columns, (line + 1) * columns).map((one) => names[one]).join("")}`;
  }).join("\n");
}

async function learn(name: string, network: Sequential): Promise<void> {
  const optimizer = new Adam({ learningRate: 0.01 });
  const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer, seed: 1 });
  await trainer.fit(train, { epochs, batchSize: 20 });
  const [learnt, others] = [train, validation].map((data) => {
    return `${(100 * (trainer.evaluate(data).accuracy ?? 0)).toFixed(1)} %`;
  });
  console.log(`${name}: ${learnt} of the training rows right, ${others} of the others\n\n${map(network)}\n`);
}

await learn("Without a hidden layer", new Sequential([new Affine(2, 3)], { seed: 1 }));
await learn("With a hidden layer of 64 units", new Sequential([
  new Affine(2, 64), new ReLU(), new Affine(64, 3),
], { seed: 1 }));
