/**
 * The training loop itself: the five parts of a step, beside the Trainer that runs them.
 *
 *   zero gradients → forward → loss → backward → optimizer step
 *
 * Two networks start from the same seed. A Trainer trains one, the loop below the other, and after each step both have
 * the same bits. What a Trainer adds stands around these calls: it shuffles and batches, reports, clips, stops, saves,
 * and puts everything back if a step fails.
 *
 * The second part is about networks that end in Softmax, and which loss goes with them.
 */
import {
  Affine, CrossEntropy, Dropout, NegativeLogLikelihood, ReLU, Sequential, SGD, Softmax, toys, Trainer, type Layer,
  type Network,
} from "chainrule";
import { option } from "chainrule/experiment";
import { scriptOptions } from "chainrule/node";

const { steps: STEPS } = scriptOptions("The five parts of a training step, beside the Trainer that runs them.", {
  steps: option.integer(100, { min: 1, max: 100_000, help: "steps of training" }),
});
const data = toys.spirals({ rows: 300, seed: 1 });
const newSgd = () => new SGD({ learningRate: 0.1, momentum: 0.9 });

function newNetwork(...last: readonly Layer[]): Network {
  return new Sequential([
    new Affine(2, 32), new ReLU(), new Dropout({ keep: 0.9 }), new Affine(32, 3), ...last,
  ], { seed: 1 });
}

/** The batch of a step: thirty rows of the data. */
function batchOf(step: number) {
  return data.rows(Array.from({ length: 30 }, (_, i) => (step + 10 * i) % data.size));
}

/** The five parts. Returns the loss before the update. */
function makeStep(network: Network, loss: CrossEntropy | NegativeLogLikelihood, optimizer: SGD, step: number): number {
  const { x, labels } = batchOf(step);
  network.zeroGradients();
  const prediction = network.forward(x);
  const value = loss.forward(prediction, labels);
  network.backward(loss.backward());
  optimizer.step(network.parameters);
  return value;
}

/** Whether all numbers of both networks are the same, bit for bit. */
function sameBits(a: Network, b: Network): boolean {
  const theirs = b.parameters.flatMap(({ value }) => [...value.data]);
  return a.parameters.flatMap(({ value }) => [...value.data]).every((number, i) => Object.is(number, theirs[i]));
}

async function digestOf(network: Network): Promise<string> {
  const weights = new Float32Array(network.parameters.flatMap(({ value }) => [...value.data]));
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", weights));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

console.log("The loop and the Trainer\n");
const byLoop = newNetwork(), byTrainer = newNetwork();
const loss = new CrossEntropy(), optimizer = newSgd();
const trainer = new Trainer(byTrainer, { loss: new CrossEntropy(), optimizer: newSgd() });
let same = 0;
for (let step = 0; step < STEPS; step++) {
  const loopLoss = makeStep(byLoop, loss, optimizer, step);
  const { x, labels } = batchOf(step);
  const trainerLoss = trainer.step(x, labels);
  if (Object.is(loopLoss, trainerLoss) && sameBits(byLoop, byTrainer)) same++;
  if (step === 0 || step === STEPS - 1) {
    console.log(`step ${step + 1}: loss ${loopLoss.toFixed(6)} and ${trainerLoss.toFixed(6)}`);
  }
}
console.log(`Same loss and same weights, bit for bit, after ${same} of ${STEPS} steps.`);
console.log(`SHA-256 of the weights:\n${await digestOf(byLoop)}\n`);

console.log("A network that ends in Softmax\n");
// CrossEntropy has the softmax in it: given the output of a Softmax, it throws instead of taking softmax twice.
try {
  makeStep(newNetwork(new Softmax()), new CrossEntropy(), newSgd(), 0);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  // Prints each part of the message on its own line.
  console.log(`Softmax, then CrossEntropy: ${message.replace(/([:.]|,(?= got| or)) /g, "$1\n  ")}\n`);
}
// Two right ways. The first leaves Softmax out of training and gives CrossEntropy the logits; this is what the Trainer
// does with a final Softmax, and the more exact one. The second goes through Softmax's own backward.
const onLogits = newNetwork(), throughSoftmax = newNetwork(new Softmax());
const first = makeStep(onLogits, new CrossEntropy(), newSgd(), 0);
const second = makeStep(throughSoftmax, new NegativeLogLikelihood(), newSgd(), 0);
console.log(`CrossEntropy of logits:                    loss ${first.toFixed(6)}`);
console.log(`Softmax, then NegativeLogLikelihood:       loss ${second.toFixed(6)}`);
let largest = 0, difference = 0;
const others = throughSoftmax.parameters.flatMap(({ grad }) => [...grad.data]);
onLogits.parameters.flatMap(({ grad }) => [...grad.data]).forEach((number, i) => {
  largest = Math.max(largest, Math.abs(number));
  difference = Math.max(difference, Math.abs(number - (others[i] ?? NaN)));
});
console.log(`Gradients: largest ${largest.toFixed(6)}, largest difference ${difference.toExponential(1)} (float32 rounding).`);

const trained = newNetwork(new Softmax());
new Trainer(trained, { loss: new CrossEntropy(), optimizer: newSgd() }).step(batchOf(0).x, batchOf(0).labels);
console.log(`The Trainer, given Softmax and CrossEntropy, takes the first way: ${sameBits(trained, onLogits)}.`);
console.log("\nLook at: the loop has the bits\nof the Trainer after every step.");
