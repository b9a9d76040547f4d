import { Dataset } from "../data/dataset.ts";
import { checkInstance } from "../tensor/checks.ts";
import { DataError, OptionError } from "../tensor/errors.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { EpochTotals } from "./evaluation.ts";
import type { Training } from "./training.ts";

/** Whether a last batch that is shorter than the others is used. */
export type LastBatch = "keep" | "drop";

/** Options of fit. */
export interface FitOptions {
  /**
   * How many epochs more, one that was interrupted included. Required, but after resume or a pause, where the default
   * is the rest of that fit.
   */
  epochs?: number;
  /** Default 32, and after resume that of the interrupted fit. */
  batchSize?: number;
  /** Whether a last batch with fewer rows is used (default, or as in the interrupted fit) or left out. */
  lastBatch?: LastBatch;
  /** Evaluated after each epoch. */
  validation?: Dataset;
}

/** Where a fit stands between two steps or two epochs. */
export interface Progress {
  readonly batchSize: number;
  readonly lastBatch: LastBatch;
  /** The number of the last epoch it was asked for. */
  readonly lastEpoch: number;
  /** Steps made in the epoch under way; 0 if none is. */
  step: number;
  /** The loss of the last step. */
  loss: number;
  /** What the steps of the epoch under way add up to. */
  totals: EpochTotals;
  /** How many callbacks were notified of the last step or, if no epoch is under way, of the last epoch. */
  notified: number;
  /** Whether a callback has ended the run: its last epoch may be short. */
  stopping: boolean;
}

/** A fit under way. */
export interface Run extends Progress {
  readonly data: Dataset;
  readonly validation: Dataset | undefined;
  /** Whether it was stopped from outside: it goes on later. */
  pausing: boolean;
  /** If it goes on with an interrupted one: puts the callbacks' state back, after onFitStart. */
  onStart?(): void;
}

/** A fit that was paused, or read from a checkpoint: the next call of fit goes on with it. */
export interface PendingFit extends Readonly<Progress> {
  /** In one read from a checkpoint, how the data are known again. */
  readonly data: Dataset | string;
  readonly validation: Dataset | string | undefined;
  /** @throws DataError if the data or the batches are others. */
  check(run: Run): void;
  /** Restores the state of callbacks, after onFitStart. */
  onStart(): void;
}

/** How many steps an epoch has. */
export function stepsOf({ data, batchSize, lastBatch }: Run): number {
  const batches = data.size / batchSize;
  return lastBatch === "keep" ? Math.ceil(batches) : Math.floor(batches);
}

/** Throws, before anything changes, for data the network cannot take or labels the loss cannot. */
export function checkFits({ network, loss }: Training, what: string, data: Dataset, names = network.trainedOn): void {
  checkInstance(`Trainer ${what}`, data, Dataset);
  data.names?.checkSame(`Trainer ${what}`, names);
  const outputShape = network.outputShape(data.x.shape.slice(1));
  loss.check?.([data.size, ...outputShape], data.labels);
  if (loss.labelWeight?.(data.labels) !== 0) return;
  const given = "rows that all weigh 0", allowed = "at least one row that counts";
  throw new DataError({ where: `${what}, labels`, given, allowed });
}

/** Throws, before the first step, for batches of fewer rows than a layer needs, and epochs that may use no row. */
export function checkBatches({ data, batchSize, lastBatch }: Run, { network, loss }: Training): void {
  const { size, x, labels } = data, left = size % batchSize, isKept = lastBatch === "keep";
  const needed = network.minimumRows(x.shape.slice(1)), isShort = (isKept && left > 0 ? left : batchSize) < needed;
  const countAll = isKept || labels instanceof Tensor;
  const counted = countAll ? size : labels.filter((label) => loss.labelWeight?.([label]) !== 0).length;
  if (!isShort && (isKept || counted > left)) return;
  const given = `${size} rows${counted < size ? `, ${counted} of which count,` : ""} in batches of ${batchSize}`;
  const allowed = isShort ? `batches of at least ${needed} rows` : `more rows that count than the ${left} left out`;
  const advice = `Choose another batchSize, or lastBatch: "${isKept ? "drop" : "keep"}".`;
  throw new OptionError({ where: "fit batchSize", given, allowed, advice });
}

/** Throws if a paused fit would go on with other batches, or with other rows. */
export function checkSameBatches(paused: Run, run: Run): void {
  const [allowed, given] = [paused, run].map(({ data, batchSize, lastBatch }) =>
    `${data.size} rows, batches of ${batchSize}, ${lastBatch} last`);
  const isSame = given === allowed, advice = "A new Trainer begins anew.";
  if (isSame && hasSameRows(paused.data, run.data)) return;
  throw new DataError({ where: "fit, after stop", given: isSame ? "other numbers" : given, allowed, advice });
}

function hasSameRows(a: Dataset, b: Dataset): boolean {
  const listsOf = ({ x, labels }: Dataset) => [x.data, labels instanceof Tensor ? labels.data : labels];
  const lists = listsOf(b);
  return a === b || listsOf(a).every((list, i) => list.every((value, j) => value === lists[i][j]));
}

/** Whether nothing of it is left to do, once so many epochs have their records. */
export function isOver({ step, stopping, lastEpoch }: Run, epochs: number): boolean {
  return step === 0 && (stopping || epochs >= lastEpoch);
}
