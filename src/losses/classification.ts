import { DataError, ofAnotherCopy, ShapeError, show } from "../tensor/errors.ts";
import { sameShape, showShape, type Shape } from "../tensor/shape.ts";
import { allocate, checkTensor, Tensor } from "../tensor/tensor.ts";
import { typeNameOf } from "../tensor/type-name.ts";
import type { Labels } from "./loss.ts";
import { ReducedLoss, type LossOptions } from "./reduced.ts";

/** How far a row of probabilities may be from a sum of 1. */
export const SUM_TOLERANCE = 1e-3;

/** What a loss of classes can be told. */
export type ClassificationOptions = LossOptions;

/** What losses over classes share: labels, checked and laid out as rows of probabilities. */
export abstract class ClassificationLoss extends ReducedLoss {
  static override readonly typeName: string = "ClassificationLoss";
  /** The label of rows that count for nothing; as a rule there is none. */
  readonly ignoreIndex: number | undefined = undefined;

  /** Refuses labels that do not fit predictions of this shape, the batch axis included. */
  check(predictionShape: Shape, labels: Labels): void {
    this.targets(predictionShape, labels);
  }

  /** The labels as a row of probabilities for each row of the prediction; zeros for a row that is ignored. */
  protected targets(shape: Shape, labels: Labels): Float64Array {
    const where = typeNameOf(this.constructor);
    if (shape.length !== 2 || shape[0] === 0) {
      const given = `a prediction of shape ${showShape(shape)}`;
      throw new ShapeError({ where, given, allowed: "[batch, classes] with at least one row" });
    }
    if (!(labels instanceof Tensor)) return oneHot(where, shape, labels, this);
    checkTensor(`${where} labels`, labels);
    if (this.ignoreIndex === undefined) return probabilities(where, shape, labels);
    const given = "rows of probabilities, of which none is a label to be ignored";
    throw new DataError({ where: `${where} labels`, given, allowed: "class indices, with ignoreIndex" });
  }
}

function oneHot(
  where: string, [rows, classes]: Shape, labels: readonly number[],
  { ignoreIndex: ignore, reduction }: Pick<ClassificationLoss, "ignoreIndex" | "reduction">,
): Float64Array {
  if (!Array.isArray(labels)) {
    const allowed = "an array of class indices, or a Tensor [batch, classes] of probabilities";
    const advice = ofAnotherCopy(labels, Tensor);
    throw new DataError({ where: `${where} labels`, given: show(labels), allowed, advice });
  }
  if (labels.length !== rows) {
    const allowed = `${rows}, one for each row`;
    throw new DataError({ where: `${where} labels`, given: `${labels.length} labels`, allowed });
  }
  const targets = allocate(rows * classes, "float64");
  let counted = 0;
  Array.from<unknown>(labels).forEach((label, i) => {
    if (label === ignore && ignore !== undefined) return;
    counted++;
    if (typeof label === "number" && Number.isInteger(label) && label >= 0 && label < classes) {
      targets[i * classes + label] = 1;
      return;
    }
    const at = `${where} labels, at index ${i}`;
    const orIgnored = ignore === undefined ? "" : `, or ${ignore} to ignore the row`;
    const allowed = `a class from 0 to ${classes - 1}${orIgnored}`;
    const advice = Array.isArray(label) ? "Rows of probabilities are given as a Tensor: tensor([[…]])." : "";
    throw new DataError({ where: at, given: show(label), allowed, advice });
  });
  // The sum of no rows is 0; their mean is none.
  if (counted > 0 || reduction === "sum") return targets;
  const given = `${rows} labels, all of them ${ignore}, which is ignored`;
  throw new DataError({ where: `${where} labels`, given, allowed: "at least one row that counts" });
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
