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
});
`;
