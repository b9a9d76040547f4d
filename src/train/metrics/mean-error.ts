import type { Labels } from "../../losses/loss.ts";
import { DataError, show } from "../../tensor/errors.ts";
import { checkSameShape } from "../../tensor/shape.ts";
import { checkTensor, Tensor } from "../../tensor/tensor.ts";
import { checkNoArguments, meanOver, type Metric } from "./metric.ts";

/**
 * The mean absolute error over all numbers, Σ|x - t| / numbers: how far off a prediction is on average, in
 * the target's own unit. Targets are a Tensor of the prediction's shape; nothing is broadcast.
 * @throws ShapeError for targets of another shape.
 * @example
 * const error = new MeanError();
 * error.add(tensor([[1], [2]]), tensor([[1], [5]]));
 * error.value; // 1.5
 */
export class MeanError implements Metric<number> {
  static readonly typeName: string = "MeanError";
  private sum = 0;
  private numbers = 0;

  constructor(...none: readonly never[]) {
    checkNoArguments("MeanError", none);
  }

  add(prediction: Tensor, labels: Labels): void {
    checkTensor("MeanError prediction", prediction);
    if (!(labels instanceof Tensor)) {
      const allowed = "a Tensor of the prediction's shape";
      throw new DataError({ where: "MeanError labels", given: show(labels), allowed });
    }
    checkTensor("MeanError labels", labels);
    checkSameShape("MeanError labels", labels.shape, prediction.shape);
    const x = prediction.data, t = labels.data;
    for (let i = 0; i < x.length; i++) this.sum += Math.abs(x[i] - t[i]);
    this.numbers += x.length;
  }

  get value(): number {
    return meanOver("MeanError", this.sum, this.numbers);
  }
}
