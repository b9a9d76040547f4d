import { largestOfRows } from "../graph/network.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import { Tensor } from "../tensor/tensor.ts";

/**
 * Adds batches up to the loss and accuracy over all rows, in float64: a short batch counts by its rows, or by
 * what its loss says it weighs; rows that the loss ignores count for nothing.
 */
export class Tally {
  rows = 0;
  private readonly loss: Loss;
  private lossSum = 0;
  private weightSum = 0;
  private right = 0;
  private judged = 0;
  private hasClasses = true;

  constructor(loss: Loss) {
    this.loss = loss;
  }

  /** Takes in the batch that the loss has just seen. */
  add(meanLoss: number, prediction: Tensor, labels: Labels): void {
    const count = prediction.shape[0], weight = this.loss.weight ?? count;
    this.rows += count;
    this.lossSum += meanLoss * weight;
    this.weightSum += weight;
    if (labels instanceof Tensor) this.hasClasses = false;
    else {
      largestOfRows(prediction).forEach((guess, row) => {
        if (labels[row] === this.loss.ignoreIndex) return;
        this.judged++;
        if (guess === labels[row]) this.right++;
      });
    }
  }

  get meanLoss(): number {
    return this.lossSum / this.weightSum;
  }

  get accuracy(): number | undefined {
    return this.hasClasses ? this.right / this.judged : undefined;
  }
}
