import type { Formula } from "../nn/description.ts";
import type { Equations } from "../nn/equations.ts";
import { exp, log1p } from "../math/elementary.ts";
import { DataError, CallOrderError } from "../tensor/errors.ts";
import type { Shape } from "../tensor/shape.ts";
import { checkTensor, Tensor } from "../tensor/tensor.ts";
import { elementwiseEquations, ElementwiseLoss } from "./elementwise.ts";
import type { Labels } from "./loss.ts";
import { refuseProbabilities, type LossOptions } from "./reduced.ts";

/**
 * Sigmoid and binary cross-entropy in one, of logits x: each number is a yes-or-no question of its own.
 *
 *   forward:   L = mean over all numbers of -t · log σ(x) - (1 - t) · log(1 - σ(x)),  σ(x) = 1 / (1 + e^-x)
 *                = mean over all numbers of max(x, 0) - x·t + log(1 + e^-|x|)
 *   backward:  dx = (σ(x) - t) / numbers
 *
 * The second line is the same and has nothing in it that could overflow: logits of ±10,000 give losses of
 * exactly 0 and 10,000. t is the probability of a yes, from 0 to 1.
 * Shapes: x and t the same, as [batch, questions]. Source: Goodfellow et al., "Deep Learning", 6.2.2.2.
 * @throws ShapeError unless x and t have one shape; DataError for t outside 0 to 1; CallOrderError when given the
 * output of a Sigmoid, Softmax or LogSoftmax.
 * @example
 * new BinaryCrossEntropy().forward(tensor([[0]]), tensor([[1]])); // ln 2 = 0.6931…
 */
export class BinaryCrossEntropy extends ElementwiseLoss {
  static override readonly typeName: string = "BinaryCrossEntropy";
  constructor(options: LossOptions = {}) {
    super(options);
  }

  get formula(): Formula {
    return {
      forward: `L = ${this.reduction}(-t · ln σ(x) - (1 - t) · ln(1 - σ(x)))`,
      backward: this.reduction === "mean" ? "dx = (σ(x) - t) / numbers" : "dx = σ(x) - t",
    };
  }

  /** The loss of logits; remembers what backward needs. */
  override forward(logits: Tensor, labels: Labels): number {
    checkTensor("BinaryCrossEntropy logits", logits);
    refuseProbabilities("BinaryCrossEntropy", logits);
    if (logits.meaning === "log-probabilities") {
      const given = "the output of a LogSoftmax", allowed = "logits, as they go into a sigmoid";
      throw new CallOrderError({ where: "BinaryCrossEntropy", given, allowed, advice: "Leave the LogSoftmax out." });
    }
    return super.forward(logits, labels);
  }

  /** How each element of its results is computed, in index notation. */
  equations(): Equations {
    const loss = "max(x[I], 0) - x[I] * t[I] + log(1 + exp(-abs(x[I])))";
    return elementwiseEquations(this.reduction, loss, "sigmoid(x[I]) - t[I]");
  }

  protected loss(x: number, t: number, scale: number): number {
    // The share of the other answer, times what is between; where there is none, also for an infinite logit.
    const share = x > 0 ? 1 - t : t;
    return ((share === 0 ? 0 : Math.abs(x) * share) + log1p(exp(-Math.abs(x)))) * scale;
  }

  protected derivative(x: number, t: number): number {
    const power = exp(-Math.abs(x));
    const [yes, no] = x >= 0 ? [1, power] : [power, 1];
    return ((1 - t) * yes - t * no) / (1 + power);
  }

  protected override targets(shape: Shape, labels: Labels): Tensor {
    const targets = super.targets(shape, labels);
    const wrong = targets.data.findIndex((t) => !(t >= 0 && t <= 1));
    if (wrong < 0) return targets;
    const row = Math.floor(wrong / (targets.data.length / shape[0]));
    const where = `BinaryCrossEntropy labels, row ${row}`, given = String(targets.data[wrong]);
    throw new DataError({ where, given, allowed: "probabilities: from 0 to 1" });
  }
}
