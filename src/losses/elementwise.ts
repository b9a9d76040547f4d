import { checkInstance } from "../tensor/checks.ts";
import { DataError, ofAnotherCopy, ShapeError, show } from "../tensor/errors.ts";
import { sameShape, showShape, type Shape } from "../tensor/shape.ts";
import { Tensor, zerosLike } from "../tensor/tensor.ts";
import { typeNameOf } from "../tensor/type-name.ts";
import type { Labels } from "./loss.ts";
import { checkNotEmpty, divided, ReducedLoss } from "./reduced.ts";

/**
 * What losses share that compare a prediction x with its target t number by number: one says what a number
 * costs and the slope of that. Both are computed in float64; each slope, and the whole loss, is rounded once.
 * The mean is over all numbers. Targets are a Tensor of exactly the prediction's shape: nothing is broadcast.
 */
export abstract class ElementwiseLoss extends ReducedLoss {
  static override readonly typeName: string = "ElementwiseLoss";
  /** What predicting x for t costs. */
  protected abstract loss(x: number, t: number): number;
  /** The derivative of that cost with respect to x. */
  protected abstract derivative(x: number, t: number): number;

  /** Refuses targets of another shape than the predictions. */
  check(predictionShape: Shape, labels: Labels): void {
    this.targets(predictionShape, labels);
  }

  /** The loss of predictions against targets of the same shape; remembers what backward needs. */
  forward(prediction: Tensor, labels: Labels): number {
    checkInstance(`${typeNameOf(this.constructor)} prediction`, prediction, Tensor);
    const { data: t } = this.targets(prediction.shape, labels);
    const x = prediction.data, slopes = zerosLike(prediction);
    let total = 0;
    for (let i = 0; i < x.length; i++) {
      total += this.loss(x[i], t[i]);
      slopes.data[i] = this.derivative(x[i], t[i]);
    }
    return this.finish(
      prediction, total, (divisor) => divided(slopes, divisor), x.length, prediction.shape[0],
    );
  }

  /** The labels, found to fit. */
  protected targets(shape: Shape, labels: Labels): Tensor {
    const where = typeNameOf(this.constructor);
    checkNotEmpty(where, { shape });
    const advice = ofAnotherCopy(labels, Tensor)
      || "Give the targets in rows, as the predictions are: tensor([[0.5], [1.5], …]).";
    const allowed = `a Tensor of shape ${showShape(shape)}, a target for each number of the prediction`;
    if (!(labels instanceof Tensor)) {
      throw new DataError({ where: `${where} labels`, given: show(labels), allowed, advice });
    }
    if (sameShape(labels.shape, shape)) return labels;
    const given = `a Tensor ${showShape(labels.shape)}`;
    throw new ShapeError({ where: `${where} labels`, given, allowed, advice });
  }
}
