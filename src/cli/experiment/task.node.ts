/** One training of an experiment: measured on the way, saved now and then, stopped when asked. */
import type { Dataset } from "../../data/dataset.ts";
import type { ErrorMeasure, Experiment, Values } from "../../experiment/experiment.ts";
import { measureFigures, type FiguresData } from "../../experiment/figures.ts";
import { withWeightsUnchanged } from "../../experiment/unchanged.ts";
import type { Network } from "../../network/network.ts";
import type { Json } from "../../nn/json-state.ts";
import type { Progress } from "../../report/progress.ts";
import type { EpochPoint } from "../../report/result.ts";
import { loadCheckpoint, saveCheckpoint } from "../../serialize/checkpoint/files.node.ts";
import { ChainruleError, DataError, show } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { networkToJson } from "../../serialize/describe.ts";
import { checkpoint } from "../../train/callbacks/checkpoint.node.ts";
import { Trainer, type Callback } from "../../train/trainer.ts";
import { networkOf, recipeOf } from "./calls.ts";
import { RecordedDataset, weightsDigest } from "./fingerprints.node.ts";
import { measuredCount } from "./measured.ts";
import { checkMemory } from "./memory.node.ts";
import { intervalOf, measurementsAfter, isMeasured, Stopwatch } from "./stopwatch.ts";

/** Where a training is saved, and what it goes by. */
export interface TaskSettings {
  readonly options: Values;
  readonly seed: number;
  readonly measureEvery: number | undefined;
  /** Of its checkpoint; undefined for nowhere. */
  readonly path: string | undefined;
  readonly resumes: boolean;
}

export interface TaskEvents {
  progress(progress: Progress, isMeasurement: boolean): void;
  /** Why it could not be saved. */
  note(sentence: string): void;
  /** Whether somebody wants it to stop. */
  isAskedToStop(): boolean;
}

export interface TaskOutcome {
  readonly initialWeightsDigest: string;
  readonly batchOrderDigest: string;
  readonly finalWeightsDigest: string;
  readonly epochs: readonly EpochPoint[];
  /** What the network was asked for the experiment's own figures; undefined if it has none. */
  readonly figures?: FiguresData;
  readonly samples: number;
  readonly trainingSeconds: number;
  readonly network: Network;
}

/** Milliseconds between two looks at the progress, seconds between two checkpoints. */
const OFTEN = 100, SAVED_EVERY = 10;

/** The share of rows in the wrong class, in percent: counted, so that equal counts give equal numbers; or the loss. */
function errorOf(trainer: Trainer, data: Dataset, measure: ErrorMeasure | undefined): number {
  if (measure !== undefined) {
    const { network } = trainer, where = "experiment error.of()";
    const error: unknown = withWeightsUnchanged(where, network, () => measure.of(network, data));
    if (typeof error === "number" && !Number.isNaN(error)) return error;
    throw new DataError({ where, given: show(error), allowed: "a number" });
  }
  const { accuracy, loss, rows } = trainer.evaluate(data);
  return accuracy === undefined ? loss : (100 * (rows - Math.round(accuracy * rows))) / rows;
}

/** The first rows of a set, or all of it: a view, not a copy. */
function firstRows(from: Dataset, count: number): Dataset {
  if (count >= from.size) return from;
  return new RecordedDataset(cut(from.x, count), from.labels instanceof Tensor
    ? cut(from.labels, count) : from.labels.slice(0, count));
}

function cut({ data, shape: [, ...rest] }: Tensor, count: number): Tensor {
  const width = rest.reduce((product, size) => product * size, 1);
  return new Tensor(data.subarray(0, count * width), [count, ...rest]);
}

/** What a checkpoint keeps of a training beside the trainer's own state. */
interface Kept {
  readonly points: readonly EpochPoint[];
  readonly samples: number;
  readonly order: string;
  readonly seconds: number;
}

/** Why a network cannot be saved, such as a class that is not registered; undefined if it can be. */
export function obstacleToSaving(network: Network): ChainruleError | undefined {
  try {
    networkToJson(network);
    return undefined;
  } catch (error) {
    if (error instanceof ChainruleError) return error;
    throw error;
  }
}

/**
 * Trains one network. The trainer's seed orders the batches; the network's draws the weights and the masks.
 * @returns undefined if it was asked to stop, and has been saved.
 * @throws NumericError if training diverges; DataError for a checkpoint of another training.
 */
