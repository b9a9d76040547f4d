import { DataError, ofAnotherCopy, ShapeError, show, OptionError } from "../tensor/errors.ts";
import { sameShape, showShape, type Shape } from "../tensor/shape.ts";
import { allocate, checkTensor, Tensor } from "../tensor/tensor.ts";
import { typeNameOf } from "../tensor/type-name.ts";
import type { Labels } from "./loss.ts";
import { ReducedLoss, type LossOptions } from "./reduced.ts";
import { TWO_TO_MINUS_64 } from "../math/float64.ts";
import { checkNumber } from "../tensor/checks.ts";

/** How far a row of probabilities may be from a sum of 1. */
export const SUM_TOLERANCE = 1e-3;

/** Options of a loss over classes. */
export type ClassificationOptions = LossOptions;

/** What losses over classes share: labels, checked and laid out as rows of probabilities. */
export abstract class ClassificationLoss extends ReducedLoss {
  static override readonly typeName: string = "ClassificationLoss";
  /** The label of rows that count for nothing; as a rule there is none. */
  readonly ignoreIndex: number | undefined = undefined;

  /** Throws for labels that do not fit predictions of this shape, the batch axis included. */
  check(predictionShape: Shape, labels: Labels): void {
    const where = typeNameOf(this.constructor);
    if (predictionShape.length !== 2 || predictionShape[0] === 0) {
      const given = `a prediction of shape ${showShape(predictionShape)}`;
      throw new ShapeError({ where, given, allowed: "[batch, classes] with at least one row" });
    }
    if (!(labels instanceof Tensor)) checkClasses(`${where} labels`, predictionShape, labels, this);
    else if (this.ignoreIndex === undefined) checkProbabilities(`${where} labels`, predictionShape, labels);
    else {
      const given = "rows of probabilities, none of them ignored";
      throw new DataError({ where: `${where} labels`, given, allowed: "class indices, with ignoreIndex" });
    }
  }

  /** The labels as a row of probabilities for each row of the prediction; zeros for a row that is ignored. */
  protected targets(shape: Shape, labels: Labels): Float64Array {
    this.check(shape, labels);
    if (labels instanceof Tensor) return Float64Array.from(labels.data);
    const [rows, classes] = shape, targets = allocate(rows * classes, "float64");
    labels.forEach((label, row) => {
      if (label !== this.ignoreIndex) targets[row * classes + label] = 1;
    });
    return targets;
  }
}

function checkClasses(
  where: string, [rows, classes]: Shape, labels: readonly number[],
  { ignoreIndex: ignore, reduction }: Pick<ClassificationLoss, "ignoreIndex" | "reduction">,
): void {
  if (!Array.isArray(labels)) {
    const allowed = "an array of class indices, or a Tensor [batch, classes] of probabilities";
    throw new DataError({ where, given: show(labels), allowed, advice: ofAnotherCopy(labels, Tensor) });
  }
  if (labels.length !== rows) {
    throw new DataError({ where, given: `${labels.length} labels`, allowed: `${rows}, one for each row` });
  }
  let counted = 0;
  Array.from<unknown>(labels).forEach((label, i) => {
    if (label === ignore && ignore !== undefined) return;
    counted++;
    if (typeof label === "number" && Number.isInteger(label) && label >= 0 && label < classes) return;
    const orIgnored = ignore === undefined ? "" : `, or ${ignore} to ignore the row`;
    const allowed = `a class from 0 to ${classes - 1}${orIgnored}`;
    const advice = Array.isArray(label) ? "Rows of targets are given as a Tensor: tensor([[…]])." : "";
    throw new DataError({ where: `${where}, at index ${i}`, given: show(label), allowed, advice });
  });
  // The sum of no rows is 0; their mean is none.
  if (counted > 0 || reduction === "sum") return;
  const given = `${rows} labels, all of them ${ignore}, which is ignored`;
  throw new DataError({ where, given, allowed: "at least one row that counts" });
}

