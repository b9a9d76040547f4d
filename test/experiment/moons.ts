/** Tiny trainings, or longer ones with --epochs. */
export const MOONS = `
import { Affine, CrossEntropy, Dropout, ReLU, Sequential, SGD, toys } from "chainrule";
import { experiment, option } from "chainrule/experiment";

export default experiment({
  title: "Keep on two moons",
  options: {
    keep: option.number(0.8, { above: 0, max: 1, help: "probability of keeping a hidden unit" }),
    epochs: option.integer(10, { min: 1, max: 1e6, help: "epochs" }),
  },
  data: (_, { seed }) => ({ train: toys.twoMoons({ seed }), test: toys.twoMoons({ seed: seed + 1000 }) }),
  variants: { plain: { keep: 1 }, dropout: {} },
  network: ({ keep }, { seed }) => (
    new Sequential([new Affine(2, 8), new ReLU(), new Dropout({ keep }), new Affine(8, 2)], { seed })),
  train: ({ epochs }) => (
    { loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.1 }), epochs, batchSize: 20 }),
  figures: {
    confidence: {
      draw: "lines", title: "Outputs", x: { label: "row" },
      of: (network, { test }) => ({ zero: 0, outputs: [1, 2].map((x) => ({ x, y: network.predict(test.x).data[x] })) }),
    },
    outputs: {
      draw: "histogram", title: "Outputs", from: -3, to: 3, bins: 6,
      of: (network, { test }) => network.predict(test.x).data,
    },
    weights: { draw: "tiles", title: "Weights", width: 8, height: 2, of: (network) => [network.parameters[0].value.data] },
  },
});
`;
