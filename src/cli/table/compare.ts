/** Two networks that differ only in dropout, trained on the same parts of a table. */
import type { Dataset } from "../../data/dataset.ts";
import { likeDataset } from "../../data/named-dataset.ts";
import { rowsWithout } from "../../data/table/encode.ts";
import { fitTable } from "../../data/table/fit.ts";
import type { ColumnOptions, FitTableOptions } from "../../data/table/fit-options.ts";
import type { TableSchema } from "../../data/table/schema.ts";
import type { Table } from "../../data/table/table.ts";
import { Affine } from "../../layers/affine.ts";
import { ReLU } from "../../layers/activation/relu.ts";
import { Dropout } from "../../layers/dropout/dropout.ts";
import { CrossEntropy } from "../../losses/cross-entropy.ts";
import { MeanSquaredError } from "../../losses/mean-squared-error.ts";
import { Sequential } from "../../network/sequential.ts";
import type { Layer } from "../../nn/layer.ts";
import { Adam } from "../../optim/adam.ts";
import { linearRamp } from "../../optim/schedules/linear-ramp.ts";
import type { Measure } from "../../report/measure.ts";
import { ARMS } from "../../report/html/arms.ts";
import type { Arm, EpochPoint, MeasuredRun } from "../../report/result.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Callback } from "../../train/trainer.ts";
import { schedule } from "../../train/callbacks/schedule.ts";
import { Trainer } from "../../train/trainer.ts";

export interface Recipe {
  readonly hidden: readonly number[];
  readonly keep: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
}

/** The errors of one split: both networks, and the baseline. */
export interface SplitRuns {
  readonly runs: readonly MeasuredRun[];
  readonly constantGuess: number;
  readonly rows: number;
}

/** The progress of a run: 0 to `epochs`. */
export type Tell = (arm: Arm, epochsDone: number) => void;

/** Rows predicted at once, and the most rows of the training part that are measured. */
const CHUNK = 1024, MEASURED = 5000;
/** About so many points make a curve. */
const POINTS = 20;
/** Steps that teach a small table, and the share of its rows that judges. */
const STEPS = 3000, SHARE = 0.2;

/** Small batches and many epochs for few rows; 128 and 10 for many. */
export function sizesFor(rows: number): { epochs: number; batchSize: number } {
  let batchSize = 8;
  while (batchSize < 128 && batchSize * 20 < rows) batchSize *= 2;
  return { batchSize, epochs: Math.max(10, Math.min(200, Math.round((STEPS * batchSize) / rows))) };
}

/** Hidden layers with ReLU; Dropout has no weights, so both begin with the same. */
export function networkFor(arm: Arm, schema: TableSchema, { hidden, keep }: Recipe, seed: number): Sequential {
  const layers: Layer[] = [];
  let inputs = schema.inputSize;
  for (const width of hidden) {
    layers.push(new Affine(inputs, width), new ReLU(), ...(arm === "dropout" ? [new Dropout({ keep })] : []));
    inputs = width;
  }
  return new Sequential([...layers, new Affine(inputs, schema.outputSize)], { seed, name: arm });
}

/** Adam, with a learning rate that falls to 0: the last epoch is kept, so no validation row chooses one. */
export async function trainNetwork(
  network: Sequential, data: Dataset, recipe: Recipe, seed: number, callbacks: readonly Callback[],
): Promise<void> {
  const { epochs, batchSize, learningRate } = recipe, steps = epochs * Math.ceil(data.size / batchSize);
  const loss = data.labels instanceof Tensor ? new MeanSquaredError() : new CrossEntropy();
  const falling = schedule(linearRamp({ from: learningRate, to: 0, steps }));
  const optimizer = new Adam({ learningRate });
  const trainer = new Trainer(network, { loss, optimizer, seed, callbacks: [falling, ...callbacks] });
  await trainer.fit(data, { epochs, batchSize });
}

/**
 * The rows that can be split: without those that have a gap in a column whose gaps leave rows out.
 */
export function usableRows(table: Table, { columns = {} }: FitTableOptions, { gaps }: TableSchema): Table {
  const names = Object.keys(columns).filter((name) => columns[name].fill === "dropRows");
  return rowsWithout(table, names, gaps);
}

/**
 * Trains both networks on one split.
 * @param whole the schema of all rows, of which only the types of the columns are used.
 */
