/**
 * Figure 10 of Srivastava et al. 2014: how much dropout helps, by the size of the training set.
 *
 * The same three hidden layers learn from more and more digits, with as many mini-batches each time; with dropout half
 * of the hidden units and 80 % of the pixels are kept. In the paper dropout gains nothing with 100 and 500 digits, then
 * more and more, and less again with 50,000. At quick scale widths are shrunk, Adam trains, which takes fewer steps, and
 * each seed draws its own digits.
 */
import {
  Adam, Affine, CrossEntropy, Dropout, initializers, linearRamp, MaxNorm, ReLU, schedule, Sequential, SGD,
} from "chainrule";
import { experiment, option } from "chainrule/experiment";
import { loadFullMnist, loadMnist } from "chainrule/node";

export default experiment({
  title: "Figure 10: dropout and the size of the training set",
  lookAt: "the gap between the two, small at 100 digits, should grow and later shrink",
  options: {
    scale: option.choice("quick", { from: ["quick", "paper"], help: "quick: minutes; paper: its sizes, and all digits" }),
    train: option.integer(1000, { min: 1, max: 60_000, help: "digits to train on" }),
    test: option.integer(2000, { min: 1, max: 10_000, help: "other digits to test on" }),
    share: option.number(0.125, { above: 0, max: 1, help: "share of the paper's hidden units" }),
    hidden: option.integers([1024, 1024, 2048], { min: 1, max: 10_000, help: "the paper's hidden units, layer by layer" }),
    keep: option.number(0.5, { above: 0, max: 1, help: "probability of KEEPING a hidden unit" }),
    keepInput: option.number(0.8, { above: 0, max: 1, help: "probability of KEEPING a pixel" }),
    maxNorm: option.number(2, { above: 0, or: ["none"], help: "longest incoming weights of a unit" }),
    steps: option.integer(500, { min: 1, max: 10_000_000, help: "mini-batches to train with, in whole epochs" }),
    batchSize: option.integer(100, { min: 1, max: 60_000, help: "digits in a mini-batch" }),
    optimizer: option.choice("Adam", { from: ["Adam", "SGD"], help: "SGD has momentum 0.95, as in the paper" }),
    lr: option.number(0.002, { above: 0, help: "learning rate at first" }),
  },
  sweep: { train: [100, 500, 1000, 3000, 8000] },
  presets: { scale: { paper: {
    seeds: 3, defaults: { test: 10_000, share: 1, steps: 1_000_000, optimizer: "SGD", lr: 0.025 },
    sweep: { train: [100, 500, 1000, 5000, 10_000, 50_000] },
  } } },
  seeds: 3,
  data: async ({ scale, train, test }, { seed }) => ({
    ...await (scale === "paper" ? loadFullMnist({ train, test }) : loadMnist({ train, test, seed })), rows: "digits",
  }),
  variants: { "without dropout": { keep: 1, keepInput: 1, maxNorm: "none" }, "with dropout": {} },
  network({ hidden, share, keep, keepInput, maxNorm }, { seed }) {
    const limit = maxNorm === "none" ? {} : { constraint: new MaxNorm(maxNorm) };
    // As He et al., for the inputs that are kept: what is kept is scaled up.
    const affine = (inputs: number, outputs: number, kept: number) => new Affine(inputs, outputs, {
      init: initializers.normal({ standardDeviation: Math.sqrt((2 * kept) / inputs) }), ...limit });
    const widths = hidden.map((width) => Math.ceil(width * share));
    return new Sequential([
      new Dropout({ keep: keepInput }),
      ...widths.flatMap((width, i) => (
        [affine(widths[i - 1] ?? 784, width, i === 0 ? keepInput : keep), new ReLU(), new Dropout({ keep })])),
      affine(widths.at(-1) ?? 784, 10, keep),
    ], { seed });
  },
  train({ optimizer, lr, steps, batchSize }, { train }) {
    const inEpoch = Math.ceil(train.size / batchSize), epochs = Math.ceil(steps / inEpoch);
    return {
      loss: new CrossEntropy(), epochs, batchSize,
      optimizer: optimizer === "SGD" ? new SGD({ learningRate: lr, momentum: 0.95 }) : new Adam({ learningRate: lr }),
      callbacks: [schedule(linearRamp({ from: lr, to: 0, steps: epochs * inEpoch }))],
    };
  },
});
