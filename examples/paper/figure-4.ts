/**
 * Figure 4 of Srivastava et al. 2014: dropout helps networks of any shape, without tuning for each.
 *
 * Two to four hidden layers of 1024 or 2048 units, with dropout and without, all else alike: half of the hidden units
 * and 80 % of the pixels are kept, and max-norm caps the weights at 2. In the paper the curves are two separate bundles.
 * At quick scale widths are shrunk, and Adam trains, which takes fewer steps.
 */
import {
  Adam, Affine, CrossEntropy, Dropout, initializers, linearRamp, MaxNorm, ReLU, schedule, Sequential, SGD,
} from "chainrule";
import { experiment, option } from "chainrule/experiment";
import { loadFullMnist, loadMnist } from "chainrule/node";

const WIDTHS = [1024, 2048], LAYERS = [2, 3, 4];

export default experiment({
  title: "Figure 4: networks of many shapes, without dropout and with it",
  lookAt: "every network with dropout should be better than every one without",
  options: {
    scale: option.choice("quick", { from: ["quick", "paper"], help: "quick: minutes; paper: its sizes, and all digits" }),
    train: option.integer(1000, { min: 1, max: 60_000, help: "digits to train on" }),
    test: option.integer(5000, { min: 1, max: 10_000, help: "other digits to test on" }),
    share: option.number(0.125, { above: 0, max: 1, help: "share of the paper's hidden units" }),
    hidden: option.integers([1024, 1024], { min: 1, max: 10_000, help: "the paper's hidden units, layer by layer" }),
    keep: option.number(0.5, { above: 0, max: 1, help: "probability of KEEPING a hidden unit" }),
    keepInput: option.number(0.8, { above: 0, max: 1, help: "probability of KEEPING a pixel" }),
    maxNorm: option.number(2, { above: 0, or: ["none"], help: "longest incoming weights of a unit" }),
    epochs: option.integer(40, { min: 1, max: 100_000, help: "times each digit is seen" }),
    batchSize: option.integer(100, { min: 1, max: 60_000, help: "digits in a mini-batch" }),
    optimizer: option.choice("Adam", { from: ["Adam", "SGD"], help: "SGD has momentum 0.95, as in the paper" }),
    lr: option.number(0.002, { above: 0, help: "learning rate at first" }),
  },
  sweep: { hidden: LAYERS.flatMap((layers) => WIDTHS.map((width) => Array<number>(layers).fill(width))) },
  presets: { scale: { paper: { seeds: 3, defaults: {
    train: 60_000, test: 10_000, share: 1, epochs: 1667, optimizer: "SGD", lr: 0.025 } } } },
  seeds: 3,
  data: async ({ scale, train, test }, { firstSeed: seed }) => ({
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
  train: ({ optimizer, lr, epochs, batchSize }, { train }) => ({
    loss: new CrossEntropy(), epochs, batchSize,
    optimizer: optimizer === "SGD" ? new SGD({ learningRate: lr, momentum: 0.95 }) : new Adam({ learningRate: lr }),
    callbacks: [schedule(linearRamp({ from: lr, to: 0, steps: epochs * Math.ceil(train.size / batchSize) }))],
  }),
});
