/** The run that is killed: small, with all that a checkpoint has to hold. */
import {
  Affine, BatchNorm, checkpoint, CrossEntropy, cosineDecay, Dataset, Dropout, ExponentialMovingAverage, movingAverage, ReLU, schedule,
  Sequential, SGD, toys, Trainer, type Callback,
} from "chainrule/node";
import { createHash } from "node:crypto";

export const EPOCHS = 20, BATCH_SIZE = 16;
const ROWS = 200, STEPS = EPOCHS * Math.ceil(ROWS / BATCH_SIZE);

export function data(): Dataset {
  return toys.spirals({ rows: ROWS, seed: 5 });
}

/** Where a path is given it saves there after each step. */
export function trainerFor(path?: string, more: readonly Callback[] = []): Trainer {
  const network = new Sequential([
    new Affine(2, 32), new BatchNorm(32), new ReLU(), new Dropout({ keep: 0.8 }), new Affine(32, 64), new ReLU(),
    new Dropout({ keep: 0.5 }), new Affine(64, 3),
  ], { seed: 2 });
  return new Trainer(network, {
    loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.1, momentum: 0.9 }), seed: 6,
    callbacks: [
      ...(path === undefined ? [] : [checkpoint(path, { everySteps: 1, everyEpochs: 1 })]),
      schedule(cosineDecay({ learningRate: 0.1, steps: STEPS })), movingAverage(new ExponentialMovingAverage({ decay: 0.9 })),
      ...more,
    ],
  });
}

/** Of every number that training has made. */
export function digestOf(trainer: Trainer): string {
  const { network, optimizer, history, callbacks } = trainer;
  const kept = callbacks.flatMap((callback) => callback.state?.(trainer) ?? []);
  const all = JSON.stringify([network.state(), optimizer.state?.(network.parameters), history, kept]);
  return createHash("sha256").update(all).digest("hex");
}
