import type { Equations } from "../nn/equations.ts";
import { TWO_TO_MINUS_64 } from "../math/float64.ts";
import { DataError, ofAnotherCopy, ShapeError, show } from "../tensor/errors.ts";
import { sameShape, showShape, type Shape } from "../tensor/shape.ts";
import { checkTensor, Tensor, zerosLike } from "../tensor/tensor.ts";
import { typeNameOf } from "../tensor/type-name.ts";
import type { Labels } from "./loss.ts";
import { ReducedLoss } from "./reduced.ts";

/**
 * The base of losses that compare a prediction x with its target t number by number. A subclass defines the loss of one
 * number and its derivative. Both are computed in float64; each derivative, and the whole loss, is rounded once.
 * The mean is over all numbers. Targets are a Tensor of exactly the prediction's shape: nothing is broadcast.
 */
export abstract class ElementwiseLoss extends ReducedLoss {
  static override readonly typeName: string = "ElementwiseLoss";
  /** What predicting x for t costs, times a scale: a power of 2 of at most 1. */
  protected abstract loss(x: number, t: number, scale: number): number;
  /** The derivative of that cost with respect to x, times the scale. */
  protected abstract derivative(x: number, t: number, scale: number): number;

  /** Throws for targets of another shape than the predictions. */
  check(predictionShape: Shape, labels: Labels): void {
    this.targets(predictionShape, labels);
  }

  /** The loss of predictions against targets of the same shape; remembers what backward needs. */
  forward(prediction: Tensor, labels: Labels): number {
    checkTensor(`${typeNameOf(this.constructor)} prediction`, prediction);
    const { data: t } = this.targets(prediction.shape, labels);
    const x = prediction.data, slopes = zerosLike(prediction), tooSteep = new Map<number, number>();
    for (let i = 0; i < x.length; i++) {
      slopes.data[i] = this.derivative(x[i], t[i], 1);
      // May be finite once it is divided.
      if (Math.abs(slopes.data[i]) === Infinity) tooSteep.set(i, this.derivative(x[i], t[i], TWO_TO_MINUS_64));
    }
    const total = (scale: number) => {
      let sum = 0;
      for (let i = 0; i < x.length; i++) sum += this.loss(x[i], t[i], scale);
      return sum;
    };
    return this.finish(prediction, total, (divisor) => {
      const dx = divided(slopes, divisor);
      for (const [i, slope] of tooSteep) dx.data[i] = slope / divisor / TWO_TO_MINUS_64;
      return dx;
    }, x.length, prediction.shape[0]);
  }

  /** The labels, found to fit. */
  protected targets(shape: Shape, labels: Labels): Tensor {
    const where = typeNameOf(this.constructor);
    if (shape.length === 0 || shape.includes(0)) {
      const given = `a prediction of shape ${showShape(shape)}`;
      throw new ShapeError({ where, given, allowed: "[batch, …] with at least one row" });
    }
    const advice = ofAnotherCopy(labels, Tensor)
      || "Give the targets in rows, as the predictions are: tensor([[0.5], [1.5], …]).";
    const allowed = `a Tensor of shape ${showShape(shape)}, a target for each number of the prediction`;
    if (!(labels instanceof Tensor)) {
      throw new DataError({ where: `${where} labels`, given: show(labels), allowed, advice });
    }
    checkTensor(`${where} labels`, labels);
    if (sameShape(labels.shape, shape)) return labels;
    const given = `a Tensor ${showShape(labels.shape)}`;
    throw new ShapeError({ where: `${where} labels`, given, allowed, advice });
  }
}

/** The equations of such a loss: what a number costs, put together, and the derivative of that. */
export function elementwiseEquations(reduction: "mean" | "sum", loss: string, derivative: string): Equations {
  const per = reduction === "mean" ? " / numbers" : "";
  return {
    forward: ["numbers = count(I: x[I])", `loss[I] = ${loss}`, `L = ${reduction}(I: loss[I])`],
    backward: [`dx[I] = (${derivative})${per}`],
  };
}

/** slopes / divisor, each rounded. */
export function divided(slopes: Tensor, divisor: number): Tensor {
  const dx = zerosLike(slopes);
  for (let i = 0; i < dx.data.length; i++) dx.data[i] = slopes.data[i] / divisor;
  return dx;
}
