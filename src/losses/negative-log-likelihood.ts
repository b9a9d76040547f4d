import { log } from "../math/elementary.ts";
import { checkInstance } from "../tensor/checks.ts";
import { DataError } from "../tensor/errors.ts";
import { copyOf, Tensor, zerosLike } from "../tensor/tensor.ts";
import { ClassificationLoss, type ClassificationOptions } from "./classification.ts";
import type { Labels } from "./loss.ts";

/**
 * The negative log-likelihood of probabilities p, as a Softmax gives them.
 *
 *   forward:   L = mean over the rows of  -Σ_j t_j · log p_j
 *   backward:  dp_j = -t_j / p_j / rows
 *
 * A probability of 0 at the true class costs infinity; CrossEntropy, given the logits, stays finite there.
 * Shapes: p [batch, classes]. Source: Goodfellow et al., "Deep Learning", section 6.2.1.1.
 * @throws DataError for negative p, and for labels that are no classes or probabilities.
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

  /** The loss of probabilities [rows, classes]; remembers what backward needs. */
  forward(probabilities: Tensor, labels: Labels): number {
    checkInstance("NegativeLogLikelihood probabilities", probabilities, Tensor);
    const negative = probabilities.data.findIndex((value) => value < 0);
    if (negative >= 0) {
      throw new DataError({
        where: `NegativeLogLikelihood, number ${negative}`, given: String(probabilities.data[negative]),
        allowed: "probabilities, which are at least 0", advice: "For logits use CrossEntropy.",
      });
    }
    const t = this.targets(probabilities, labels);
    const p = copyOf(probabilities);
    let total = 0;
    for (let i = 0; i < t.length; i++) if (t[i] !== 0) total -= t[i] * log(p.data[i]);
    return this.finish(p, total, (divisor) => {
      const dp = zerosLike(p);
      for (let i = 0; i < t.length; i++) {
        if (t[i] === 0) continue;
        dp.data[i] = -t[i] / p.data[i];
        dp.data[i] /= divisor;
      }
      return dp;
    });
  }
}