export async function runTask(
  subject: Experiment, settings: TaskSettings, data: { readonly train: Dataset; readonly test: Dataset },
    events: TaskEvents,
): Promise<TaskOutcome | undefined> {
  const { definition } = subject, { options, seed } = settings, context = { seed, train: data.train };
  const network = networkOf(subject, options, context), recipe = recipeOf(subject, options, context);
  const { loss, optimizer, epochs, batchSize = 32, lastBatch, callbacks: own = [], ...rules } = recipe;
  const every = intervalOf(settings.measureEvery ?? definition.measureEvery, epochs);
  checkMemory(network);
  const path = obstacleToSaving(network) === undefined ? settings.path : undefined;
  const initialWeightsDigest = weightsDigest(network);
  const train = new RecordedDataset(data.train.x, data.train.labels);
  const measuredRows = firstRows(data.train, measuredCount(data.train));
  const watch = new Stopwatch(), points: EpochPoint[] = [];
  let samples = 0, told = performance.now(), begunAt = 0;

  const report = (done: number, measured: boolean) => {
    told = performance.now();
    const last = points.findLast((point) => point.testError !== null);
    events.progress({
      epochs, done, loss: points.at(-1)?.loss ?? null,
      trainError: last?.trainError ?? null, testError: last?.testError ?? null,
      samplesPerSecond: watch.trainingSeconds > 0 ? samples / watch.trainingSeconds : null,
      secondsLeft: watch.secondsLeft(done - begunAt, epochs - done, measurementsAfter(Math.floor(done), epochs, every)),
    }, measured);
  };

  const runLog: Callback = {
    name: "runLog",
    onStepEnd(_, { epoch, step, steps }) {
      watch.train(epoch - 1 + step / steps - begunAt);
      samples += Math.min(batchSize, train.size - (step - 1) * batchSize);
      if (step < steps && performance.now() - told > OFTEN) report(epoch - 1 + step / steps, false);
    },
    onYield(trainer) {
      if (events.isAskedToStop()) trainer.stop();
    },
    onEpochEnd(trainer, record) {
      watch.train(record.epoch - begunAt);
      const measured = isMeasured(record.epoch, epochs, every);
      const trainError = measured ? errorOf(trainer, measuredRows, definition.error) : null;
      const testError = measured ? errorOf(trainer, data.test, definition.error) : null;
      if (measured) watch.measure();
      points.push({ epoch: record.epoch, loss: record.loss, trainError, testError });
      if (measured || performance.now() - told > OFTEN) report(record.epoch, measured);
    },
    state: () => ({
      points: points.map((point): Json => ({ ...point })), samples, order: train.batchOrderDigest,
        seconds: watch.trainingSeconds,
    }),
    load(state) {
      const kept = state as unknown as Kept; // under a checksum, written by state() above
      points.splice(0, Infinity, ...kept.points);
      samples = kept.samples;
      train.batchOrderDigest = kept.order;
      watch.trainingSeconds = kept.seconds;
      begunAt = watch.resumed(points.length);
    },
  };

  const isDue = { everySeconds: SAVED_EVERY, everyEpochs: epochs };
  const saving = path === undefined ? []
    : [checkpoint(path, { ...isDue, onError: (error) => events.note(error.message) })];
  const trainer = new Trainer(network, { loss, optimizer, seed, callbacks: [...own, runLog, ...saving], ...rules });
  if (settings.resumes && path !== undefined) resume(trainer, path);
  const how = { batchSize, ...(lastBatch && { lastBatch }) };
  if (settings.resumes) events.note(`continues after epoch ${points.length} of ${epochs}`);
  report(points.length, false);
  await trainer.fit(train, settings.resumes ? {} : { epochs, ...how });
  if (trainer.isPaused) {
    if (settings.path !== undefined) saveCheckpoint(trainer, settings.path);
    return undefined;
  }
  const { figures } = definition, { test } = data;
  return {
    initialWeightsDigest, batchOrderDigest: train.batchOrderDigest, finalWeightsDigest: weightsDigest(network),
    epochs: points, samples, trainingSeconds: watch.trainingSeconds, network,
    ...(figures && { figures: measureFigures(figures, network, { train: data.train, test, options, seed }) }),
  };
}

function resume(trainer: Trainer, path: string): void {
  try {
    trainer.resume(loadCheckpoint(path));
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const advice = `Delete ${path} to train from the beginning.`;
    throw new DataError({ where: error.where, given: error.given, allowed: error.allowed, advice });
  }
}
