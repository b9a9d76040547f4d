import type { Trainer } from "./trainer.ts";

export interface Evaluation {
  loss: number;
  /** From 0 to 1; undefined where labels are not classes. */
  accuracy: number | undefined;
  rows: number;
}

/** One epoch of training; loss and accuracy are over its rows, as they were seen in training. */
export interface EpochRecord {
  epoch: number;
  steps: number;
  loss: number;
  accuracy: number | undefined;
  learningRate: number;
  validation?: Evaluation;
}

/** Hears of training as it goes on. May stop it, set the learning rate, or evaluate. */
export interface Callback {
  onFitStart?(trainer: Trainer): void | Promise<void>;
  /** Before each step: what is set here, as the learning rate, holds for it. */
  onStepStart?(trainer: Trainer, step: { epoch: number; step: number; steps: number }): void;
  onStepEnd?(trainer: Trainer, step: { epoch: number; step: number; steps: number; loss: number }): void;
  onEpochEnd?(trainer: Trainer, record: EpochRecord): void | Promise<void>;
  onFitEnd?(trainer: Trainer): void | Promise<void>;
}
