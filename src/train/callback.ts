import type { Json } from "../nn/json-state.ts";
import type { Trainer } from "./trainer.ts";

/** What evaluate() measures over all rows of a data set, in eval. */
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

/** Is told of training as it goes on. May stop it, set the learning rate, or evaluate. Promises are awaited. */
export interface Callback {
  /** What a checkpoint calls it; default its class. */
  readonly name?: string;
  /** Before the first step of a fit. */
  onFitStart?(trainer: Trainer): void | Promise<void>;
  /** Before each step: what is set here, as the learning rate, holds for it. */
  onStepStart?(trainer: Trainer, step: { epoch: number; step: number; steps: number }): void | Promise<void>;
  /** After each step, with its loss before the update; not if none of its rows counted, and nothing was updated. */
  onStepEnd?(
    trainer: Trainer, step: { epoch: number; step: number; steps: number; loss: number },
  ): void | Promise<void>;
  /** After each epoch, its evaluation included. */
  onEpochEnd?(trainer: Trainer, record: EpochRecord): void | Promise<void>;
  /**
   * Between steps, and between batches of validation, after timers and signals had their turn: the run can be saved
   * here. stop() counts as called from outside.
   */
  onYield?(trainer: Trainer): void | Promise<void>;
  /**
   * After the last step of a fit, or if it was stopped; not if it threw. If `trainer.isPaused` the run is not over, and
   * its weights must stay as they are.
   */
  onFitEnd?(trainer: Trainer): void | Promise<void>;
  /** After all else, also if fit throws: for what must be released, as listeners. */
  onFitClose?(trainer: Trainer): void | Promise<void>;
  /** What it has seen so far, as plain data: a checkpoint keeps it. */
  state?(trainer: Trainer): Json;
  /** Takes back what state() gave, all of it or nothing. */
  load?(state: Json, trainer: Trainer): void;
}

/** Whether it is a list of objects, without holes: any of a callback's methods may be missing. */
export function areCallbacks(given: unknown): boolean {
  const isObject = (one: unknown) => typeof one === "object" && one !== null;
  return Array.isArray(given) && Array.from<unknown>(given).every(isObject);
}
