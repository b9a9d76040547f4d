/**
 * Three spirals that no straight line parts: maps of what a small network has learnt, before, during and after.
 *
 * Each character is a point of the plane, named by the class the network would give it. A network without a hidden layer
 * can only cut the plane into three pieces of cake; one with a hidden layer bends its borders around the arms. After CS231n, "Putting it together: minimal neural network case study".
 */
import { Adam, Affine, CrossEntropy, ReLU, Sequential, split, toys, Trainer, type Network } from "chainrule";
import { option } from "chainrule/experiment";
import { scriptOptions } from "chainrule/node";

const { epochs, rows } = scriptOptions("Trains two networks on three spirals, and draws what they have learnt.", {
  epochs: option.integer(60, { min: 2, max: 1_000_000, help: "times each point is seen" }),
  rows: option.integer(300, { min: 30, max: 100_000, help: "points" }),
});
const { train, validation } = split(toys.spirals({ rows, seed: 1 }), { validation: 0.2, seed: 1 });

/** The plane from -1.1 to 1.1, a character for each small piece of it. */
function map(network: Network): string {
  const columns = Math.max(16, Math.min((process.stdout.columns || 80) - 2, 48)), lines = 18, names = ".o#";
  const points = Array.from({ length: lines * columns }, (_, i) => {
    const line = Math.floor(i / columns), column = i % columns;
    return [1.1 * ((2 * column) / (columns - 1) - 1), 1.1 * (1 - (2 * line) / (lines - 1))];
  });
  const classes = network.classify(points);
  return Array.from({ length: lines }, (_, line) => {
    return `  ${classes.slice(line * columns, (line + 1) * columns).map((one) => names[one]).join("")}`;
  }).join("\n");
}

/** Trains for so many epochs more, and draws what is learnt by then. */
async function learn(name: string, trainer: Trainer, more: number): Promise<void> {
  if (more > 0) await trainer.fit(train, { epochs: more, batchSize: 20 });
  const [learnt, others] = [train, validation].map((data) => {
    return `${(100 * (trainer.evaluate(data).accuracy ?? 0)).toFixed(1)} %`;
  });
  console.log(`${name}:\n${learnt} of the training rows right, ${others} of the others\n\n${map(trainer.network)}\n`);
}

function trainerOf(network: Sequential): Trainer {
  return new Trainer(network, { loss: new CrossEntropy(), optimizer: new Adam({ learningRate: 0.01 }), seed: 1 });
}

const flat = trainerOf(new Sequential([new Affine(2, 3)], { seed: 1 }));
await learn(`Without a hidden layer, after ${epochs} epochs`, flat, epochs);
const deep = trainerOf(new Sequential([new Affine(2, 64), new ReLU(), new Affine(64, 3)], { seed: 1 }));
const early = Math.ceil(epochs / 10);
await learn("With a hidden layer of 64 units, before training", deep, 0);
await learn(`With a hidden layer of 64 units, after ${early} epochs`, deep, early);
await learn(`With a hidden layer of 64 units, after ${epochs} epochs`, deep, epochs - early);
console.log("Look at: only with a hidden layer do\nthe borders bend around the arms.");
