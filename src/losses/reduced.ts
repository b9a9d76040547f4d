import { TWO_TO_MINUS_64 } from "../math/float64.ts";
import { checkChoice, checkOptions } from "../tensor/checks.ts";
import { CallOrderError } from "../tensor/errors.ts";
import { roundingOf, type Tensor } from "../tensor/tensor.ts";
import { typeNameOf } from "../tensor/type-name.ts";
import type { Labels, Loss } from "./loss.ts";

/** Options of every loss. */
export interface LossOptions {
  /** How the losses of rows, or of numbers, are combined; default "mean". */
  reduction?: "mean" | "sum";
}

/** What all losses share: a mean or a sum, rounded once, and one backward for each forward. */
export abstract class ReducedLoss implements Loss {
  static readonly typeName: string = "ReducedLoss";
  readonly reduction: "mean" | "sum";
  /** The names of the options that are fields of the same name; checkpoints compare them. */
  readonly optionNames: readonly string[];
  /** What the last forward counted: as a rule its rows. */
  weight: number | undefined;
  private gradient: (() => Tensor) | undefined;

  /** @param known the names of the options the loss takes. */
  constructor(options: LossOptions = {}, known: readonly string[] = ["reduction"]) {
    const name = typeNameOf(new.target);
    checkOptions(name, options, known);
    this.optionNames = known;
    this.reduction = checkChoice(`${name} reduction`, options.reduction ?? "mean", ["mean", "sum"]);
  }

  abstract forward(prediction: Tensor, labels: Labels): number;

  backward(): Tensor {
    if (this.gradient === undefined) {
      const where = `${typeNameOf(this.constructor)}.backward`, allowed = "one backward after each forward";
      throw new CallOrderError({ where, given: "backward before forward, or twice for one forward", allowed });
    }
    const gradient = this.gradient();
    this.gradient = undefined;
    return gradient;
  }

  /**
   * Ends forward: the whole loss, rounded once, and what backward will compute.
   * @param total the sum of the losses times scale, which is 1, or 2⁻⁶⁴ if the sum overflows, as its mean may not.
   * @param count what a mean divides by; `weight` what this batch counts for in a mean over several.
   */
  protected finish(
    prediction: Tensor, total: (scale: number) => number, gradient: (divisor: number) => Tensor,
    count = prediction.shape[0], weight = count,
  ): number {
    const divisor = this.reduction === "mean" ? count : 1;
    this.weight = weight;
    this.gradient = () => gradient(divisor);
    const sum = total(1);
    const loss = Number.isFinite(sum) ? sum / divisor : total(TWO_TO_MINUS_64) / divisor / TWO_TO_MINUS_64;
    return roundingOf(prediction.data)(loss);
  }
}

/** Throws, in a loss of logits or scores, for the output of a softmax or sigmoid: it would learn badly. */
export function refuseProbabilities(where: string, { meaning }: Tensor): void {
  if (meaning === undefined || meaning === "log-probabilities") return;
  const isSoftmax = meaning === "probabilities", layer = isSoftmax ? "Softmax" : "Sigmoid";
  const instead = isSoftmax ? ", or use NegativeLogLikelihood, which takes probabilities" : "";
  const given = `the output of a ${layer}`, allowed = `logits, as they go into a ${layer}`;
  throw new CallOrderError({ where, given, allowed, advice: `Leave the ${layer} out${instead}.` });
}
