/** Trains one of the networks from one seed, and measures it on the way. */
import {
  CrossEntropy, linearRamp, schedule, SGD, Trainer, type Callback, type Dataset, type Network,
} from "chainrule";
import type { RunProgress } from "../../src/report/progress.ts";
import type { Arm, EpochPoint, Run } from "../../src/report/result.ts";
import { RecordedDataset, weightsDigest } from "./digests.ts";
import { measuredPart } from "./digits.ts";
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

/** Milliseconds between two looks at the progress. */
const OFTEN = 100;

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
 * @throws NumericError where training diverges.
 */
export async function runArm(
  arm: Arm, seed: number, settings: Settings, digits: { train: Dataset; test: Dataset },
  tell: (progress: RunProgress, isMeasured: boolean) => void,
): Promise<Outcome> {
  const { epochs, batchSize, lr, momentum } = settings;
  const network = networkFor(arm, settings, seed);
  const initialWeightsDigest = weightsDigest(network);
  const data = new RecordedDataset(digits.train.x, digits.train.labels);
  const measuredRows = measuredPart(digits.train);
  const watch = new Stopwatch();
  const points: EpochPoint[] = [];
  let samples = 0, told = performance.now();

  const report = (done: number, measured: boolean) => {
    told = performance.now();
    const last = points.findLast((point) => point.testError !== null);
    tell({
      arm, seed, epochs, done,
      loss: points.at(-1)?.loss ?? null,
      trainError: last?.trainError ?? null,
      testError: last?.testError ?? null,
      samplesPerSecond: watch.trainingSeconds > 0 ? samples / watch.trainingSeconds : null,
      secondsLeft: watch.secondsLeft(done, epochs, measurementsAfter(Math.floor(done), settings)),
    }, measured);
  };

  const callback: Callback = {
    onStepEnd(_, { epoch, step, steps }) {
      watch.train();
      samples += Math.min(batchSize, data.size - (step - 1) * batchSize);
      if (step < steps && performance.now() - told > OFTEN) report(epoch - 1 + step / steps, false);
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
  };

  const optimizer = new SGD({ learningRate: lr, momentum });
  const callbacks = [...decayOf(settings, data.size), callback];
  const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer, seed, callbacks });
  await trainer.fit(data, { epochs, batchSize });

  const run = { arm, seed, initialWeightsDigest, batchOrderDigest: data.batchOrderDigest(), epochs: points };
  const weights = Float32Array.from(network.parameters[0].value.data);
  const trained = { weights, readings: readingsOf(network, digits.test) };
  return { run, trained, samples, seconds: watch.trainingSeconds };
}
