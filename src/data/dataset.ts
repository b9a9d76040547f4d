import type { Labels } from "../losses/loss.ts";
import type { Names } from "../nn/names.ts";
import { DataError, ofAnotherCopy, show } from "../tensor/errors.ts";
import { sameShape, showShape, sizeOf } from "../tensor/shape.ts";
import { checkTensor, Tensor, tensor, zeros, type Nested } from "../tensor/tensor.ts";

type Rows = { readonly x: Tensor; readonly labels: Labels };

/** Rows and their labels, checked once. Tensors are kept, not copied: do not change them. */
export class Dataset {
  static readonly typeName: string = "Dataset";
  readonly x: Tensor;
  readonly labels: Labels;
  /** What classes and features are called; of a NamedDataset. */
  readonly names: Names | undefined;

  /**
   * @param x [rows, …], a tensor or nested arrays.
   * @param labels a class index for each row, or a tensor with a row of targets for each.
   * @throws DataError naming the row, for no rows, rows of different lengths, numbers that are not finite, or labels
   * that are not integers ≥ 0 or not one per row.
   */
  constructor(x: Tensor | Nested, labels: Labels) {
    this.x = x instanceof Tensor ? checkTensor("Dataset x", x) : tensor(x);
    if (this.x.shape.length < 2 || this.x.data.length === 0) {
      const given = `shape ${showShape(this.x.shape)}`;
      throw new DataError({ where: "Dataset", given, allowed: "[rows, …] with at least one row" });
    }
    this.labels = labels instanceof Tensor ? checkTensor("Dataset labels", labels) : checkClasses(labels);
    const count = labels instanceof Tensor ? labels.shape[0] : labels.length;
    if (count !== this.size) {
      const given = `${this.size} rows and ${count ?? "no"} labels`;
      throw new DataError({ where: "Dataset", given, allowed: "as many labels as rows" });
    }
    checkFinite("x", this.x);
    if (labels instanceof Tensor) checkFinite("labels", labels);
  }

  get size(): number {
    return this.x.shape[0];
  }

  /**
   * The rows with these indices and their labels, in this order.
   * @param out is written over and returned as x, if it has the shape and dtype of x: that is faster than a new tensor.
   * @throws DataError for an index out of range.
   */
  rows(indices: ArrayLike<number>, out?: Tensor): Rows {
    checkRows(indices, this.size);
    if (out !== undefined) checkTensor("Dataset.rows out", out);
    const { x, labels } = this;
    const chosen = labels instanceof Tensor ? gather(labels, indices) : Array.from(indices, (row) => labels[row]);
    return { x: gather(x, indices, out), labels: chosen };
  }
}

/** The rows of a set in the given order, `batchSize` at a time; the last batch may be shorter. */
export function* batches(data: Dataset, order: readonly number[], batchSize: number): Generator<Rows> {
  for (let start = 0; start < order.length; start += batchSize) yield data.rows(order.slice(start, start + batchSize));
}

function checkRows(indices: ArrayLike<number>, size: number): void {
  const isList: boolean = Array.isArray(indices) || ArrayBuffer.isView(indices);
  const wrong = isList ? Array.from(indices).findIndex((row) => !(Number.isInteger(row) && row >= 0 && row < size)) : 0;
  if (wrong < 0) return;
  const [where, given, allowed] = isList
    ? [`Dataset.rows, at index ${wrong}`, indices[wrong], `a row number from 0 to ${size - 1}`]
    : ["Dataset.rows", indices, "an array of row numbers"];
  throw new DataError({ where, given: show(given), allowed });
}

function gather(from: Tensor, indices: ArrayLike<number>, out?: Tensor): Tensor {
  checkTensor("Dataset.rows", from);
  const shape = [indices.length, ...from.shape.slice(1)], width = sizeOf(from.shape.slice(1));
  const fits = out !== from && out?.dtype === from.dtype && sameShape(out.shape, shape);
  const to = fits ? out : zeros(shape, from.dtype);
  for (let i = 0; i < indices.length; i++) {
    to.data.set(from.data.subarray(indices[i] * width, (indices[i] + 1) * width), i * width);
  }
  return to;
}

function checkClasses(labels: unknown): readonly number[] {
  if (!Array.isArray(labels)) {
    const allowed = "an array of class indices, or a Tensor", advice = ofAnotherCopy(labels, Tensor);
    throw new DataError({ where: "Dataset labels", given: show(labels), allowed, advice });
  }
  const copy = [...labels as number[]], wrong = copy.findIndex((label) => !Number.isInteger(label) || label < 0);
  if (wrong < 0) return Object.freeze(copy);
  const where = `Dataset labels, at index ${wrong}`, allowed = "a class: an integer of at least 0";
  const advice = Array.isArray(copy[wrong]) ? "Rows of targets are given as a Tensor: tensor([[…]])." : "";
  throw new DataError({ where, given: show(copy[wrong]), allowed, advice });
}

function checkFinite(what: string, values: Tensor): void {
  const wrong = values.data.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return;
  const width = values.data.length / values.shape[0];
  const where = `Dataset ${what}, row ${Math.floor(wrong / width)}, number ${wrong % width}`;
  throw new DataError({ where, given: String(values.data[wrong]), allowed: "finite numbers" });
}
