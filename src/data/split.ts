import { STREAM } from "../nn/random.ts";
import { checkInstance, checkNumber, checkOptions, checkSeed } from "../tensor/checks.ts";
import { DataError } from "../tensor/errors.ts";
import { Tensor } from "../tensor/tensor.ts";
import { keyOf, permutation } from "../tensor/threefry.ts";
import { Dataset } from "./dataset.ts";
import { likeDataset } from "./named-dataset.ts";

/** Options of `split`. */
export interface SplitOptions {
  /** The share of rows for validation, between 0 and 1. */
  validation: number;
  /** The seed that chooses them; default 0. */
  seed?: number;
}

/** Rows for training and rows for validation. */
export interface Split {
  readonly train: Dataset;
  readonly validation: Dataset;
}

/**
 * Splits a data set at random into two; no row is in both. The share is rounded to whole rows, and each set has at
 * least one.
 * @throws OptionError for a share that is not between 0 and 1; DataError for fewer than two rows.
 * @example
 * const { train, validation } = split(data, { validation: 0.2, seed: 1 });
 */
export function split(data: Dataset, options: SplitOptions): Split {
  checkData("split", data, options);
  return divide(data, splitRows("split", data.size, options));
}

/**
 * Splits class by class: each class has the same share in both sets, up to rounding to whole rows. A class with one
 * row stays in train.
 * @throws OptionError as split does; DataError if labels are not classes, or every class has only one row.
 * @example
 * const { train, validation } = stratifiedSplit(digits, { validation: 0.2, seed: 1 });
 */
export function stratifiedSplit(data: Dataset, options: SplitOptions): Split {
  checkData("stratifiedSplit", data, options);
  const { labels } = data;
  if (labels instanceof Tensor) {
    const allowed = "classes", advice = "split() takes any labels.";
    throw new DataError({ where: "stratifiedSplit", given: "labels that are a Tensor", allowed, advice });
  }
  return divide(data, stratifiedRows("stratifiedSplit", labels, options));
}

/** Numbers of rows, ascending. */
interface RowSplit {
  readonly train: readonly number[];
  readonly validation: readonly number[];
}

/** How split draws among that many rows. */
export function splitRows(where: string, size: number, options: SplitOptions): RowSplit {
  const { share, seed } = checked(where, options);
  return parted(where, size, chosen(permutation(keyOf(seed, STREAM.data, 0), size), share));
}

/** How stratifiedSplit draws among rows of these classes. */
export function stratifiedRows(where: string, labels: readonly number[], options: SplitOptions): RowSplit {
  const { share, seed } = checked(where, options), members = new Map<number, number[]>();
  labels.forEach((label, row) => {
    const own = members.get(label);
    if (own === undefined) members.set(label, [row]);
    else own.push(row);
  });
  // Each class draws by its own number: rows of another class change nothing for it.
  const rows = [...members].map(([label, own]) => {
    const order = permutation(keyOf(seed, STREAM.data, 1, label), own.length);
    return own.length < 2 ? [] : chosen(order, share).map((i) => own[i]);
  });
  return parted(where, labels.length, rows.flat());
}

function checkData(where: string, data: Dataset, options: SplitOptions): void {
  checkOptions(where, options, ["validation", "seed"]);
  checkInstance(where, data, Dataset);
}

function checked(where: string, options: SplitOptions): { share: number; seed: number } {
  checkOptions(where, options, ["validation", "seed"]);
  const advice = "It is the share of the rows: 0.2 holds back a fifth.";
  return {
    share: checkNumber(`${where} validation`, options?.validation, { exclusiveMin: 0, exclusiveMax: 1 }, advice),
    seed: checkSeed(`${where} seed`, options.seed ?? 0),
  };
}

/** That share of them, rounded: at least one, and not all. */
function chosen(order: Uint32Array, share: number): readonly number[] {
  const count = Math.min(order.length - 1, Math.max(1, Math.round(order.length * share)));
  return Array.from(order.subarray(0, Math.max(0, count)));
}

function parted(where: string, size: number, validation: readonly number[]): RowSplit {
  if (validation.length === 0) {
    const given = size === 1 ? "one row" : "one row of each class";
    throw new DataError({ where, given, allowed: "enough rows for two sets" });
  }
  const heldBack = new Set(validation), every = Array.from({ length: size }, (_, row) => row);
  return { train: every.filter((row) => !heldBack.has(row)), validation: every.filter((row) => heldBack.has(row)) };
}

function divide(data: Dataset, { train, validation }: RowSplit): Split {
  const rows = (indices: readonly number[]) => {
    const { x, labels } = data.rows(indices);
    return likeDataset(data, x, labels);
  };
  return { train: rows(train), validation: rows(validation) };
}
