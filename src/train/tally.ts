import { largestOfRows } from "../graph/network.ts";
import type { Labels } from "../losses/loss.ts";
import { Tensor } from "../tensor/tensor.ts";

/** Adds batches up to the loss and accuracy over all rows, in float64: a short batch counts by its rows. */
export class Tally {
  rows = 0;
  private lossSum = 0;
  private right = 0;
  private hasClasses = true;

  add(meanLoss: number, prediction: Tensor, labels: Labels): void {
    const count = prediction.shape[0];
    this.rows += count;
    this.lossSum += meanLoss * count;
    if (labels instanceof Tensor) this.hasClasses = false;
    else largestOfRows(prediction).forEach((guess, row) => { if (guess === labels[row]) this.right++; });
  }

  get loss(): number {
    return this.lossSum / this.rows;
  }

  get accuracy(): number | undefined {
    return this.hasClasses ? this.right / this.rows : undefined;
  }
}
