import {
  Adam, Affine, BatchNorm, Conv2d, CrossEntropy, Dataset, Dropout, ReLU, Sequential, SGD, Trainer,
} from "chainrule";
import { errorOf } from "../tools.ts";

const loss = new CrossEntropy(), optimizer = new SGD({ learningRate: 0.1 });
const network = () => new Sequential([new Affine(2, 2)], { seed: 1 });
const trainer = () => new Trainer(network(), { loss, optimizer });
const data = new Dataset([[1, 2], [3, 4]], [0, 1]);

/** What takes options, and the names of those that may be left out. */
const TAKERS: readonly (readonly [name: string, options: readonly string[], make: (options: never) => unknown])[] = [
  ["Affine", ["init", "bias", "weight", "constraint", "seed"], (options) => new Affine(2, 2, options)],
  ["BatchNorm", ["momentum", "epsilon"], (options) => new BatchNorm(2, options)],
  ["Conv2d", ["stride", "padding", "dilation", "groups", "bias"], (options) => new Conv2d(1, 1, 3, options)],
  ["Dropout", ["scaling", "seed"], (options) => new Dropout(Object.assign({ keep: 0.8 }, options))],
  ["Sequential", ["seed", "name"], (options) => new Sequential([new ReLU()], options)],
  ["CrossEntropy", ["reduction", "labelSmoothing", "classWeights", "ignoreIndex"], (one) => new CrossEntropy(one)],
  ["SGD", ["momentum", "dampening", "nesterov", "weightDecay", "groups"],
    (options) => new SGD(Object.assign({ learningRate: 0.1 }, options))],
  ["Adam", ["beta1", "beta2", "epsilon", "weightDecay", "groups"],
    (options) => new Adam(Object.assign({ learningRate: 0.1 }, options))],
  ["Trainer", ["seed", "callbacks", "clip", "penalty"],
    (options) => new Trainer(network(), Object.assign({ loss, optimizer }, options))],
  ["evaluate", ["batchSize"], (options) => trainer().evaluate(data, options)],
  ["stop", ["forGood"], (options) => { trainer().stop(options); }],
];

describe.each(TAKERS)("%s throws for null, which is not the default", (name, options, make) => {
  test.each(options)("as %s", (option) => {
    const error = errorOf(() => make({ [option]: null } as never));
    expect(error).toMatchObject({ name: "OptionError", where: `${name} ${option}`, given: "null" });
  });
});

test.each(["epochs", "batchSize", "lastBatch", "validation"])("fit throws for null as %s", async (option) => {
  const given = { epochs: 1, [option]: null };
  await expect(trainer().fit(data, given as never)).rejects.toMatchObject({ where: `fit ${option}`, given: "null" });
});

test("an option that is undefined counts as left out", () => {
  const options = { momentum: undefined, groups: undefined } as unknown as { momentum: number };
  expect(new SGD({ learningRate: 0.1, ...options }).momentum).toBe(0);
});
