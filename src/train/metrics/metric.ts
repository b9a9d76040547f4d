import type { Labels } from "../../losses/loss.ts";
import { DataError, OptionError, ShapeError, show } from "../../tensor/errors.ts";
import { showShape } from "../../tensor/shape.ts";
import { checkTensor, Tensor } from "../../tensor/tensor.ts";

/**
 * A number, or several, about all rows of a set, whatever batches they come in: it adds up what it needs and
 * computes at the end. The mean of a metric over batches would be another number.
 */
export interface Metric<Value> {
  /** Takes a batch in. */
  add(prediction: Tensor, labels: Labels): void;
  /** Over all rows taken in. @throws DataError if there are none. */
  readonly value: Value;
}

/** Throws for arguments of a metric without any: what they were meant to set would not be set. */
export function checkNoArguments(where: string, given: readonly unknown[]): void {
  if (given.length > 0) throw new OptionError({ where, given: show(given[0]), allowed: "no argument" });
}

/** The labels of a batch, found to be classes of this prediction. */
export function classesOf(where: string, prediction: Tensor, labels: Labels): readonly number[] {
  const { shape } = checkTensor(`${where} prediction`, prediction);
  if (shape.length !== 2 || shape[1] === 0) {
    const given = `a prediction of shape ${showShape(shape)}`;
    throw new ShapeError({ where, given, allowed: "[batch, classes]" });
  }
  if (!Array.isArray(labels)) {
    const allowed = "an array of class indices";
    throw new DataError({ where: `${where} labels`, given: show(labels), allowed });
  }
  const [rows, classes] = shape, given: readonly number[] = labels;
  if (given.length !== rows) {
    const allowed = `${rows}, one for each row`;
    throw new DataError({ where: `${where} labels`, given: `${given.length} labels`, allowed });
  }
  const wrong = given.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  if (wrong < 0) return given;
  const at = `${where} labels, at index ${wrong}`, allowed = `a class from 0 to ${classes - 1}`;
  throw new DataError({ where: at, given: show(given[wrong]), allowed });
}

/** The sum over the count. @throws DataError for a count of 0: a mean over nothing is no number. */
export function meanOver(where: string, sum: number, count: number): number {
  if (count > 0) return sum / count;
  throw new DataError({ where, given: "no rows", allowed: "at least one row added before value is read" });
}
