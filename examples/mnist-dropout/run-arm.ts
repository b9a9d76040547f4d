/** Trains one of the networks from one seed, and measures it on the way. */
import {
  checkpoint, CrossEntropy, linearRamp, saveCheckpoint, schedule, SGD, Trainer, type Callback, type Dataset,
  type Network,
} from "chainrule/node";
import type { RunProgress } from "../../src/report/progress.ts";
import type { Arm, EpochPoint, Run } from "../../src/report/result.ts";
import { RecordedDataset, weightsDigest } from "./digests.ts";
import { measuredPart } from "./digits.ts";
import { Logbook } from "./logbook.ts";
import { networkFor } from "./networks.ts";
import type { Settings } from "./settings.ts";

/** What the report shows beside the numbers of a run. */
export interface Trained {
  /** First-layer weights, row-major [784, units]. */
  readonly weights: Float32Array;
  /** The class it takes each test digit for. */
  readonly readings: readonly number[];
}

export interface Outcome {
  readonly run: Run;
  readonly trained: Trained;
  /** Rows trained on, and the seconds that took, without measuring. */
  readonly samples: number;
  readonly seconds: number;
}

export type Digits = Readonly<{ train: Dataset; test: Dataset }>;
export type Tell = (progress: RunProgress, isMeasured: boolean) => void;

/** Where a run is saved, now and then and when it is stopped, and whether it goes on from there. */
export interface Saving {
  readonly path: string;
  readonly resumes: boolean;
  /** Whether somebody wants it to stop. */
  readonly isAskedToStop: () => boolean;
}

/** Milliseconds between two looks at the progress, and seconds between two checkpoints. */
const OFTEN = 100, SAVED_EVERY = 10;

/** How long things have taken so far, and so how long the rest will. */
class Stopwatch {
  trainingSeconds = 0;
  private measuringSeconds = 0;
  private measurements = 0;
  private since = performance.now();

  train(): void {
    this.trainingSeconds += this.lap();
  }

  measure(): void {
    this.measuringSeconds += this.lap();
    this.measurements++;
  }

  secondsLeft(epochsDone: number, epochs: number, measurementsLeft: number): number {
    const measuring = this.measurements > 0 ? this.measuringSeconds / this.measurements : 0;
    return (this.trainingSeconds / epochsDone) * (epochs - epochsDone) + measuring * measurementsLeft;
  }

  private lap(): number {
    const now = performance.now(), seconds = (now - this.since) / 1000;
    this.since = now;
    return seconds;
  }
}

/** The share of rows read wrongly, in percent: counted, so that equal counts give equal numbers. */
function errorOf(trainer: Trainer, data: Dataset): number {
  const { accuracy = 0, rows } = trainer.evaluate(data);
  return (100 * (rows - Math.round(accuracy * rows))) / rows;
}

function isMeasured(epoch: number, { epochs, measureEvery }: Settings): boolean {
  return epoch === 1 || epoch === epochs || epoch % measureEvery === 0;
}

function measurementsAfter(epoch: number, settings: Settings): number {
  const { epochs, measureEvery } = settings;
  const regular = Math.floor(epochs / measureEvery) - Math.floor(epoch / measureEvery);
  const first = epoch < 1 && measureEvery > 1 ? 1 : 0;
  return regular + first + (epoch < epochs && epochs % measureEvery !== 0 && epochs > 1 ? 1 : 0);
}

/** What sets the learning rate before each step, if anything does. */
function decayOf({ decay, lr, epochs, batchSize }: Settings, rows: number): readonly Callback[] {
  if (decay === "none") return [];
  return [schedule(linearRamp({ from: lr, to: 0, steps: epochs * Math.ceil(rows / batchSize) }))];
}

/** Batch by batch: the whole test set at once could take more memory than there is. */
function readingsOf(network: Network, data: Dataset): readonly number[] {
  const readings: number[] = [];
  for (let start = 0; start < data.size; start += 256) {
    const length = Math.min(256, data.size - start);
    readings.push(...network.classify(data.rows(Array.from({ length }, (_, i) => start + i)).x));
  }
  return readings;
}

