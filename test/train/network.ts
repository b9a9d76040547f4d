import {
  Affine, CrossEntropy, Dataset, Dropout, ReLU, SGD, Sequential, Trainer, type TrainerOptions,
} from "chainrule/node";
import { numbers, spread32 } from "../tools.ts";

/** Eleven rows of three numbers in two classes: with batches of four, the last is short. */
export const data = (): Dataset => new Dataset(spread32(11, 3), [0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 1]);

export const makeNetwork = (seed = 4): Sequential =>
  new Sequential([new Affine(3, 8), new ReLU(), new Dropout({ keep: 0.7 }), new Affine(8, 2)], { seed });

export const makeTrainer = (network = makeNetwork(), options: Partial<TrainerOptions> = {}): Trainer =>
  new Trainer(network, {
    loss: new CrossEntropy(),
    optimizer: new SGD({ learningRate: 0.1, momentum: 0.9 }),
    ...options,
  });

export const weightsOf = (trainer: Trainer): number[][] =>
  trainer.network.parameters.map(({ value }) => numbers(value));
