/**
 * Figure 11 of Srivastava et al. 2014: how many sampled networks it takes to match weight scaling.
 *
 * A network with dropout is many networks that share their weights. To average what they predict, k of them can be
 * sampled for each digit, or the network asked once without dropout, its weights scaled by the probability of keeping:
 * an approximation, but at the price of one network. In the paper about 50 samples come to the same test error.
 */
import {
  Accuracy, add, Affine, CrossEntropy, Dropout, linearRamp, MaxNorm, measure, predictWithDropout, ReLU, schedule,
  Sequential, SGD, softmax, type Tensor,
} from "chainrule";
import { experiment, option } from "chainrule/experiment";
import { loadFullMnist, loadMnist } from "chainrule/node";

export default experiment({
  title: "Figure 11: Monte-Carlo averaging against weight scaling",
  lookAt: "the average of sampled networks comes down to the level of weight scaling as their number grows",
  options: {
    scale: option.choice("quick", { from: ["quick", "paper"], help: "quick: minutes; paper: its sizes, and all digits" }),
    train: option.integer(3000, { min: 1, max: 60_000, help: "digits to train on" }),
    test: option.integer(2000, { min: 1, max: 10_000, help: "other digits to test on" }),
    hidden: option.integers([256, 256, 256], { min: 1, max: 10_000, help: "widths of the hidden layers" }),
    samples: option.integer(100, { min: 1, max: 10_000, help: "networks that are sampled" }),
    epochs: option.integer(20, { min: 1, max: 100_000, help: "times each digit is seen" }),
    lr: option.number(0.05, { above: 0, help: "learning rate at first" }),
  },
  presets: { scale: { paper: { seeds: 3, defaults: {
    train: 60_000, test: 10_000, hidden: [1024, 1024, 1024], epochs: 1667, lr: 0.025 } } } },
  seeds: 3,
  data: async ({ scale, train, test }, { firstSeed: seed }) => ({
    ...await (scale === "paper" ? loadFullMnist({ train, test }) : loadMnist({ train, test, seed })), rows: "digits",
  }),
  variants: { dropout: {} },
  network: ({ hidden }, { seed }) => new Sequential([
    new Dropout({ keep: 0.8 }),
    ...hidden.flatMap((width, i) => [
      new Affine(hidden[i - 1] ?? 784, width, { constraint: new MaxNorm(2) }), new ReLU(), new Dropout({ keep: 0.5 })]),
    new Affine(hidden.at(-1) ?? 784, 10),
  ], { seed }),
  train: ({ lr, epochs }, { train }) => ({
    loss: new CrossEntropy(), optimizer: new SGD({ learningRate: lr, momentum: 0.95 }), epochs, batchSize: 100,
    callbacks: [schedule(linearRamp({ from: lr, to: 0, steps: epochs * Math.ceil(train.size / 100) }))],
  }),
  figures: {
    samples: {
      draw: "lines", title: "Test error (%) over the number of sampled networks", x: { label: "k" }, y: { unit: " %" },
      of(network, { test, options: { samples } }) {
        const error = ({ accuracy }: { accuracy: Accuracy }) => 100 * (1 - accuracy.value);
        const points = [];
        let sum: Tensor | undefined;
        for (let k = 1; k <= samples; k++) {
          const probabilities = softmax(predictWithDropout(network, test.x, { passes: 1, seed: k }).mean);
          sum = sum === undefined ? probabilities : add(sum, probabilities);
          const accuracy = new Accuracy();
          accuracy.add(sum, test.labels);
          points.push({ x: k, y: error({ accuracy }) });
        }
        const scaled = error(measure(network, test, { accuracy: new Accuracy() }));
        return { "weight scaling": scaled, "Monte-Carlo averaging": points };
      },
    },
  },
});
