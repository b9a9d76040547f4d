/**
 * Monte-Carlo dropout: how sure a network is of digits, and of things that are no digits.
 *
 * Dropout stays on while it predicts, so that each pass asks a slightly different network. Where it has seen
 * the like in training the passes agree; where it has not, they disagree, though each of them, and the usual
 * prediction too, may name some digit with confidence. Source: Gal and Ghahramani 2016.
 */
import {
  Adam, Affine, CrossEntropy, Dropout, initializers, Parameter, predictWithDropout, ReLU, Sequential, Softmax,
  Tensor, Trainer,
} from "chainrule";
import { barChart } from "chainrule/charts";
import { option } from "chainrule/experiment";
import { loadMnist, scriptOptions } from "chainrule/node";

const given = scriptOptions("Asks a network with dropout how sure it is of digits, and of other pictures.", {
  train: option.integer(2000, { min: 1, max: 9000, help: "digits to train on" }),
  epochs: option.integer(8, { min: 1, max: 1_000_000, help: "times each digit is seen" }),
  passes: option.integer(100, { min: 2, max: 100_000, help: "predictions with dropout" }),
});
const { train, test } = await loadMnist({ train: given.train, test: 200, seed: 1 });
const network = new Sequential([
  new Affine(784, 100), new ReLU(), new Dropout({ keep: 0.6 }),
  new Affine(100, 100), new ReLU(), new Dropout({ keep: 0.6 }),
  new Affine(100, 10), new Softmax(),
], { seed: 1 });
const optimizer = new Adam({ learningRate: 0.001 });
const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer, seed: 1 });
await trainer.fit(train, { epochs: given.epochs, batchSize: 50 });
console.log(`Trained: ${(100 * (trainer.evaluate(test).accuracy ?? 0)).toFixed(1)} % of new digits right\n`);

const rows = test.size;
/** Two digits on top of each other, each pixel the brighter of both. */
const { data } = test.x;
const overlaid = data.map((value, i) => Math.max(value, data[(i + 784 * 7) % data.length] ?? 0));
const uniform = initializers.uniform({ from: 0, to: 1 });
const noise = new Parameter("noise", { shape: [rows, 784], init: uniform }, { seed: 1 });
const subjects: readonly (readonly [string, Tensor])[] = [
  ["digits", test.x],
  ["turned by 90°", new Tensor(quarterTurn(test.x), test.x.shape)],
  ["two at once", new Tensor(overlaid, test.x.shape)],
  ["negatives", new Tensor(test.x.data.map((value) => 1 - value), test.x.shape)],
  ["noise", noise.value],
];

console.log(`Means over ${rows} pictures of each kind: the probability of the class named by
the usual prediction, by the mean of ${given.passes} passes, and their standard deviation.\n`);
console.log(`${"pictures".padEnd(13)}${["usual", "passes", "sd"].map((name) => name.padStart(8)).join("")}`);
const bars = subjects.map(([name, x]) => {
  const usual = network.predict(x);
  const { mean, standardDeviation } = predictWithDropout(network, x, { passes: given.passes });
  // How probable the class is that each way of predicting names, and how far the passes lie apart about it.
  const sure = average(usual, (row) => row.best), sureOfMean = average(mean, (row) => row.best);
  const apart = average(mean, (row) => standardDeviation.data[row.at] ?? 0);
  console.log(`${name.padEnd(13)}${[sure, sureOfMean, apart].map((value) => value.toFixed(3).padStart(8)).join("")}`);
  return { name, value: apart };
});
const columns = Math.min(process.stdout.columns || 80, 80);
console.log(`\n${barChart({ title: "Standard deviation of the passes", bars }).text({ columns })}\n`);
console.log("Look at: the passes disagree more\nabout what is not a usual digit.");

/** The mean, over rows of probabilities, of something about the largest of each. */
function average({ data }: Tensor, what: (row: { best: number; at: number }) => number): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const own = data.subarray(10 * row, 10 * row + 10), best = Math.max(...own);
    sum += what({ best, at: 10 * row + own.indexOf(best) });
  }
  return sum / rows;
}

function quarterTurn({ data }: Tensor): Float32Array {
  return Float32Array.from(data, (_, i) => {
    const start = i - (i % 784), line = Math.floor((i % 784) / 28), column = i % 28;
    return data[start + 28 * column + 27 - line] ?? 0;
  });
}
