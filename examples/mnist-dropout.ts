/**
 * Does dropout help: two networks that differ in nothing else learn to read handwritten digits.
 *
 * One is plain; the other drops a fifth of the pixels and half of the hidden units in training. Both begin with the
 * same weights and see the same digits in the same order. Srivastava et al. 2014 asked the same; --full is their recipe.
 */
import {
  Affine, CrossEntropy, Dropout, initializers, linearRamp, MaxNorm, ReLU, schedule, Sequential, SGD,
} from "chainrule";
import { experiment, option } from "chainrule/experiment";
import { loadFullMnist, loadMnist } from "chainrule/node";

const DROP = "PyTorch's p and Keras's rate are the probability to DROP: keep = 1 - p, so --keep 0.8 for a p of 0.2.";

export default experiment({
  title: "MNIST with and without dropout",
  options: {
    full: option.flag({ help: "all digits: the official 60000 to train on, the official 10000 to test on" }),
    train: option.integer(1000, { min: 1, max: 60_000, help: "digits to train on" }),
    test: option.integer(5000, { min: 1, max: 10_000, help: "other digits to test on" }),
    hidden: option.integers([512], { min: 1, max: 10_000, most: 10, help: "widths of the hidden layers, in order" }),
    keep: option.number(0.5, { above: 0, max: 1, help: "probability of KEEPING a hidden unit" }),
    keepInput: option.number(0.8, { above: 0, max: 1, help: "probability of KEEPING a pixel" }),
    scaling: option.choice("inverted", {
      from: ["inverted", "at-eval"],
      help: "divide by keep in training, or, as in the paper, multiply by it at test time",
    }),
    init: option.number("he", { above: 0, or: ["he"], help: "standard deviation of the first weights" }),
    epochs: option.integer(60, { min: 1, max: 1_000_000, help: "times each digit is seen" }),
    batchSize: option.integer(50, { min: 1, max: 60_000, help: "digits in a mini-batch" }),
    lr: option.number(0.1, { above: 0, help: "learning rate" }),
    decay: option.choice("none", { from: ["none", "linear"], help: "fall of the learning rate, to 0" }),
    momentum: option.number(0, { min: 0, below: 1, help: "momentum of SGD" }),
    maxNorm: option.number("none", { above: 0, or: ["none"], help: "longest incoming weights of a hidden unit" }),
  },
  presets: { full: { true: { name: "mnist-full", seeds: 1, defaults: {
    train: 6e4, test: 1e4, hidden: [1024, 1024], init: 0.01, batchSize: 100, lr: 0.025, decay: "linear", momentum: 0.95,
    maxNorm: 2 } } } },
  hints: { drop: DROP, dropout: DROP, rate: DROP, p: DROP, learningRate: "Did you mean --lr?" },
  examples: ["--train 500 --hidden 256 --epochs 40 --seeds 3", "--keep 0.3,0.5,0.8 --seeds 10", "--full --epochs 20"],
  measureEvery: 5,
  data: async ({ full, train, test }, { firstSeed: seed }) => ({
    ...await (full ? loadFullMnist({ train, test }) : loadMnist({ train, test, seed })), picture: [28, 28], rows: "digits",
  }),
  variants: { plain: { keep: 1, keepInput: 1 }, dropout: {} },
  network({ hidden, keep, keepInput, scaling, init, maxNorm }, { seed }) {
    const drop = (p: number) => (keep < 1 || keepInput < 1 ? [new Dropout({ keep: p, scaling })] : []);
    const start = init === "he" ? {} : { init: initializers.normal({ standardDeviation: init }) };
    const limit = maxNorm === "none" ? {} : { constraint: new MaxNorm(maxNorm) };
    const layers = hidden.flatMap((width, i) => (
      [new Affine(hidden[i - 1] ?? 784, width, { ...start, ...limit }), new ReLU(), ...drop(keep)]));
    return new Sequential([...drop(keepInput), ...layers, new Affine(hidden.at(-1) ?? 784, 10, start)], { seed });
  },
  train({ lr, momentum, decay, epochs, batchSize }, { train }) {
    const steps = epochs * Math.ceil(train.size / batchSize);
    const callbacks = decay === "linear" ? [schedule(linearRamp({ from: lr, to: 0, steps }))] : [];
    const optimizer = new SGD({ learningRate: lr, momentum });
    return { loss: new CrossEntropy(), optimizer, epochs, batchSize, callbacks };
  },
});
