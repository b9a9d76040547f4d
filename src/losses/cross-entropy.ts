import { refuseProbabilities } from "./reduced.ts";
import type { Equations } from "../nn/equations.ts";
import type { Formula } from "../nn/description.ts";
import { log1p } from "../math/elementary.ts";
import { softmaxAndSums } from "../ops/softmax.ts";
import { checkInteger, checkNumber } from "../tensor/checks.ts";
import { allocate, checkTensor, Tensor, zerosLike } from "../tensor/tensor.ts";
import {
  checkWeights, ClassificationLoss, rescale, TARGET_OPTIONS, weightTargets, type ClassificationOptions,
  type TargetOptions, type TargetWeighting,
} from "./classification.ts";
import type { Labels } from "./loss.ts";

/** Options of CrossEntropy. */
export interface CrossEntropyOptions extends ClassificationOptions, TargetOptions {}

/**
 * Softmax and cross-entropy in one, of logits x: numbers that no softmax has seen.
 *
 *   forward:   L = mean over the rows of  Σ_j t_j · (log Σ_l exp(x_l) - x_j)
 *   backward:  dx_j = (softmax(x)_j · Σ t - t_j) / rows
 *
 * t is the row of target probabilities; for a class label, 1 at that class. Computed from x - max x: logits
 * of ±10,000 give losses of exactly 0 and 20,000.
 *
 * In float32 p is rounded before t is subtracted, so dx is off by at most 2 ulp of the larger of p · Σ t and t: at a
 * label whose p is near 1 it has few digits, or none. In float64 it has them all.
 *
 * With label smoothing s and class weights w, as in PyTorch: t_j ← w_j · ((1 - s) · t_j + s / classes), and
 * the mean is over Σ w of the rows' classes, ignored rows left out (over the rows, where labels are rows of
 * probabilities). Source of the smoothing: Szegedy et al. 2016, "Rethinking the Inception Architecture", §7.
 * Shapes: x [batch, classes]. Source: CS231n, "Linear classification".
 * @throws OptionError for options out of range; CallOrderError for probabilities, the output of a Softmax or Sigmoid;
 * DataError for labels that are no classes or probabilities, and, for a mean, if all rows are ignored or weigh nothing.
 * @example
 * new CrossEntropy().forward(tensor([[0, 0]]), [1]); // ln 2 = 0.6931…
 */
export class CrossEntropy extends ClassificationLoss implements TargetWeighting {
  static override readonly typeName: string = "CrossEntropy";
  readonly takesLogits = true;
  override readonly ignoreIndex: number | undefined;
  /** softmax(x) of the last forward. */
  probabilities: Tensor | undefined;
  readonly smoothing: number;
  readonly weights: readonly number[] | undefined;

  constructor(options: CrossEntropyOptions = {}) {
    super(options, ["reduction", ...TARGET_OPTIONS]);
    const { ignoreIndex, labelSmoothing = 0, classWeights: weights } = options, share = { min: 0, max: 1 };
    this.ignoreIndex = ignoreIndex === undefined ? undefined : checkInteger("CrossEntropy ignoreIndex", ignoreIndex);
    const advice = "It is the share that all classes get.";
    this.smoothing = checkNumber("CrossEntropy labelSmoothing", labelSmoothing, share, advice);
    this.weights = weights === undefined ? undefined : checkWeights("CrossEntropy classWeights", weights);
  }

  get formula(): Formula {
    const { reduction, ignoreIndex, smoothing, weights } = this;
    const [changed, t, P] = smoothing === 0 && weights === undefined ? ["", "t", "P"]
      : ["t' = weight · ((1 - smoothing) · t + smoothing / classes), ", "t'", "P · Σ t'"];
    const backward = reduction === "sum" ? `dx = ${P} - ${t}`
      : `dx = (${P} - ${t}) / ${(weights ?? ignoreIndex) === undefined ? "rows" : "divisor"}`;
    return { forward: `${changed}P = exp(x) / Σ exp(x), L = ${reduction}(-Σ ${t} · ln P)`, backward };
  }

