/**
 * Residual blocks: does y = x + f(x) learn at depths where the plain line of layers does not?
 *
 * With small initial weights, yes: a plain line of twelve blocks learns nothing, as no gradient arrives at its first
 * layers, while the skip connections hand it back as it came. Weights after Xavier help the plain line as well, so most
 * of that difference is one of initialisation; residual blocks just depend on it less. Stochastic depth drops whole
 * branches at random in training. Source: He et al. 2016; Huang et al. 2016.
 */
import { Adam, Affine, CrossEntropy, initializers, residual, Sequential, StochasticDepth, Tanh, toys } from "chainrule";
import { experiment, option } from "chainrule/experiment";

const WIDTH = 16;

export default experiment({
  title: "Residual blocks and plain ones, with small weights and with Xavier's",
  lookAt: "plain blocks with either initialisation, and how much less that matters to residual ones",
  options: {
    block: option.choice("residual", { from: ["plain", "residual", "stochastic"], help: "the kind of block" }),
    init: option.choice("small", { from: ["small", "xavier"], help: "the weights of blocks; small has deviation 0.1" }),
    blocks: option.integer(12, { min: 1, max: 200, help: "how many, of two affine layers each" }),
    rows: option.integer(300, { min: 30, max: 100_000, help: "points to train on" }),
    epochs: option.integer(40, { min: 1, max: 1_000_000, help: "times each point is seen" }),
  },
  examples: ["--blocks 1,4,12"],
  seeds: 3,
  data({ rows }) {
    const spirals = (seed: number) => toys.spirals({ rows, seed });
    return { train: spirals(1), test: spirals(2), rows: "points" };
  },
  variants: {
    "plain, small": { block: "plain" }, "plain, Xavier": { block: "plain", init: "xavier" },
    "residual, small": {}, "residual, Xavier": { init: "xavier" }, "stochastic depth": { block: "stochastic" },
  },
  network({ block, init, blocks }, { seed }) {
    const weights = init === "xavier" ? initializers.xavierNormal() : initializers.normal({ standardDeviation: 0.1 });
    const affine = () => new Affine(WIDTH, WIDTH, { init: weights });
    const layers = Array.from({ length: blocks }, () => {
      const branch = [affine(), new Tanh(), affine()];
      if (block === "plain") return [...branch, new Tanh()];
      return [residual(...branch, ...(block === "stochastic" ? [new StochasticDepth({ keep: 0.8 })] : []))];
    });
    return new Sequential([new Affine(2, WIDTH), ...layers.flat(), new Affine(WIDTH, 3)], { seed });
  },
  train: ({ epochs }) => (
    { loss: new CrossEntropy(), optimizer: new Adam({ learningRate: 0.003 }), epochs, batchSize: 30 }),
});