export async function trainSplit(
  table: Table, whole: TableSchema, options: FitTableOptions, recipe: Recipe, seed: number, measure: ErrorMeasure,
  tell: Tell,
): Promise<SplitRuns> {
  const by = whole.task === "classes" ? { by: whole.label.name } : {};
  const { train, validation } = table.split({ validation: SHARE, seed, ...by });
  const schema = fitTable(train, partOptions(whole, options));
  const data = schema.dataset(train), test = schema.dataset(validation), runs: MeasuredRun[] = [];
  const measured = firstRows(data, MEASURED);
  for (const arm of ARMS) {
    const network = networkFor(arm, schema, recipe, seed), points: EpochPoint[] = [];
    const { epochs } = recipe, every = Math.ceil(epochs / POINTS);
    await trainNetwork(network, data, recipe, seed, [{
      onStepEnd(_, { epoch, step, steps }) { tell(arm, epoch - 1 + step / steps); },
      onEpochEnd(_, { epoch, loss }) {
        const isMeasured = epoch === 1 || epoch === epochs || epoch % every === 0;
        const errorOn = (rows: Dataset) => (isMeasured ? measure.of(network, schema, rows) : null);
        points.push({ epoch, loss, trainError: errorOn(measured), testError: errorOn(test) });
      },
    }]);
    runs.push({ arm, seed, epochs: points });
  }
  return { runs, constantGuess: measure.ofConstant(schema, test), rows: test.size };
}

/** A part of the table may lack words, or hold one number only, where the whole does not: types are the whole's. */
function partOptions({ columns, label, task, gaps }: TableSchema, given: FitTableOptions): FitTableOptions {
  const known = columns.filter(({ type }) => type !== "leftOut");
  const typed = known.map(({ name, type }): [string, ColumnOptions] => [name, {
    ...given.columns?.[name], ...(type === "words" ? { type, unseen: "none" } : { type: "number", round: true }),
  }]);
  const ignore = columns.filter(({ name, type }) => type === "leftOut" && name !== "").map(({ name }) => name);
  return { label: label.name, task, gaps, ignore, columns: Object.fromEntries(typed) };
}

/** How wrong predictions are: the share of rows in the wrong class, or the mean distance in the label's unit. */
export interface ErrorMeasure extends Measure {
  of(network: Sequential, schema: TableSchema, data: Dataset): number;
  /** The error of always guessing the class or the mean of the schema. */
  ofConstant(schema: TableSchema, data: Dataset): number;
}

function firstRows(data: Dataset, count: number): Dataset {
  return data.size <= count ? data : chunkOf(data, 0, count);
}

function chunkOf(data: Dataset, from: number, to: number): Dataset {
  const { x, labels } = data.rows(Array.from({ length: Math.min(to, data.size) - from }, (_, i) => from + i));
  return likeDataset(data, x, labels);
}

/** The sum over all rows, a chunk at a time. */
function overRows(data: Dataset, of: (chunk: Dataset) => number): number {
  let sum = 0;
  for (let row = 0; row < data.size; row += CHUNK) sum += of(chunkOf(data, row, row + CHUNK));
  return sum;
}

/** Counted, in percent, so that equal counts give equal numbers. */
export const misclassified: ErrorMeasure = {
  sign: " %", decimals: 2,
  of: (network, _, data) => (100 * overRows(data, ({ x, labels }) => {
    const chosen = network.classify(x), right = labels instanceof Tensor ? [] : labels;
    return right.filter((label, row) => label !== chosen[row]).length;
  })) / data.size,
  ofConstant({ label }, { labels, size }) {
    const counts = label.type === "classes" ? label.counts : [];
    const guess = counts.indexOf(counts.reduce((most, count) => Math.max(most, count), 0));
    return (100 * (labels instanceof Tensor ? [] : labels).filter((one) => one !== guess).length) / size;
  },
};

/**
 * The mean of |prediction - label| in the label's unit, or in the thousands, millions … of it that are easy to read.
 * @param typical an error as large as those to be shown.
 */
export function distance(typical: number): ErrorMeasure {
  let power = 0;
  while (typical >= 1e6 * Number(`1e${power}`) && power < 300) power += 3;
  while (typical < 0.01 * Number(`1e${power}`) && power > -300) power -= 3;
  const unit = Number(`1e${power}`), shown = typical / unit;
  const decimals = shown >= 100 ? 1 : shown >= 1 ? 2 : 4;
  const scaled = (sum: number, { label }: TableSchema, rows: number) =>
    ((sum / rows) * (label.type === "number" ? label.deviation : 1)) / unit;
  return {
    sign: power === 0 ? "" : ` × 1e${power}`, decimals,
    of: (network, schema, data) => scaled(overRows(data, ({ x, labels }) => {
      const given = network.predict(x).data;
      return distances(labels, (row) => given[row]);
    }), schema, data.size),
    ofConstant: (schema, { labels, size }) => scaled(distances(labels, () => 0), schema, size),
  };
}

function distances(labels: Dataset["labels"], given: (row: number) => number): number {
  if (!(labels instanceof Tensor)) return 0;
  return Array.from(labels.data).reduce((sum, label, row) => sum + Math.abs(given(row) - label), 0);
}
