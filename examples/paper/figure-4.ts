/**
 * Figure 4 of Srivastava et al. 2014: dropout helps networks of any shape, without tuning for each.
 *
 * Two to four hidden layers of 1024 or 2048 units, with dropout and without, all else alike: half of the hidden units
 * and 80 % of the pixels are kept, and max-norm caps the weights at 2. In the paper the curves are two separate bundles.
 * Its widths are shrunk at quick scale.
 */
import { Affine, CrossEntropy, Dropout, linearRamp, MaxNorm, ReLU, schedule, Sequential, SGD } from "chainrule";
import { experiment, option } from "chainrule/experiment";
import { loadFullMnist, loadMnist } from "chainrule/node";

const WIDTHS = [1024, 2048], LAYERS = [2, 3, 4];

export default experiment({
  title: "Figure 4: networks of many shapes, without dropout and with it",
  lookAt: "every network with dropout should be better than every one without",
  options: {
    scale: option.choice("quick", { from: ["quick", "paper"], help: "quick: minutes; paper: its sizes, and all digits" }),
    train: option.integer(2000, { min: 1, max: 60_000, help: "digits to train on" }),
    test: option.integer(5000, { min: 1, max: 10_000, help: "other digits to test on" }),
    share: option.number(0.25, { above: 0, max: 1, help: "share of the paper's hidden units" }),
    hidden: option.integers([1024, 1024], { min: 1, max: 10_000, help: "the paper's hidden units, layer by layer" }),
    keep: option.number(0.5, { above: 0, max: 1, help: "probability of KEEPING a hidden unit" }),
    keepInput: option.number(0.8, { above: 0, max: 1, help: "probability of KEEPING a pixel" }),
    maxNorm: option.number(2, { above: 0, or: ["none"], help: "longest incoming weights of a unit" }),
    epochs: option.integer(50, { min: 1, max: 100_000, help: "times each digit is seen" }),
    batchSize: option.integer(100, { min: 1, max: 60_000, help: "digits in a mini-batch" }),
    lr: option.number(0.025, { above: 0, help: "learning rate at first" }),
  },
  sweep: { hidden: LAYERS.flatMap((layers) => WIDTHS.map((width) => Array<number>(layers).fill(width))) },
  presets: { scale: { paper: { seeds: 3, defaults: { train: 60_000, test: 10_000, share: 1, epochs: 1667 } } } },
  seeds: 3,
  data: async ({ scale, train, test }, { firstSeed: seed }) => ({
    ...await (scale === "paper" ? loadFullMnist({ train, test }) : loadMnist({ train, test, seed })), rows: "digits",
  }),
  variants: { "without dropout": { keep: 1, keepInput: 1, maxNorm: "none" }, "with dropout": {} },
  network({ hidden, share, keep, keepInput, maxNorm }, { seed }) {
    const limit = maxNorm === "none" ? {} : { constraint: new MaxNorm(maxNorm) };
    const widths = hidden.map((width) => Math.ceil(width * share));
    return new Sequential([
      new Dropout({ keep: keepInput }),
      ...widths.flatMap((width, i) => [new Affine(widths[i - 1] ?? 784, width, limit), new ReLU(), new Dropout({ keep })]),
      new Affine(widths.at(-1) ?? 784, 10, limit),
    ], { seed });
  },
  train: ({ lr, epochs, batchSize }, { train }) => ({
    loss: new CrossEntropy(), optimizer: new SGD({ learningRate: lr, momentum: 0.95 }), epochs, batchSize,
    callbacks: [schedule(linearRamp({ from: lr, to: 0, steps: epochs * Math.ceil(train.size / batchSize) }))],
  }),
});
