import { largestOfRows } from "../../network/largest-of-rows.ts";
import type { Labels } from "../../losses/loss.ts";
import { DataError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { checkNoArguments, classesOf, type Metric } from "./metric.ts";

/** How well one class was found; each from 0 to 1. */
export interface ClassScore {
  /** Of the rows said to be of the class, the share that is. */
  readonly precision: number;
  /** Of the rows of the class, the share that was found. */
  readonly recall: number;
  /** 2 · precision · recall / (precision + recall). */
  readonly f1: number;
  /** How many rows are of the class. */
  readonly rows: number;
}

/**
 * How many rows of each class (the line) were taken for each class (the column).
 * @throws ShapeError if batches differ in their number of classes.
 * @example
 * const confusion = new ConfusionMatrix();
 * confusion.add(tensor([[0.1, 0.9], [0.8, 0.2]]), [1, 1]);
 * confusion.value; // [[0, 0], [1, 1]]
 */
export class ConfusionMatrix implements Metric<readonly (readonly number[])[]> {
  static readonly typeName: string = "ConfusionMatrix";
  private readonly counts: number[][] = [];

  constructor(...none: readonly never[]) {
    checkNoArguments("ConfusionMatrix", none);
  }

  add(prediction: Tensor, labels: Labels): void {
    const right = classesOf("ConfusionMatrix", prediction, labels), classes = prediction.shape[1];
    const guesses = largestOfRows(prediction);
    const { counts } = this;
    if (counts.length === 0) {
      for (let line = 0; line < classes; line++) counts.push(new Array<number>(classes).fill(0));
    }
    if (counts.length !== classes) {
      const given = `${classes} classes`, allowed = `${counts.length}, as before`;
      throw new ShapeError({ where: "ConfusionMatrix", given, allowed });
    }
    guesses.forEach((guess, row) => { counts[right[row]][guess]++; });
  }

  get value(): readonly (readonly number[])[] {
    if (this.counts.length > 0) return this.counts.map((line) => [...line]);
    const allowed = "at least one batch added before value is read";
    throw new DataError({ where: "ConfusionMatrix", given: "no rows", allowed });
  }

  /** Precision, recall and F1 of each class; 0 where nothing was said or there is nothing to find. */
  get scores(): readonly ClassScore[] {
    const { value } = this;
    return value.map((line, of) => {
      const rows = line.reduce((sum, count) => sum + count, 0);
      const said = value.reduce((sum, other) => sum + other[of], 0);
      const precision = said === 0 ? 0 : line[of] / said, recall = rows === 0 ? 0 : line[of] / rows;
      const f1 = rows + said === 0 ? 0 : 2 * line[of] / (rows + said);
      return { precision, recall, f1, rows };
    });
  }
}
