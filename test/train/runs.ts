import {
  AdaGrad, Adam, AdamW, Affine, BatchNorm, CrossEntropy, Dropout, ExponentialMovingAverage, keepSchedule, linearRamp, movingAverage,
  EarlyStopping, ReduceOnPlateau, ReLU, RMSProp, schedule, scheduleOnPlateau, Sequential, SGD, Softmax, Trainer, type Callback,
  type Optimizer, type TrainerOptions,
} from "chainrule/node";

const network = () => new Sequential([
  new Dropout({ keep: 0.9 }), new Affine(3, 6), new BatchNorm(6), new ReLU(), new Dropout({ keep: 0.6 }), new Affine(6, 2),
  new Softmax(),
], { seed: 4 });

export const OPTIMIZERS: Readonly<Record<string, () => Optimizer>> = {
  SGD: () => new SGD({ learningRate: 0.1 }),
  "SGD with momentum": () => new SGD({ learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
  "SGD with dampening": () => new SGD({ learningRate: 0.1, momentum: 0.9, dampening: 0.5 }),
  Adam: () => new Adam({ learningRate: 0.01 }),
  AdamW: () => new AdamW({ learningRate: 0.01, weightDecay: 0.1 }),
  RMSProp: () => new RMSProp({ learningRate: 0.01, momentum: 0.5, centered: true }),
  AdaGrad: () => new AdaGrad({ learningRate: 0.1 }),
};

export const CALLBACKS: Readonly<Record<string, (one: Sequential) => readonly Callback[]>> = {
  none: () => [],
  "a schedule of steps": () => [schedule(linearRamp({ from: 0.1, to: 0, steps: 9 }))],
  "a schedule of epochs": () => [schedule(linearRamp({ from: 0.1, to: 0.01, steps: 3 }), { every: "epoch" })],
  "a plateau": () => [scheduleOnPlateau(new ReduceOnPlateau({ patience: 0, factor: 0.5, threshold: 0.5 }))],
  "a moving average": () => [movingAverage(new ExponentialMovingAverage({ decay: 0.8 }))],
  "early stopping": () => [new EarlyStopping({ patience: 1 })],
  "a schedule of keep": ({ layers: [dropout] }) =>
    dropout instanceof Dropout ? [keepSchedule(dropout, (epoch) => 1 - 0.2 * epoch)] : [],
};

/** Makes the trainer that a script would make: each time it is called, one that knows nothing of the others. */
export function script(
  optimizer: () => Optimizer, callbacks: (one: Sequential) => readonly Callback[] = () => [], options: Partial<TrainerOptions> = {},
): (first?: Callback, last?: Callback) => Trainer {
  return (first = {}, last = {}) => {
    const one = network(), all = [first, ...callbacks(one), last];
    return new Trainer(one, { loss: new CrossEntropy(), optimizer: optimizer(), seed: 3, callbacks: all, ...options });
  };
}

/** Every number that training has made. */
export function digestOf(trainer: Trainer): string {
  const { network: one, optimizer, history, callbacks } = trainer;
  const kept = callbacks.map((callback) => callback.state?.(trainer));
  return JSON.stringify([one.state(), optimizer.state?.(one.parameters), history, kept, optimizer.learningRate]);
}
