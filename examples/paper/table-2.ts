/**
 * Table 2 of Srivastava et al. 2014: the test error on MNIST of networks without dropout and with it, and with more.
 *
 * Dropout keeps half of the hidden units and 80 % of the pixels. The rows add one thing each: dropout, rectified linear
 * units, max-norm, which caps the length of each unit's incoming weights, and units. Momentum is 0.95; the learning
 * rate falls to 0. The paper trains with a million mini-batches of 100; its widths are shrunk at quick scale.
 */
import {
  Affine, CrossEntropy, Dropout, initializers, linearRamp, MaxNorm, ReLU, schedule, Sequential, SGD, Sigmoid,
} from "chainrule";
import { experiment, option } from "chainrule/experiment";
import { loadFullMnist, loadMnist } from "chainrule/node";

export default experiment({
  title: "Table 2: MNIST without dropout and with it",
  lookAt: "each row should be better than the one above; the paper has 1.60, 1.35, 1.25, 1.06, 1.04, 1.01 and 0.95 %",
  options: {
    scale: option.choice("quick", { from: ["quick", "paper"], help: "quick: minutes; paper: its sizes, and all digits" }),
    train: option.integer(2000, { min: 1, max: 60_000, help: "digits to train on" }),
    test: option.integer(5000, { min: 1, max: 10_000, help: "other digits to test on" }),
    share: option.number(0.25, { above: 0, max: 1, help: "share of the paper's hidden units" }),
    hidden: option.integers([1024, 1024, 1024], { min: 1, max: 10_000, help: "the paper's hidden units, layer by layer" }),
    units: option.choice("ReLU", { from: ["logistic", "ReLU"], help: "what hidden units compute" }),
    keep: option.number(0.5, { above: 0, max: 1, help: "probability of KEEPING a hidden unit" }),
    keepInput: option.number(0.8, { above: 0, max: 1, help: "probability of KEEPING a pixel" }),
    scaling: option.choice("inverted", { from: ["inverted", "at-eval"], help: "at-eval: at test time, as in the paper" }),
    maxNorm: option.number(2, { above: 0, or: ["none"], help: "longest incoming weights of a unit" }),
    init: option.number("he", { above: 0, or: ["he"], help: "standard deviation of the first weights" }),
    epochs: option.integer(50, { min: 1, max: 100_000, help: "times each digit is seen" }),
    batchSize: option.integer(100, { min: 1, max: 60_000, help: "digits in a mini-batch" }),
    lr: option.number(0.025, { above: 0, help: "learning rate at first" }),
  },
  presets: { scale: { paper: {
    seeds: 3, defaults: {
      train: 60_000, test: 10_000, share: 1, scaling: "at-eval", init: 0.01, lr: 0.1, epochs: 1667 } } } },
  seeds: 3,
  measureEvery: 10,
  data: async ({ scale, train, test }, { firstSeed: seed }) => ({
    ...await (scale === "paper" ? loadFullMnist({ train, test }) : loadMnist({ train, test, seed })), rows: "digits",
  }),
  variants: {
    "plain logistic 2x800": {
      hidden: [800, 800], units: "logistic", init: "he", lr: 0.1, keep: 1, keepInput: 1, maxNorm: "none" },
    "dropout logistic 3x1024": { units: "logistic", init: "he", lr: 0.1, maxNorm: "none" },
    "dropout ReLU 3x1024": { maxNorm: "none" },
    "max-norm ReLU 3x1024": {},
    "max-norm ReLU 3x2048": { hidden: [2048, 2048, 2048] },
    "max-norm ReLU 2x4096": { hidden: [4096, 4096] },
    "max-norm ReLU 2x8192": { hidden: [8192, 8192] },
  },
  network({ hidden, share, units, keep, keepInput, scaling, maxNorm, init }, { seed }) {
    const start = init === "he" ? {} : { init: initializers.normal({ standardDeviation: init }) };
    const how = { ...start, ...(maxNorm !== "none" && { constraint: new MaxNorm(maxNorm) }) };
    const widths = hidden.map((width) => Math.ceil(width * share));
    return new Sequential([
      new Dropout({ keep: keepInput, scaling }),
      ...widths.flatMap((width, i) => [
        new Affine(widths[i - 1] ?? 784, width, how), units === "ReLU" ? new ReLU() : new Sigmoid(),
        new Dropout({ keep, scaling })]),
      new Affine(widths.at(-1) ?? 784, 10, how),
    ], { seed });
  },
  train({ lr, epochs, batchSize }, { train }) {
    const steps = epochs * Math.ceil(train.size / batchSize);
    return {
      loss: new CrossEntropy(), optimizer: new SGD({ learningRate: lr, momentum: 0.95 }), epochs, batchSize,
      callbacks: [schedule(linearRamp({ from: lr, to: 0, steps }))],
    };
  },
});
