import { largestOfRows } from "../network/largest-of-rows.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Evaluation } from "./callback.ts";

/** What batches add up to so far, as plain data: rows and their losses, and the classes judged rightly. */
export interface Sums {
  rows: number; loss: number; weight: number; right: number; judged: number; hasClasses: boolean;
}

const NOTHING: Sums = { rows: 0, loss: 0, weight: 0, right: 0, judged: 0, hasClasses: true };

/**
 * Adds batches up to the loss and accuracy over all rows, in float64: a short batch counts by its rows, or by
 * what its loss says it weighs; rows that the loss ignores count for nothing.
 */
export class EpochTotals {
  readonly sums: Sums;
  readonly loss: Loss;

  constructor(loss: Loss, sums: Sums = NOTHING) {
    this.loss = loss;
    this.sums = { ...sums };
  }

  /** Takes in the batch that the loss has just seen, or one in which no row counts. */
  add(meanLoss: number, prediction: Tensor, labels: Labels): void {
    const count = prediction.shape[0], { loss, sums } = this;
    const weight = loss.labelWeight?.(labels) === 0 ? 0 : loss.weight ?? count;
    sums.rows += count;
    sums.loss += meanLoss * weight;
    sums.weight += weight;
    if (labels instanceof Tensor) sums.hasClasses = false;
    else {
      largestOfRows(prediction).forEach((guess, row) => {
        if (labels[row] === this.loss.ignoreIndex) return;
        sums.judged++;
        if (guess === labels[row]) sums.right++;
      });
    }
  }

  /** The means over all that was added. */
  get means(): Evaluation {
    const { rows, loss, weight, right, judged, hasClasses } = this.sums;
    return { loss: loss / weight, accuracy: hasClasses ? right / judged : undefined, rows };
  }
}
