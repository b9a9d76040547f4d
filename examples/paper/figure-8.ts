/**
 * Figure 8 of Srivastava et al. 2014: dropout makes the activations of hidden units sparse, though nobody asks for it.
 *
 * The autoencoders are those of figure 7: one hidden layer of 256 rectified linear units. They are shown test digits,
 * and all activations are counted, and the mean of each unit. In a sparse code, few units are highly active for a digit.
 */
import { Adam, Affine, Dataset, Dropout, initializers, mean, MeanSquaredError, ReLU, Sequential, type Tensor } from "chainrule";
import { experiment, option } from "chainrule/experiment";
import { loadFullMnist, loadMnist } from "chainrule/node";

/** What the hidden units make of these rows: [rows, units]. */
function activations({ layers }: Sequential, { x }: Dataset): Tensor {
  const encoder = layers.slice(0, 2).filter((layer) => layer instanceof Affine || layer instanceof ReLU);
  return new Sequential(encoder).predict(x);
}

export default experiment({
  title: "Figure 8: sparsity of activations",
  lookAt: "with dropout the units are less active, and most of them not at all for a given digit",
  options: {
    scale: option.choice("quick", { from: ["quick", "paper"], help: "quick: minutes; paper: all digits" }),
    train: option.integer(2500, { min: 1, max: 60_000, help: "digits to train on" }),
    test: option.integer(1000, { min: 1, max: 10_000, help: "other digits to test on" }),
    hidden: option.integer(256, { min: 1, max: 10_000, help: "hidden units" }),
    keep: option.number(0.5, { above: 0, max: 1, help: "probability of KEEPING a hidden unit" }),
    epochs: option.integer(20, { min: 1, max: 100_000, help: "times each digit is seen" }),
    lr: option.number(0.001, { above: 0, help: "learning rate of Adam" }),
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
    "mean-activations": {
      draw: "histogram", title: "Mean activations of hidden units", label: "mean over digits", from: 0, to: 4,
      of: (network, { test }) => mean(activations(network, test), 0).data,
    },
    activations: {
      draw: "histogram", title: "Activations of hidden units", label: "activation", from: 0, to: 8,
      of: (network, { test }) => activations(network, test).data,
    },
  },
});