function checkProbabilities(where: string, shape: Shape, labels: Tensor): void {
  checkTensor(where, labels);
  const [rows, classes] = shape;
  if (!sameShape(labels.shape, shape)) {
    const given = `a Tensor ${showShape(labels.shape)}`;
    const allowed = `${showShape(shape)}, probabilities for each row of the prediction`;
    const advice = labels.shape.length === 1 ? "Class indices are given as an array: [3, 1, 4]." : "";
    throw new ShapeError({ where, given, allowed, advice });
  }
  for (let i = 0; i < rows; i++) {
    let sum = 0, least = Infinity;
    for (const value of labels.data.subarray(i * classes, (i + 1) * classes)) {
      sum += value;
      least = Math.min(least, value);
    }
    if (Math.abs(sum - 1) <= SUM_TOLERANCE && least >= 0) continue;
    const given = `a row with sum ${sum} and smallest value ${least}`;
    const allowed = `probabilities: at least 0, with sum 1 to within ${SUM_TOLERANCE}`;
    throw new DataError({ where: `${where}, row ${i}`, given, allowed });
  }
}

export interface TargetOptions {
  /** s, the share of each target that is spread over all classes: 0 (default) to 1. */
  labelSmoothing?: number;
  /** w, what each class counts for: one number from 0 to 1e200 for each; default 1. */
  classWeights?: readonly number[] | Tensor;
  /**
   * The label of rows that count for nothing: any integer, such as PyTorch's -100; a Dataset holds labels from 0 on, so
   * choose one there. None by default; a batch of nothing else is an error.
   */
  ignoreIndex?: number;
}

/** The names of these options. */
export const TARGET_OPTIONS = ["labelSmoothing", "classWeights", "ignoreIndex"] as const;

/** Label smoothing s and class weights w, in a mean or a sum. */
export interface TargetWeighting {
  readonly reduction: "mean" | "sum";
  readonly smoothing: number;
  readonly weights: readonly number[] | undefined;
}

/**
 * t_j ← w_j · ((1 - s) · t_j + s / C), in place; rows of zeros, which are ignored, stay so. Returns what the
 * mean divides by: Σ w of the rows' classes, and for rows of probabilities how many there are.
 * @throws ShapeError for another number of classes; DataError if all that is there weighs nothing.
 */
export function weightTargets(
  where: string, t: Float64Array, [, classes]: Shape, { smoothing: s, weights, reduction }: TargetWeighting,
  areClasses: boolean,
): number {
  if (weights !== undefined && weights.length !== classes) {
    const given = `${weights.length} weights`, allowed = `${classes}, one for each class of the prediction`;
    throw new ShapeError({ where: `${where} classWeights`, given, allowed });
  }
  let divisor = 0;
  for (let row = 0; row < t.length; row += classes) {
    let count = 0, weight = 0;
    for (let j = 0; j < classes; j++) {
      count += t[row + j];
      weight += t[row + j] * (weights?.[j] ?? 1);
    }
    if (count === 0) continue;
    divisor += areClasses ? weight : 1;
    for (let j = 0; j < classes; j++) {
      const smoothed = s === 0 ? t[row + j] : (1 - s) * t[row + j] + s / classes;
      t[row + j] = (weights?.[j] ?? 1) * smoothed;
    }
  }
  if (divisor > 0 || reduction === "sum") return divisor;
  const given = "rows of classes that all weigh 0", allowed = "at least one row whose class weighs more";
  throw new DataError({ where: `${where} labels`, given, allowed });
}

/** Makes t so much larger or smaller, in place, that a float32 holds what it is multiplied by; returns by how much. */
export function rescale(t: Float64Array): number {
  let top = 0, scale = 1;
  for (let i = 0; i < t.length; i++) top = Math.max(top, t[i]);
  while (top * scale > 1 / TWO_TO_MINUS_64) scale *= TWO_TO_MINUS_64;
  while (top > 0 && top * scale < TWO_TO_MINUS_64 * TWO_TO_MINUS_64) scale /= TWO_TO_MINUS_64;
  if (scale !== 1) for (let i = 0; i < t.length; i++) t[i] *= scale;
  return scale;
}

/** Class weights as an array. @throws OptionError unless each is a number from 0 to 1e200, and one is above 0. */
export function checkWeights(where: string, given: unknown): readonly number[] {
  const allowed = "a number of at least 0 for each class, not all of them 0";
  if (!Array.isArray(given) && !(given instanceof Tensor)) {
    throw new OptionError({ where, given: show(given), allowed, advice: ofAnotherCopy(given, Tensor) });
  }
  const weights = (given instanceof Tensor ? Array.from(checkTensor(where, given).data) : [...given as unknown[]])
    // No sum over the rows of an epoch overflows.
    .map((weight, j) => checkNumber(`${where}, at index ${j}`, weight, { min: 0, max: 1e200 }));
  if (weights.some((weight) => weight > 0)) return weights;
  throw new OptionError({ where, given: weights.length === 0 ? "none" : "nothing but 0", allowed });
}
