import type { Parameter } from "../nn/parameter.ts";
import { clipGradientNorm, clipGradientValue } from "../optim/clip.ts";
import type { Penalty } from "../optim/penalties.ts";
import { checkMethods, checkNoPromise, checkNumber, checkOptions } from "../tensor/checks.ts";
import { OptionError } from "../tensor/errors.ts";

/** What a Trainer does to gradients before the optimizer reads them. */
export interface GradientOptions {
  /** The limit of their common norm, or of each value: see clipGradientNorm, clipGradientValue. */
  clip?: { norm: number } | { value: number };
  /** What weights cost by themselves; part of the loss in training, not of evaluate's. */
  penalty?: Penalty;
}

/** Clipping and penalty, as a Trainer applies them in each of its steps. */
export class GradientRules {
  static readonly typeName: string = "GradientRules";
  /** The norm of all gradients in the last step before it was clipped, with clip: { norm }. */
  norm: number | undefined;
  readonly maxNorm: number | undefined;
  readonly maxValue: number | undefined;
  readonly penalty: Penalty | undefined;

  constructor({ clip, penalty }: GradientOptions) {
    if (clip !== undefined) {
      checkOptions("Trainer clip", clip, ["norm", "value"]);
      const { norm, value } = clip as { norm?: unknown; value?: unknown };
      if ((norm === undefined) === (value === undefined)) {
        const given = norm === undefined ? "neither norm nor value" : "both norm and value";
        throw new OptionError({ where: "Trainer clip", given, allowed: "{ norm } or { value }" });
      }
      if (norm !== undefined) this.maxNorm = checkNumber("Trainer clip norm", norm, { exclusiveMin: 0 });
      else this.maxValue = checkNumber("Trainer clip value", value, { exclusiveMin: 0 });
    }
    this.penalty = penalty === undefined ? undefined
      : checkMethods("Trainer penalty", penalty, ["cost", "addGradients"], "a penalty, such as new L2(0.001)");
  }

  /** The penalty's share of the loss. */
  cost(parameters: readonly Parameter[]): number {
    return checkNoPromise("penalty cost", this.penalty?.cost(parameters)) ?? 0;
  }

  /** Adds the penalty first, so that clipping bounds what the optimizer reads. */
  apply(parameters: readonly Parameter[]): void {
    checkNoPromise<unknown>("penalty addGradients", this.penalty?.addGradients(parameters));
    if (this.maxNorm !== undefined) this.norm = clipGradientNorm(parameters, this.maxNorm);
    if (this.maxValue !== undefined) clipGradientValue(parameters, this.maxValue);
  }
}
