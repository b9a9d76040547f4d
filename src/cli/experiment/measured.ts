/** What the errors of an experiment are, in tables and charts. */
import type { Experiment } from "../../experiment/experiment.ts";
import { PERCENT, type Measure } from "../../report/measure.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Dataset } from "../../data/dataset.ts";

export interface Measured extends Measure {
  /** How many test rows errors are counted on; Infinity where they are no counts. */
  readonly counted: number;
}

/** Of classes, the share that is wrong; of numbers, the loss; or what the experiment says. */
export function measureOf({ definition: { error } }: Experiment, test: Dataset): Measured {
  if (error !== undefined) return { sign: error.unit ?? "", decimals: error.decimals ?? 2, counted: Infinity };
  return test.labels instanceof Tensor ? { sign: "", decimals: 4, counted: Infinity }
    : { ...PERCENT, counted: test.size };
}

const MEASURED = 10_000;

/** How many rows the training error is measured on: the first ones, the same every time. */
export function measuredCount({ size }: Dataset): number {
  return Math.min(size, MEASURED);
}
