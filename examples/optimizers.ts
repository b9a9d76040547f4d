/**
 * Five optimizers on one problem, from the same weights and with the same batches.
 *
 * The problem is a pair of spirals that no straight line separates. The errors are losses; the picture shows them on
 * new points, epoch by epoch. With momentum the loss falls sooner than without it at the same rate, but need not end
 * lower; the adaptive ones (AdaGrad, RMSProp, Adam) choose a rate for each weight by themselves. Each has a learning
 * rate that suits it; --factor multiplies them all.
 */
import { AdaGrad, Adam, Affine, CrossEntropy, RMSProp, Sequential, SGD, Tanh, toys } from "chainrule";
import { experiment, option } from "chainrule/experiment";

const MAKERS = {
  SGD: (rate: number) => new SGD({ learningRate: 0.1 * rate }),
  momentum: (rate: number) => new SGD({ learningRate: 0.1 * rate, momentum: 0.9 }),
  AdaGrad: (rate: number) => new AdaGrad({ learningRate: 0.1 * rate }),
  RMSProp: (rate: number) => new RMSProp({ learningRate: 0.01 * rate }),
  Adam: (rate: number) => new Adam({ learningRate: 0.01 * rate }),
};
const names = ["SGD", "momentum", "AdaGrad", "RMSProp", "Adam"] as const;

export default experiment({
  title: "Losses of optimizers on two spirals",
  lookAt: "how early the loss falls, and how low it ends; factors change the order: --factor 0.1,1,10",
  options: {
    optimizer: option.choice("SGD", { from: names, help: "which one" }),
    factor: option.number(1, { above: 0, help: "times the usual learning rate of each" }),
    rows: option.integer(300, { min: 10, max: 100_000, help: "points to train on" }),
    epochs: option.integer(60, { min: 1, max: 1_000_000, help: "times each point is seen" }),
  },
  data({ rows }) {
    const spirals = (seed: number) => toys.spirals({ arms: 2, turns: 0.8, rows, seed });
    return { train: spirals(1), test: spirals(2), rows: "points" };
  },
  error: { decimals: 3, of: (network, { x, labels }) => new CrossEntropy().forward(network.predict(x), labels) },
  variants: Object.fromEntries(names.map((optimizer) => [optimizer, { optimizer }])),
  network: (_, { seed }) => new Sequential(
    [new Affine(2, 32), new Tanh(), new Affine(32, 32), new Tanh(), new Affine(32, 2)], { seed }),
  train: ({ optimizer, factor, epochs }) => (
    { loss: new CrossEntropy(), optimizer: MAKERS[optimizer](factor), epochs, batchSize: 20 }),
  seeds: 3,
});
