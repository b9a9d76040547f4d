import type { Equations } from "../nn/equations.ts";
import { log } from "../math/elementary.ts";
import { DataError, CallOrderError } from "../tensor/errors.ts";
import { checkTensor, copyOf, Tensor, zerosLike } from "../tensor/tensor.ts";
import { ClassificationLoss, SUM_TOLERANCE, type ClassificationOptions } from "./classification.ts";
import type { Labels } from "./loss.ts";

/**
 * The negative log-likelihood of probabilities p, as a Softmax returns them.
 *
 *   forward:   L = mean over the rows of  -Σ_j t_j · log p_j
 *   backward:  dp_j = -t_j / p_j / rows
 *
 * A probability of 0 at the true class costs infinity; CrossEntropy, given the logits, stays finite there.
 * Shapes: p [batch, classes]. Source: Goodfellow et al., "Deep Learning", section 6.2.1.1.
 * @throws DataError for negative p, rows whose sum is not 1 to within 0.001, and for labels that are no classes or
 * probabilities; CallOrderError for the output of a LogSoftmax.
 * @example
 * new NegativeLogLikelihood().forward(tensor([[0.5, 0.5]]), [1]); // ln 2 = 0.6931…
 */
export class NegativeLogLikelihood extends ClassificationLoss {
  static override readonly typeName: string = "NegativeLogLikelihood";
  readonly formula = {
    forward: `L = ${this.reduction}(-Σ t · ln x)`,
    backward: this.reduction === "mean" ? "dx = -t / x / rows" : "dx = -t / x",
  };

  constructor(options: ClassificationOptions = {}) {
    super(options);
  }

  /** How each element of its results is computed, in index notation. */
  equations(): Equations {
    return {
      forward: ["loss[n] = sum(j where t[n, j] != 0: -t[n, j] * log(x[n, j]))", `L = ${this.reduction}(n: loss[n])`],
      backward: [`dx[n, j] = -t[n, j] / x[n, j]${this.reduction === "mean" ? " / rows" : ""} if t[n, j] != 0 else 0`],
    };
  }

  /** The loss of probabilities [rows, classes]; remembers what backward needs. */
  forward(probabilities: Tensor, labels: Labels): number {
    checkTensor("NegativeLogLikelihood probabilities", probabilities);
    if (probabilities.meaning === "log-probabilities") {
      throw new CallOrderError({
        where: "NegativeLogLikelihood", given: "the output of a LogSoftmax", allowed: "probabilities",
        advice: "CrossEntropy takes log-probabilities, as it takes logits; or use a Softmax.",
      });
    }
    const negative = probabilities.data.findIndex((value) => value < 0);
    if (negative >= 0) {
      throw new DataError({
        where: `NegativeLogLikelihood, number ${negative}`, given: String(probabilities.data[negative]),
        allowed: "probabilities, which are at least 0", advice: "For logits use CrossEntropy.",
      });
    }
    const t = this.targets(probabilities.shape, labels);
    checkSums(probabilities);
    const p = copyOf(probabilities);
    let total = 0;
    for (let i = 0; i < t.length; i++) if (t[i] !== 0) total -= t[i] * log(p.data[i]);
    return this.finish(p, (scale) => total * scale, (divisor) => {
      const dp = zerosLike(p);
      for (let i = 0; i < t.length; i++) {
        if (t[i] === 0) continue;
        dp.data[i] = -t[i] / p.data[i];
        dp.data[i] /= divisor;
        // Steeper than the largest number, and perhaps not once it is divided.
        if (dp.data[i] === -Infinity) dp.data[i] = -t[i] / divisor / p.data[i];
      }
      return dp;
    });
  }
}

/** Throws for rows that are not probabilities, as of a ReLU or a Sigmoid; NaN shows in the loss. */
function checkSums({ data, shape: [rows, classes] }: Tensor): void {
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let j = 0; j < classes; j++) sum += data[row * classes + j];
    if (!(Math.abs(sum - 1) > SUM_TOLERANCE)) continue;
    const where = `NegativeLogLikelihood, row ${row}`, given = `numbers with sum ${sum}`;
    const allowed = `probabilities, whose sum is 1 to within ${SUM_TOLERANCE}`;
    const advice = "End the network in a Softmax; for logits use CrossEntropy.";
    throw new DataError({ where, given, allowed, advice });
  }
}
