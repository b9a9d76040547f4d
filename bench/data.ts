/** The work of each function on data at any number of rows, to measure how its time grows. */
import {
  Accuracy, augment, ConfusionMatrix, Dataset, fromCsv, fromRows, MeanError, split, Standardization,
  stratifiedSplit, tensor, toys,
} from "../src/index.ts";
import { batches } from "../src/data/dataset.ts";
import { chooseDigits } from "../src/data/choose-digits.ts";
import { zeros } from "../src/tensor/tensor.ts";
import type { Prepare } from "./growth.ts";

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
const classes = (rows: number) => numbers(rows).map((i) => (i % 10 === 0 ? 1 : 0));
const set = (rows: number) => new Dataset(zeros([rows, 4]), classes(rows));
const named = (count: number) => numbers(count).map((i) => `column ${i}`);

/** Each function on data; the size is that of rows, or of columns. */
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
