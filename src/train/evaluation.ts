import { batches, type Dataset } from "../data/dataset.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import { largestOfRows } from "../network/largest-of-rows.ts";
import type { Network } from "../network/network.ts";
import { inPass } from "../nn/pass.ts";
import { Tensor } from "../tensor/tensor.ts";
import { forwardMeanLoss, softmaxWithin } from "./to-loss.ts";

/** What evaluate() measures over all rows of a data set, in eval mode. */
export interface Evaluation {
  loss: number;
  /** From 0 to 1; undefined if labels are not classes. */
  accuracy: number | undefined;
  rows: number;
}

/** One epoch of training; loss and accuracy are over its rows, as they were seen in training. */
export interface EpochRecord {
  epoch: number;
  /** Batches, those included in which no row counted. */
  steps: number;
  loss: number;
  accuracy: number | undefined;
  learningRate: number;
  validation?: Evaluation;
}

/** What batches add up to so far, as plain data: rows and their losses, and how many predicted classes are correct. */
export interface Sums {
  rows: number; loss: number; weight: number; correct: number; counted: number; hasClasses: boolean;
}

const NOTHING: Sums = { rows: 0, loss: 0, weight: 0, correct: 0, counted: 0, hasClasses: true };

/**
 * Adds batches up to the loss and accuracy over all rows, in float64: a short batch counts by its rows, or by
 * what its loss says it weighs; rows that the loss ignores count for nothing.
 */
export class EpochTotals {
  readonly sums: Sums;
  readonly loss: Loss;

  constructor(loss: Loss, sums = NOTHING) {
    this.loss = loss;
    this.sums = { ...sums };
  }

  /** Adds the batch that the loss has just seen, or one in which no row counts. */
  add(meanLoss: number, prediction: Tensor, labels: Labels): void {
    const count = prediction.shape[0], { loss, sums } = this;
    const weight = loss.labelWeight?.(labels) === 0 ? 0 : loss.weight ?? count;
    sums.rows += count;
    sums.loss += meanLoss * weight;
    sums.weight += weight;
    if (labels instanceof Tensor) sums.hasClasses = false;
    else {
      largestOfRows(prediction).forEach((guess, row) => {
        if (labels[row] === loss.ignoreIndex) return;
        sums.counted++;
        if (guess === labels[row]) sums.correct++;
      });
    }
  }

  /** The means over all that was added. */
  get means(): Evaluation {
    const { rows, loss, weight, correct, counted, hasClasses } = this.sums;
    return { loss: loss / weight, accuracy: hasClasses ? correct / counted : undefined, rows };
  }
}

/** Adds up a data set batch by batch; between two of them the network is as it was. */
export function* evaluateBatches(
  network: Network, totals: EpochTotals, data: Dataset, batchSize = 256,
): Generator<void> {
  const { loss } = totals;
  for (const { x, labels } of batches(data, [...Array(data.size).keys()], batchSize)) {
    inPass(true, network, { skip: softmaxWithin(loss, network) }, () => {
      const y = network.predict(x);
      const mean = loss.labelWeight?.(labels) === 0 ? 0 : forwardMeanLoss(loss, y, labels) + network.activityLoss;
      totals.add(mean, y, labels);
    });
    yield;
  }
}
