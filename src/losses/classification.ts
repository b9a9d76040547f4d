import { checkChoice, checkOptions } from "../tensor/checks.ts";
import { DataError, OrderError, ShapeError, show } from "../tensor/errors.ts";
import { sameShape, showShape, type Shape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Labels, Loss } from "./loss.ts";

/** How far a row of probabilities may be from a sum of 1. */
const SUM_TOLERANCE = 1e-3;

export interface ClassificationOptions {
  /** Over the rows of a batch; default "mean". */
  reduction?: "mean" | "sum";
}

/** What losses over classes share: labels checked at the door, rows averaged or summed, one backward each. */
export abstract class ClassificationLoss implements Loss {
  readonly reduction: "mean" | "sum";
  private gradient: (() => Tensor) | undefined;

  constructor(options: ClassificationOptions = {}) {
    const { name } = new.target;
    checkOptions(name, options, ["reduction"]);
    this.reduction = checkChoice(`${name} reduction`, options.reduction ?? "mean", ["mean", "sum"]);
  }

  abstract forward(prediction: Tensor, labels: Labels): number;

  backward(): Tensor {
    if (this.gradient === undefined) {
      const where = `${this.constructor.name}.backward`, allowed = "one backward after each forward";
      throw new OrderError({ where, given: "backward before forward, or twice for one forward", allowed });
    }
    const gradient = this.gradient();
    this.gradient = undefined;
    return gradient;
  }

  check(predictionShape: Shape, labels: Labels): void {
    targetsOf(this.constructor.name, predictionShape, labels);
  }

  /** The labels as one row of probabilities for each row of the prediction. */
  protected targets(prediction: Tensor, labels: Labels): Float64Array {
    return targetsOf(this.constructor.name, prediction.shape, labels);
  }

  /** Ends forward: the loss of all rows, rounded once, and what backward will compute. */
  protected finish(prediction: Tensor, total: number, gradient: (divisor: number) => Tensor): number {
    const divisor = this.reduction === "mean" ? prediction.shape[0] : 1;
    this.gradient = () => gradient(divisor);
    return prediction.dtype === "float32" ? Math.fround(total / divisor) : total / divisor;
  }
}

function targetsOf(where: string, shape: Shape, labels: Labels): Float64Array {
  if (shape.length !== 2 || shape[0] === 0) {
    const given = `a prediction of shape ${showShape(shape)}`;
    throw new ShapeError({ where, given, allowed: "[batch, classes] with at least one row" });
  }
  return labels instanceof Tensor ? probabilities(where, shape, labels) : oneHot(where, shape, labels);
}

function oneHot(where: string, [rows, classes]: Shape, labels: readonly number[]): Float64Array {
  if (!Array.isArray(labels)) {
    const allowed = "an array of class indices, or a Tensor [batch, classes] of probabilities";
    throw new DataError({ where: `${where} labels`, given: show(labels), allowed });
  }
  if (labels.length !== rows) {
    const allowed = `${rows}, one for each row`;
    throw new DataError({ where: `${where} labels`, given: `${labels.length} labels`, allowed });
  }
  const targets = new Float64Array(rows * classes);
  labels.forEach((label: unknown, i) => {
    if (typeof label === "number" && Number.isInteger(label) && label >= 0 && label < classes) {
      targets[i * classes + label] = 1;
      return;
    }
    const at = `${where} labels, at index ${i}`, allowed = `a class from 0 to ${classes - 1}`;
    const advice = Array.isArray(label) ? "Rows of probabilities are given as a Tensor: tensor([[…]])." : "";
    throw new DataError({ where: at, given: show(label), allowed, advice });
  });
  return targets;
}

function probabilities(where: string, shape: Shape, labels: Tensor): Float64Array {
  const [rows, classes] = shape;
  if (!sameShape(labels.shape, shape)) {
    const given = `a Tensor ${showShape(labels.shape)}`;
    const allowed = `${showShape(shape)}, a row of probabilities for each row of the prediction`;
    const advice = labels.shape.length === 1 ? "Class indices are given as an array: [3, 1, 4]." : "";
    throw new ShapeError({ where: `${where} labels`, given, allowed, advice });
  }
  for (let i = 0; i < rows; i++) {
    const row = Array.from(labels.data.subarray(i * classes, (i + 1) * classes));
    const sum = row.reduce((total, value) => total + value, 0);
    if (Math.abs(sum - 1) <= SUM_TOLERANCE && row.every((value) => value >= 0)) continue;
    const given = `a row with sum ${sum} and smallest value ${Math.min(...row)}`;
    const allowed = `probabilities: at least 0, with sum 1 to within ${SUM_TOLERANCE}`;
    throw new DataError({ where: `${where} labels, row ${i}`, given, allowed });
  }
  return Float64Array.from(labels.data);
}