  /** How each element of its results is computed, in index notation. */
  equations(labels: Labels): Equations {
    const { reduction, ignoreIndex, smoothing, weights } = this;
    const isPlain = smoothing === 0 && weights === undefined, t = isPlain ? "t" : "t'";
    const isByRows = labels instanceof Tensor || (weights ?? ignoreIndex) === undefined;
    const divisor = isByRows ? "rows" : `sum(n, j: t[n, j]${weights === undefined ? "" : " * weight[j]"})`;
    const changed = `(1 - ${smoothing}) * t[n, j] + ${smoothing} / count(k: t[n, k])`;
    const all = isPlain && isByRows && !(labels instanceof Tensor) ? "" : ` * sum(k: ${t}[n, k])`;
    const per = reduction === "mean" ? " / divisor" : "";
    return {
      forward: [
        "top[n] = max(j: x[n, j])", "P[n, j] = exp(x[n, j] - top[n]) / sum(k: exp(x[n, k] - top[n]))",
        ...(isPlain ? [] : [`t'[n, j] = ${weights ? "weight[j] * " : ""}(${changed}) if sum(k: t[n, k]) > 0 else 0`]),
        "logP[n, j] = log(P[n, j]) if P[n, j] > 1e-30 else x[n, j] - top[n] - log(sum(k: exp(x[n, k] - top[n])))",
        `loss[n] = sum(j where ${t}[n, j] != 0: -${t}[n, j] * logP[n, j])`,
        `divisor = ${divisor}`, `L = sum(n: loss[n])${per}`,
      ],
      backward: [`dx[n, j] = (P[n, j]${all} - ${t}[n, j])${per}`],
      ...(weights && { values: { weight: weights } }),
    };
  }

  /** What rows with these labels count for together: the weights of their classes; 0 for ignored rows. */
  labelWeight(labels: Labels): number {
    if (labels instanceof Tensor) return labels.shape[0];
    const { ignoreIndex, weights } = this;
    return labels.reduce((sum, label) => sum + (label === ignoreIndex ? 0 : weights?.[label] ?? 1), 0);
  }

  /** The loss of logits [rows, classes]; remembers what backward needs. */
  forward(logits: Tensor, labels: Labels): number {
    checkTensor("CrossEntropy logits", logits);
    refuseProbabilities("CrossEntropy", logits);
    const t = this.targets(logits.shape, labels);
    const classes = logits.shape[1], x = logits.data;
    const count = weightTargets("CrossEntropy", t, logits.shape, this, !(labels instanceof Tensor));
    // others: for each row Σ exp(x - max x) without the largest. unit: what t was multiplied by, to stay in range.
    const unit = rescale(t), others = allocate(logits.shape[0], "float64");
    const p = this.probabilities = softmaxAndSums(logits, others);
    const total = (scale: number) => {
      let sum = 0;
      for (let row = 0; row < x.length; row += classes) {
        let max = x[row];
        for (let j = row + 1; j < row + classes; j++) max = Math.max(max, x[j]);
        const logSum = log1p(others[row / classes]) * scale;
        for (let j = row; j < row + classes; j++) {
          if (t[j] !== 0) sum += t[j] * (logSum + (max * scale - x[j] * scale));
        }
      }
      return sum / unit;
    };
    return this.finish(logits, total, (divisor) => gradient(p, others, t, divisor * unit), count);
  }
}

function gradient(p: Tensor, others: Float64Array, t: Float64Array, divisor: number): Tensor {
  const dx = zerosLike(p), classes = p.shape[1], isDouble = p.dtype === "float64", from = p.data, to = dx.data;
  for (let row = 0; row < t.length; row += classes) {
    let sum = 0;
    for (let j = row; j < row + classes; j++) sum += t[j];
    for (let j = row; j < row + classes; j++) {
      // Each store rounds, as each single operation must.
      to[j] = from[j] * sum;
      to[j] -= t[j];
      if (isDouble && from[j] > 0.5) {
        // p · (Σ t - t) - t · (1 - p), the second by the others' p, so that no digit is lost where p is near 1.
        const rest = others[row / classes];
        to[j] = from[j] * (sum - t[j]) - t[j] * (rest / (1 + rest));
      }
      to[j] /= divisor;
    }
  }
  return dx;
}
