/** How the time of functions on data grows: the same work at one size and at ten times that size. */
import {
  Accuracy, augment, ConfusionMatrix, Dataset, fromCsv, fromRows, MeanError, split, Standardization,
  stratifiedSplit, tensor, toys,
} from "../src/index.ts";
import { batches } from "../src/data/batches.ts";
import { chooseDigits } from "../src/data/choose-digits.ts";
import { zeros } from "../src/tensor/tensor.ts";

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
const classes = (rows: number) => numbers(rows).map((i) => (i % 10 === 0 ? 1 : 0));
const set = (rows: number) => new Dataset(zeros([rows, 4]), classes(rows));
const named = (count: number) => numbers(count).map((i) => `column ${i}`);

/** Prepares the work on so many rows (or columns), and returns what is timed. */
type Prepare = (size: number) => () => unknown;

/** Each function on data. */
export const DATA: Readonly<Record<string, Prepare>> = {
  "Dataset": (rows) => {
    const x = zeros([rows, 4]), labels = classes(rows);
    return () => new Dataset(x, labels);
  },
  "Dataset.rows": (rows) => {
    const data = set(rows), order = numbers(rows);
    return () => data.rows(order);
  },
  "batches": (rows) => {
    const data = set(rows), order = numbers(rows);
    return () => [...batches(data, order, 32)].length;
  },
  "split": (rows) => {
    const data = set(rows);
    return () => split(data, { validation: 0.2 });
  },
  "stratifiedSplit": (rows) => {
    const data = set(rows);
    return () => stratifiedSplit(data, { validation: 0.2 });
  },
  "stratifiedSplit, a class each two rows": (rows) => {
    const data = new Dataset(zeros([rows, 1]), numbers(rows).map((i) => i >> 1));
    return () => stratifiedSplit(data, { validation: 0.2 });
  },
  "Standardization": (rows) => {
    const data = set(rows);
    return () => new Standardization(data).apply(data);
  },
  "augment": (rows) => {
    const data = new Dataset(zeros([rows, 16]), classes(rows));
    return () => augment(data, { shift: 1, rotate: 10, size: [4, 4] });
  },
  "fromRows": (rows) => {
    const table = numbers(rows).map((i) => [i, i % 7, `kind ${i % 1000}`]);
    return () => fromRows(table, { label: 2 });
  },
  "fromRows, a class each row": (rows) => {
    const table = numbers(rows).map((i) => [i, `kind ${i}`]);
    return () => fromRows(table, { label: 1 });
  },
  "fromRows, columns": (columns) => {
    const names = named(columns), table = [numbers(columns), numbers(columns)];
    return () => fromRows(table, { names, targets: names.slice(columns / 2) });
  },
  "fromCsv": (rows) => {
    const text = `a,b,kind\n${numbers(rows).map((i) => `${i},${i % 7},"kind ${i % 3}"\n`).join("")}`;
    return () => fromCsv(text, { label: "kind" });
  },
  "chooseDigits": (rows) => {
    const labels = Uint8Array.from(classes(rows));
    return () => chooseDigits(labels, { train: rows / 2, test: rows / 2, seed: 1 });
  },
  "Accuracy": (rows) => {
    const x = zeros([rows, 4]), labels = classes(rows);
    return () => new Accuracy().add(x, labels);
  },
  "ConfusionMatrix": (rows) => {
    const x = zeros([rows, 4]), labels = classes(rows);
    return () => new ConfusionMatrix().add(x, labels);
  },
  "MeanError": (rows) => {
    const x = zeros([rows, 4]);
    return () => new MeanError().add(x, x);
  },
  "blobs": (rows) => () => toys.blobs({ rows }),
  "twoMoons": (rows) => () => toys.twoMoons({ rows }),
  "tensor": (rows) => {
    const nested = numbers(rows).map((i) => [i, i, i, i]);
    return () => tensor(nested);
  },
};

/** CPU milliseconds of the work, the least of several runs: what else the machine does only adds to it. */
export function cpuTime(work: () => unknown, runs = 5): number {
  const times = Array.from({ length: runs }, () => {
    const from = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

export interface Growth {
  readonly name: string;
  readonly rows: number;
  readonly milliseconds: number;
  /** Of ten times as many rows. */
  readonly tenfold: number;
  /** 10 if the time grows as the rows do, 100 if as their square. */
  readonly ratio: number;
}

/** A row for each function on data. */
export function measureGrowth(rows = 8000): readonly Growth[] {
  return Object.entries(DATA).map(([name, prepare]) => {
    const [milliseconds, tenfold] = [rows, 10 * rows].map((size) => cpuTime(prepare(size)));
    return { name, rows, milliseconds, tenfold, ratio: tenfold / milliseconds };
  });
}
