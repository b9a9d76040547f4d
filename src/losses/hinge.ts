import { refuseProbabilities } from "./reduced.ts";
import type { Formula } from "../nn/description.ts";
import type { Equations } from "../nn/equations.ts";
import { checkNumber } from "../tensor/checks.ts";
import { DataError, show } from "../tensor/errors.ts";
import type { Shape } from "../tensor/shape.ts";
import { checkTensor, Tensor, zerosLike } from "../tensor/tensor.ts";
import { ClassificationLoss, type ClassificationOptions } from "./classification.ts";
import type { Labels } from "./loss.ts";
import { divided } from "./elementwise.ts";

/** Options of Hinge. */
export interface HingeOptions extends ClassificationOptions {
  /** Δ: how far the right class should lead every other; above 0, default 1. */
  margin?: number;
}

/**
 * The multi-class support vector machine's loss, of scores x: the right class y should lead by the margin.
 *
 *   forward:   L = mean over the rows of  Σ_{j≠y} max(0, x_j - x_y + Δ)
 *   backward:  dx_j = 1 / rows where class j is too near, dx_y = -(how many are) / rows, else 0
 *
 * The sum over classes is not divided by their number, as in CS231n. (PyTorch's MultiMarginLoss divides.)
 * Shapes: x [batch, classes]. Source: CS231n, "Linear classification"; Weston and Watkins 1999.
 * @throws OptionError unless the margin is above 0; DataError for labels that are no classes; CallOrderError for the
 * output of a Softmax or Sigmoid, whose scores are squeezed into less than the margin.
 * @example
 * new Hinge().forward(tensor([[3.2, 5.1, -1.7]]), [0]); // 5.1 - 3.2 + 1 = 2.9
 */
export class Hinge extends ClassificationLoss {
  static override readonly typeName: string = "Hinge";
  readonly margin: number;

  constructor(options: HingeOptions = {}) {
    super(options, ["reduction", "margin"]);
    this.margin = checkNumber("Hinge margin", options.margin ?? 1, { exclusiveMin: 0 });
  }

  get formula(): Formula {
    const rows = this.reduction === "mean" ? " / rows" : "", short = `x - x[label] + ${this.margin}`;
    return {
      forward: `L = ${this.reduction}(Σ max(0, ${short}) over the other classes)`,
      backward: `dx = 1${rows} where ${short} > 0, and at the label minus their sum`,
    };
  }

  /** Throws for labels that do not fit predictions of this shape, the batch axis included. */
  override check(predictionShape: Shape, labels: Labels): void {
    super.check(predictionShape, classesOf(labels));
  }

  /** How each element of its results is computed, in index notation. */
  equations(): Equations {
    const short = "x[n, j] - right[n] + margin", per = this.reduction === "mean" ? " / rows" : "";
    const near = "count(k where t[n, k] == 0 and x[n, k] - right[n] + margin > 0: x[n, k])";
    return {
      forward: [
        "right[n] = sum(j where t[n, j] == 1: x[n, j])", `loss[n] = sum(j where t[n, j] == 0: max(0, ${short}))`,
        `L = ${this.reduction}(n: loss[n])`,
      ],
      backward: [`dx[n, j] = (-${near} if t[n, j] == 1 else 1 if ${short} > 0 else 0)${per}`],
    };
  }

  /** The loss of scores [rows, classes]; remembers what backward needs. */
  forward(scores: Tensor, labels: Labels): number {
    checkTensor("Hinge scores", scores);
    refuseProbabilities("Hinge", scores);
    const right = classesOf(labels);
    super.check(scores.shape, right);
    const x = scores.data, classes = scores.shape[1], slopes = zerosLike(scores);
    right.forEach((label, row) => {
      const start = row * classes, y = start + label;
      for (let j = start; j < start + classes; j++) {
        if (j === y || x[j] - x[y] + this.margin <= 0) continue;
        slopes.data[j] += 1;
        slopes.data[y] -= 1;
      }
    });
    const total = (scale: number) => {
      let sum = 0;
      right.forEach((label, row) => {
        const start = row * classes, y = start + label;
        for (let j = start; j < start + classes; j++) {
          const short = x[j] * scale - x[y] * scale + this.margin * scale;
          // What is not a number must show in the loss.
          if (j !== y && !(short <= 0)) sum += short;
        }
      });
      return sum;
    };
    return this.finish(scores, total, (divisor) => divided(slopes, divisor));
  }
}

function classesOf(labels: Labels): readonly number[] {
  if (!(labels instanceof Tensor)) return labels;
  const allowed = "an array of class indices", where = "Hinge labels";
  throw new DataError({ where, given: show(labels), allowed, advice: "CrossEntropy takes probabilities." });
}
