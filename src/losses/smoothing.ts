import { TWO_TO_MINUS_64 } from "../math/float64.ts";
import { checkNumber } from "../tensor/checks.ts";
import { DataError, ofAnotherCopy, OptionError, ShapeError, show } from "../tensor/errors.ts";
import { checkTensor, Tensor } from "../tensor/tensor.ts";

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

/** Label smoothing and class weights, as changes of the target probabilities t. */
export class TargetWeighting {
  static readonly typeName: string = "TargetWeighting";
  readonly smoothing: number;
  readonly weights: readonly number[] | undefined;
  private readonly where: string;

  constructor(where: string, { labelSmoothing = 0, classWeights }: TargetOptions) {
    this.where = where;
    const advice = "It is the share of a target that is spread over all classes.";
    this.smoothing = checkNumber(`${where} labelSmoothing`, labelSmoothing, { min: 0, max: 1 }, advice);
    if (classWeights !== undefined) this.weights = checkWeights(`${where} classWeights`, classWeights);
  }

  /**
   * t_j ← w_j · ((1 - s) · t_j + s / C), in place; rows of zeros, which are ignored, stay so. Gives what the
   * mean divides by: Σ w of the rows' classes, and for rows of probabilities how many there are.
   * @throws ShapeError for another number of classes; DataError where all that is there weighs nothing.
   */
  apply(t: Float64Array, classes: number, areClasses: boolean, reduction: string): number {
    const { smoothing: s, weights, where } = this;
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
}

/** Makes t so much larger or smaller, in place, that a float32 holds what it is multiplied by; gives by how much. */
export function rescale(t: Float64Array): number {
  let top = 0, scale = 1;
  for (let i = 0; i < t.length; i++) top = Math.max(top, t[i]);
  while (top * scale > 1 / TWO_TO_MINUS_64) scale *= TWO_TO_MINUS_64;
  while (top > 0 && top * scale < TWO_TO_MINUS_64 * TWO_TO_MINUS_64) scale /= TWO_TO_MINUS_64;
  if (scale !== 1) for (let i = 0; i < t.length; i++) t[i] *= scale;
  return scale;
}

function checkWeights(where: string, given: unknown): readonly number[] {
  const allowed = "an array of numbers of at least 0, one for each class, not all of them 0";
  if (!Array.isArray(given) && !(given instanceof Tensor)) {
    throw new OptionError({ where, given: show(given), allowed, advice: ofAnotherCopy(given, Tensor) });
  }
  const weights = (given instanceof Tensor ? Array.from(checkTensor(where, given).data) : [...given as unknown[]])
    // No sum over the rows of an epoch overflows.
    .map((weight, j) => checkNumber(`${where}, at index ${j}`, weight, { min: 0, max: 1e200 }));
  if (weights.some((weight) => weight > 0)) return weights;
  throw new OptionError({ where, given: weights.length === 0 ? "none" : "nothing but 0", allowed });
}
