/**
 * Figure 7 of Srivastava et al. 2014: the features that an autoencoder learns, without dropout and with it.
 *
 * Each digit has to come out of a single hidden layer of 256 rectified linear units as it went in. Without dropout, a
 * unit can leave to others what it does not get right; if half of the others are missing each time, it has to be of use
 * on its own. The paper finds edges, strokes and spots then, and next to nothing that can be recognized without.
 */
import { Adam, Affine, Dataset, Dropout, initializers, MeanSquaredError, ReLU, Sequential } from "chainrule";
import { experiment, option } from "chainrule/experiment";
import { loadFullMnist, loadMnist } from "chainrule/node";

/** The weights from the pixels to each hidden unit. */
function incoming({ parameters: [weights] }: Sequential, units: number): readonly (readonly number[])[] {
  const all = Array.from(weights?.value.data ?? []); // [784, units]: a unit is a column
  return Array.from({ length: units }, (_, unit) => all.filter((_, i) => i % units === unit));
}

/** How alike weights two pixels apart are: about 0 for noise, more for strokes. */
function correlation(weights: readonly number[]): number {
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  const sum = (shift: number) => weights.reduce((sum, weight, i) => (
    sum + (weight - mean) * ((weights[i + shift] ?? mean) - mean)), 0);
  return sum(2) / sum(0);
}

export default experiment({
  title: "Figure 7: features of an autoencoder",
  lookAt: "with dropout units look for strokes, without it for what seems noise",
  options: {
    scale: option.choice("quick", { from: ["quick", "paper"], help: "quick: minutes; paper: all digits" }),
    train: option.integer(2500, { min: 1, max: 60_000, help: "digits to train on" }),
    test: option.integer(1000, { min: 1, max: 10_000, help: "other digits to test on" }),
    hidden: option.integer(256, { min: 1, max: 10_000, help: "hidden units" }),
    keep: option.number(0.5, { above: 0, max: 1, help: "probability of KEEPING a hidden unit" }),
    epochs: option.integer(20, { min: 1, max: 100_000, help: "times each digit is seen" }),
    lr: option.number(0.001, { above: 0, help: "learning rate of Adam" }),
    tiles: option.integer(96, { min: 1, max: 10_000, help: "units that are drawn" }),
  },
  presets: { scale: { paper: { seeds: 3, defaults: { train: 60_000, test: 10_000, epochs: 100 } } } },
  seeds: 3,
  data: async ({ scale, train, test }, { firstSeed: seed }) => {
    const digits = await (scale === "paper" ? loadFullMnist({ train, test }) : loadMnist({ train, test, seed }));
    const itself = ({ x }: Dataset) => new Dataset(x, x);
    return { train: itself(digits.train), test: itself(digits.test), rows: "digits" };
  },
  variants: { plain: { keep: 1 }, dropout: {} },
  network({ hidden, keep }, { seed }) {
    const init = initializers.normal({ standardDeviation: 0.01 });
    return new Sequential([
      new Affine(784, hidden, { init }), new ReLU(), new Dropout({ keep }), new Affine(hidden, 784, { init }),
    ], { seed });
  },
  train: ({ lr, epochs }) => (
    { loss: new MeanSquaredError(), optimizer: new Adam({ learningRate: lr }), epochs, batchSize: 50 }),
  figures: {
    features: {
      draw: "tiles", title: "Incoming weights of hidden units", width: 28, height: 28, columns: 16,
      of: (network, { options: { hidden, tiles } }) => incoming(network, hidden).slice(0, tiles),
    },
    correlation: {
      draw: "histogram", title: "Correlation of weights two pixels apart", label: "correlation", from: -0.3, to: 0.7,
      of: (network, { options: { hidden } }) => incoming(network, hidden).map(correlation),
    },
  },
});
