import type { Dataset } from "../data/dataset.ts";
import type { Network } from "../network/network.ts";
import { checkInteger, checkNoPromise } from "../tensor/checks.ts";
import { DataError, OptionError } from "../tensor/errors.ts";
import type { EpochTotals } from "./epoch-totals.ts";
import type { FitOptions, Trainer } from "./trainer.ts";

/** Whether a last batch that is shorter than the others is used. */
export type LastBatch = "keep" | "drop";

/** A fit under way: what it was asked for, and where it stands between two steps or two epochs. */
export interface Run {
  readonly data: Dataset;
  readonly validation: Dataset | undefined;
  readonly batchSize: number;
  readonly lastBatch: LastBatch;
  /** The number of the last epoch it was asked for. */
  readonly until: number;
  /** Steps made in the epoch under way; 0 where none is. */
  step: number;
  /** The loss of the last step. */
  loss: number;
  /** What the steps of the epoch under way add up to. */
  tally: EpochTotals;
  /** How many callbacks have heard of the last step or, where no epoch is under way, of the last epoch. */
  heard: number;
  /** Whether a callback has ended the run: its last epoch may be short. */
  stopping: boolean;
  /** Whether it was stopped from outside: it goes on later. */
  pausing: boolean;
  /** Where it goes on with a saved one: puts the callbacks' state back once they have heard of the start. */
  onStart?(): void;
}

/** Gives a saved fit its data. @throws DataError where these are others, with nothing changed. */
export type PendingFit = (data: Dataset, options: FitOptions) => Run;

/** How many steps an epoch has. */
export function stepsOf({ data, batchSize, lastBatch }: Run): number {
  const batches = data.size / batchSize;
  return lastBatch === "keep" ? Math.ceil(batches) : Math.floor(batches);
}

/** Refuses, before the first step, an epoch without a batch, and batches of fewer rows than a layer needs. */
export function checkBatches(run: Run, network: Network): void {
  const { data, batchSize, lastBatch } = run, needed = network.minimumRows(data.x.shape.slice(1));
  const last = data.size - batchSize * (stepsOf(run) - 1), smallest = Math.min(last, batchSize);
  if (stepsOf(run) > 0 && smallest >= needed) return;
  const of = `of ${data.size} rows, batches of ${batchSize}`;
  const given = stepsOf(run) === 0 ? `no batch, ${of}, the last one dropped` : `a batch of ${smallest} row, ${of}`;
  const advice = lastBatch === "keep" && batchSize >= needed && data.size > batchSize
    ? 'Say lastBatch: "drop", or choose another batchSize.' : "Choose another batchSize.";
  throw new OptionError({ where: "fit batchSize", given, allowed: `batches of at least ${needed} rows`, advice });
}

/** Whether nothing of it is left to do, once so many epochs have their records. */
export function isOver({ step, stopping, until }: Run, epochs: number): boolean {
  return step === 0 && (stopping || epochs >= until);
}

/** How a fit that is paused goes on: with the same rows, and with what its callbacks keep as it is now. */
export function continued(run: Run, trainer: Trainer): PendingFit {
  const { callbacks } = trainer;
  const kept = callbacks.map((callback) => checkNoPromise("Callback.state", callback.state?.(trainer)));
  const begun = () => kept.forEach((state, i) => {
    if (state !== undefined) checkNoPromise<unknown>("Callback.load", callbacks[i].load?.(state, trainer));
  });
  return (data, { epochs, batchSize = run.batchSize, lastBatch = run.lastBatch, validation }) => {
    const sizeOf = (set: Dataset, size: number, last: LastBatch) =>
      `${set.size} rows, batches of ${size}, ${last} last`;
    const given = sizeOf(data, batchSize, lastBatch), allowed = sizeOf(run.data, run.batchSize, run.lastBatch);
    const advice = "The fit that was stopped goes on. To leave it as it is, make a new Trainer with the same network.";
    if (given !== allowed) throw new DataError({ where: "fit, after stop", given, allowed, advice });
    const until = epochs === undefined ? run.until
      : trainer.history.length + checkInteger("fit epochs", epochs, { min: 0 });
    return { ...run, data, validation, until, pausing: false, onStart: begun };
  };
}