/**
 * Trains the network of this arm with SGD. The trainer's seed orders the batches; the network's draws the
 * weights and the masks. Progress is told at each measurement, and now and then in between.
 * @returns undefined where it was asked to stop, and has been saved.
 * @throws NumericError where training diverges; DataError for a saved run that was another.
 */
export async function runArm(
  arm: Arm, seed: number, settings: Settings, digits: Digits, tell: Tell,
): Promise<Outcome>;
export async function runArm(
  arm: Arm, seed: number, settings: Settings, digits: Digits, tell: Tell, saving: Saving | undefined,
): Promise<Outcome | undefined>;
export async function runArm(
  arm: Arm, seed: number, settings: Settings, digits: Digits, tell: Tell, saving?: Saving,
): Promise<Outcome | undefined> {
  const { epochs, batchSize, lr, momentum } = settings;
  const network = networkFor(arm, settings, seed);
  const initialWeightsDigest = weightsDigest(network);
  const data = new RecordedDataset(digits.train.x, digits.train.labels);
  const measuredRows = measuredPart(digits.train);
  const watch = new Stopwatch();
  const log = new Logbook(settings), points: EpochPoint[] = log.points;
  let told = performance.now();

  const report = (done: number, measured: boolean) => {
    told = performance.now();
    const last = points.findLast((point) => point.testError !== null);
    tell({
      arm, seed, epochs, done,
      loss: points.at(-1)?.loss ?? null,
      trainError: last?.trainError ?? null,
      testError: last?.testError ?? null,
      samplesPerSecond: watch.trainingSeconds > 0 ? log.samples / watch.trainingSeconds : null,
      secondsLeft: watch.secondsLeft(done, epochs, measurementsAfter(Math.floor(done), settings)),
    }, measured);
  };

  const callback: Callback = {
    name: "logbook",
    onStepEnd(_, { epoch, step, steps }) {
      watch.train();
      log.samples += Math.min(batchSize, data.size - (step - 1) * batchSize);
      if (step < steps && performance.now() - told > OFTEN) report(epoch - 1 + step / steps, false);
    },
    onYield(trainer) {
      if (saving?.isAskedToStop()) trainer.stop();
    },
    onEpochEnd(trainer, { epoch, loss }) {
      watch.train();
      const measured = isMeasured(epoch, settings);
      const trainError = measured ? errorOf(trainer, measuredRows) : null;
      const testError = measured ? errorOf(trainer, digits.test) : null;
      if (measured) watch.measure();
      points.push({ epoch, loss, trainError, testError });
      if (measured || performance.now() - told > OFTEN) report(epoch, measured);
    },
    state: () => log.state(data.batchOrderDigest, watch.trainingSeconds),
    load(state) {
      const { order, seconds } = log.load(state);
      data.batchOrderDigest = order;
      watch.trainingSeconds = seconds;
    },
  };

  const optimizer = new SGD({ learningRate: lr, momentum });
  const when = { everySeconds: SAVED_EVERY, everyEpochs: epochs };
  const callbacks = [
    ...decayOf(settings, data.size), callback, ...(saving ? [checkpoint(saving.path, when)] : []),
  ];
  const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer, seed, callbacks });
  if (saving?.resumes) trainer.resume(saving.path);
  await trainer.fit(data, saving?.resumes ? {} : { epochs, batchSize });
  if (saving !== undefined && trainer.isPaused) {
    saveCheckpoint(trainer, saving.path);
    return undefined;
  }

  const { batchOrderDigest } = data;
  const run = { arm, seed, initialWeightsDigest, batchOrderDigest, epochs: [...points] };
  const [firstWeights] = network.parameters;
  const weights = Float32Array.from(firstWeights?.value.data ?? []);
  const trained = { weights, readings: readingsOf(network, digits.test) };
  return { run, trained, samples: log.samples, seconds: watch.trainingSeconds };
}
