/**
 * Figure 9 of Srivastava et al. 2014: the probability of keeping a unit, with as many units, or with as many KEPT units.
 *
 * Three hidden layers; no pixel is dropped. With the network held constant, keeping little leaves few units to learn
 * with. With keep·n held constant, keeping less means a wider network, of which as many units are left each time. In the
 * paper the first is flat from 0.4 to 0.8, the second best near 0.6. At quick scale networks are smaller, and Adam
 * trains, which takes fewer steps: with SGD, networks that keep little do not learn in that time.
 */
import {
  Adam, Affine, CrossEntropy, Dropout, initializers, linearRamp, MaxNorm, ReLU, schedule, Sequential, SGD,
} from "chainrule";
import { experiment, option } from "chainrule/experiment";
import { loadFullMnist, loadMnist } from "chainrule/node";

export default experiment({
  title: "Figure 9: keep, with n fixed and with keep·n fixed",
  lookAt: "with n fixed, keeping little costs much; with keep·n fixed, far less",
  options: {
    scale: option.choice("quick", { from: ["quick", "paper"], help: "quick: minutes; paper: its sizes, and all digits" }),
    train: option.integer(2000, { min: 1, max: 60_000, help: "digits to train on" }),
    test: option.integer(5000, { min: 1, max: 10_000, help: "other digits to test on" }),
    hidden: option.integers([256, 256, 256], { min: 1, max: 10_000, help: "hidden units if n is fixed" }),
    kept: option.integers([64, 64, 128], { min: 1, max: 10_000, help: "those kept on average if keep·n is fixed" }),
    fixed: option.choice("n", { from: ["n", "keep·n"], help: "what is the same for each keep" }),
    keep: option.number(0.5, { above: 0, max: 1, help: "probability of KEEPING a hidden unit" }),
    epochs: option.integer(20, { min: 1, max: 100_000, help: "times each digit is seen" }),
    batchSize: option.integer(100, { min: 1, max: 60_000, help: "digits in a mini-batch" }),
    optimizer: option.choice("Adam", { from: ["Adam", "SGD"], help: "SGD has momentum 0.95, as in the paper" }),
    lr: option.number(0.002, { above: 0, help: "learning rate at first" }),
  },
  sweep: { keep: [0.2, 0.4, 0.6, 0.8, 1] },
  presets: { scale: { paper: {
    seeds: 3, defaults: { train: 60_000, test: 10_000, hidden: [2048, 2048, 2048], kept: [256, 256, 512], epochs: 1667,
      optimizer: "SGD", lr: 0.01 },
    sweep: { keep: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1] },
  } } },
  seeds: 3,
  data: async ({ scale, train, test }, { firstSeed: seed }) => ({
    ...await (scale === "paper" ? loadFullMnist({ train, test }) : loadMnist({ train, test, seed })), rows: "digits",
  }),
  variants: { "n fixed": { fixed: "n" }, "keep·n fixed": { fixed: "keep·n" } },
  network({ hidden, kept, fixed, keep }, { seed }) {
    // As He et al., for the inputs that are kept: what is kept is scaled up.
    const affine = (inputs: number, outputs: number, share: number) => new Affine(inputs, outputs, {
      init: initializers.normal({ standardDeviation: Math.sqrt((2 * share) / inputs) }), constraint: new MaxNorm(2) });
    const widths = fixed === "n" ? hidden : kept.map((count) => Math.ceil(count / keep));
    return new Sequential([
      ...widths.flatMap((width, i) => (
        [affine(widths[i - 1] ?? 784, width, i === 0 ? 1 : keep), new ReLU(), new Dropout({ keep })])),
      affine(widths.at(-1) ?? 784, 10, keep),
    ], { seed });
  },
  train: ({ optimizer, lr, epochs, batchSize }, { train }) => ({
    loss: new CrossEntropy(), epochs, batchSize,
    optimizer: optimizer === "SGD" ? new SGD({ learningRate: lr, momentum: 0.95 }) : new Adam({ learningRate: lr }),
    callbacks: [schedule(linearRamp({ from: lr, to: 0, steps: epochs * Math.ceil(train.size / batchSize) }))],
  }),
});
