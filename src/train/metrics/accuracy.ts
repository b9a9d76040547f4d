import { checkNoNaN } from "../../network/largest-of-rows.ts";
import type { Labels } from "../../losses/loss.ts";
import { checkInteger } from "../../tensor/checks.ts";
import { ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { typeNameOf } from "../../tensor/type-name.ts";
import { checkNoArguments, classesOf, meanOver, type Metric } from "./metric.ts";

/**
 * Top-k accuracy: the share of rows, 0 to 1, whose class is among the k largest numbers. Where numbers are
 * equal, the lower index counts as the larger, as in `classify`.
 * @throws OptionError unless k is at least 1; ShapeError if there are fewer than k classes.
 * @example
 * const top = new TopK(2);
 * top.add(tensor([[0.1, 0.6, 0.3]]), [2]);
 * top.value; // 1
 */
export class TopK implements Metric<number> {
  static readonly typeName: string = "TopK";
  readonly k: number;
  private right = 0;
  private rows = 0;

  constructor(k: number) {
    this.k = checkInteger("TopK k", k, { min: 1 });
  }

  add(prediction: Tensor, labels: Labels): void {
    const where = typeNameOf(this.constructor), right = classesOf(where, prediction, labels);
    const classes = prediction.shape[1], x = prediction.data;
    if (classes < this.k) {
      const given = `${classes} classes`, allowed = `at least ${this.k}`;
      throw new ShapeError({ where, given, allowed });
    }
    checkNoNaN(prediction);
    right.forEach((label, row) => {
      const start = row * classes, own = x[start + label];
      let before = 0;
      for (let j = 0; j < classes; j++) {
        const other = x[start + j];
        if (other > own || (other === own && j < label)) before++;
      }
      this.rows++;
      if (before < this.k) this.right++;
    });
  }

  get value(): number {
    return meanOver(typeNameOf(this.constructor), this.right, this.rows);
  }
}

/**
 * The share of rows, 0 to 1, whose class is the largest number.
 * @example
 * const accuracy = new Accuracy();
 * accuracy.add(tensor([[0.1, 0.9], [0.8, 0.2]]), [1, 1]);
 * accuracy.value; // 0.5
 */
export class Accuracy extends TopK {
  static override readonly typeName: string = "Accuracy";
  constructor(...none: readonly never[]) {
    checkNoArguments("Accuracy", none);
    super(1);
  }
}
