/**
 * Batch normalisation: the same deep network with and without it, on few digits.
 *
 * It keeps what each layer is given at mean 0 and variance 1, whatever the layers before it are about to learn. So it
 * stands learning rates, and initial weights, at which the other network learns nothing or breaks down:
 * `--lr 0.01,0.1,1,3` and `--init small` show that. A training that ends in numbers that are not finite is stopped by
 * the framework, and listed as failed. Source: Ioffe and Szegedy 2015, section 4.
 */
import { Affine, BatchNorm, CrossEntropy, initializers, ReLU, Sequential, SGD } from "chainrule";
import { experiment, option } from "chainrule/experiment";
import { loadMnist } from "chainrule/node";

export default experiment({
  title: "Five hidden layers with and without BatchNorm",
  lookAt: "the test error after so few epochs, and with --lr 0.01,0.1,1,3 the learning rates that each stands",
  options: {
    norm: option.choice("with", { from: ["with", "without"], help: "BatchNorm between each affine layer and its ReLU" }),
    init: option.choice("he", { from: ["he", "small"], help: "the initial weights; small ones have the deviation 0.03" }),
    lr: option.number(0.1, { above: 0, help: "learning rate" }),
    train: option.integer(1000, { min: 50, max: 9000, help: "digits to train on" }),
    epochs: option.integer(5, { min: 1, max: 1_000_000, help: "times each digit is seen" }),
    width: option.integer(50, { min: 1, max: 4096, help: "units in each hidden layer" }),
  },
  examples: ["--lr 0.01,0.1,1,3", "--init small"],
  measureEvery: 1,
  data: async ({ train }, { firstSeed }) => ({ ...await loadMnist({ train, test: 1000, seed: firstSeed }), rows: "digits" }),
  variants: { without: { norm: "without" }, BatchNorm: {} },
  network({ norm, init, width }, { seed }) {
    const weights = init === "he" ? initializers.heNormal() : initializers.normal({ standardDeviation: 0.03 });
    const hidden = [784, width, width, width, width].flatMap((inputs) => [
      new Affine(inputs, width, { init: weights }), ...(norm === "with" ? [new BatchNorm(width)] : []), new ReLU(),
    ]);
    return new Sequential([...hidden, new Affine(width, 10, { init: weights })], { seed });
  },
  train: ({ lr, epochs }) => (
    { loss: new CrossEntropy(), optimizer: new SGD({ learningRate: lr }), epochs, batchSize: 50, lastBatch: "drop" }),
});
