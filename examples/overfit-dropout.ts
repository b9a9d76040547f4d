/**
 * Overfitting made on purpose: a network of six layers learns 300 digits by heart, with and without dropout.
 *
 * With so few digits and so many weights the training error goes to 0, while new digits are often misread. With dropout
 * the training error falls more slowly; whether new digits are read better depends on the seed, so only the interval
 * over all seeds can tell. After "Deep Learning from Scratch", section 6.4.
 */
import { Affine, CrossEntropy, Dropout, ReLU, Sequential, SGD } from "chainrule";
import { experiment, option } from "chainrule/experiment";
import { loadMnist } from "chainrule/node";

export default experiment({
  title: "Six layers that learn 300 digits by heart, with and without dropout",
  lookAt: "the gap between the errors on training and on new digits, and the interval of the difference",
  options: {
    train: option.integer(300, { min: 1, max: 9000, help: "digits to train on" }),
    test: option.integer(1000, { min: 1, max: 9000, help: "other digits to test on" }),
    keep: option.number(0.85, { above: 0, max: 1, help: "probability of KEEPING a hidden unit" }),
    width: option.integer(100, { min: 1, max: 4096, help: "units in each of the five hidden layers" }),
    epochs: option.integer(100, { min: 1, max: 1_000_000, help: "times each digit is seen" }),
  },
  data: async ({ train, test }, { firstSeed }) => (
    { ...await loadMnist({ train, test, seed: firstSeed }), rows: "digits" }),
  variants: { plain: { keep: 1 }, dropout: {} },
  network({ keep, width }, { seed }) {
    const layers = [784, width, width, width, width].flatMap((inputs) => (
      [new Affine(inputs, width), new ReLU(), ...(keep < 1 ? [new Dropout({ keep })] : [])]));
    return new Sequential([...layers, new Affine(width, 10)], { seed });
  },
  train: ({ epochs }) => ({
    loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.01, momentum: 0.9 }), epochs, batchSize: 100,
  }),
});
