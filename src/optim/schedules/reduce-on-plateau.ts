import { isCount } from "../../nn/layer-numbers.ts";
import { fieldsOf, type Json } from "../../nn/json-state.ts";
import { checkChoice, checkInteger, checkNumber, checkOptions } from "../../tensor/checks.ts";
import { DataError, NumericError } from "../../tensor/errors.ts";

/** Options of ReduceOnPlateau. */
export interface ReduceOnPlateauOptions {
  /** What the rate is multiplied by: above 0 and below 1; default 0.1. */
  factor?: number;
  /** How many values in a row may bring nothing better; the one after them reduces. Default 10. */
  patience?: number;
  /** Whether lower values (default) or higher ones are better. */
  mode?: "min" | "max";
  /** How much better a value must be to count; default 0.0001. */
  threshold?: number;
  /** Whether the threshold is a share of the best value's size (default) or a difference from it. */
  thresholdMode?: "relative" | "absolute";
  /** How many values after a reduction do not count; default 0. */
  cooldown?: number;
  /** The rate is never reduced below this; default 0. */
  lowest?: number;
}

/** A change of the rate that is no larger is not made. */
const SMALLEST_CHANGE = 1e-8;

/**
 * Reduces the rate when a value, usually the validation loss, has stopped improving.
 * PyTorch's ReduceLROnPlateau, with its defaults, except if the best value is negative and the threshold relative:
 * there the margin is |best| · threshold, as above; with PyTorch's best · (1 - threshold) a value that stays the same
 * counts as better.
 * What it remembers is plain data.
 * @throws OptionError for options out of range.
 * @example
 * const plateau = new ReduceOnPlateau({ factor: 0.5, patience: 2 });
 * optimizer.learningRate = plateau.next(validationLoss, optimizer.learningRate);
 */
export class ReduceOnPlateau {
  static readonly typeName: string = "ReduceOnPlateau";
  private readonly options: Required<ReduceOnPlateauOptions>;
  private best: number | null = null;
  private waited = 0;
  private cooling = 0;

  constructor(options: ReduceOnPlateauOptions = {}) {
    const name = "ReduceOnPlateau";
    checkOptions(name, options, [
      "factor", "patience", "mode", "threshold", "thresholdMode", "cooldown", "lowest",
    ]);
    this.options = {
      factor: checkNumber(`${name} factor`, options.factor ?? 0.1, { exclusiveMin: 0, exclusiveMax: 1 }),
      patience: checkInteger(`${name} patience`, options.patience ?? 10, { min: 0 }),
      mode: checkChoice(`${name} mode`, options.mode ?? "min", ["min", "max"]),
      threshold: checkNumber(`${name} threshold`, options.threshold ?? 1e-4, { min: 0 }),
      thresholdMode: checkChoice(
        `${name} thresholdMode`, options.thresholdMode ?? "relative", ["relative", "absolute"],
      ),
      cooldown: checkInteger(`${name} cooldown`, options.cooldown ?? 0, { min: 0 }),
      lowest: checkNumber(`${name} lowest`, options.lowest ?? 0, { min: 0 }),
    };
  }

  /** Takes in a value; returns the rate from now on. @throws NumericError for NaN, with nothing changed. */
  next(value: number, learningRate: number): number {
    if (typeof value !== "number" || Number.isNaN(value)) {
      throw new NumericError({ where: "ReduceOnPlateau", given: String(value), allowed: "a number" });
    }
    const { factor, patience, cooldown, lowest } = this.options;
    if (this.isBetter(value)) {
      this.best = value;
      this.waited = 0;
    } else this.waited++;
    if (this.cooling > 0) {
      this.cooling--;
      this.waited = 0;
    }
    if (this.waited <= patience) return learningRate;
    this.waited = 0;
    this.cooling = cooldown;
    const reduced = Math.max(learningRate * factor, lowest);
    return learningRate - reduced > SMALLEST_CHANGE ? reduced : learningRate;
  }

  /** What it was told, as plain data. */
  settings(): Json {
    return { ...this.options };
  }

  /** What it has seen so far, as plain data. */
  state(): Json {
    const { best, waited, cooling } = this;
    return { best: best !== null && !Number.isFinite(best) ? String(best) : best, waited, cooling };
  }

  /** Restores what state() returned. @throws DataError for anything else, with nothing changed. */
  load(state: Json): void {
    const { best: from, waited, cooling } = fieldsOf(state);
    const best = from === "Infinity" || from === "-Infinity" ? Number(from) : from;
    const isBest = best === null || (typeof best === "number" && !Number.isNaN(best));
    if (!isBest || !isCount(waited) || !isCount(cooling)) {
      const allowed = "what state() gave: { best, waited, cooling }";
      throw new DataError({ where: "ReduceOnPlateau.load", given: JSON.stringify(state), allowed });
    }
    this.best = best;
    this.waited = waited;
    this.cooling = cooling;
  }

  private isBetter(value: number): boolean {
    const { mode, threshold, thresholdMode } = this.options;
    if (this.best === null) return mode === "min" ? value < Infinity : value > -Infinity;
    const size = thresholdMode === "absolute" ? 1 : Math.abs(this.best);
    const margin = Number.isFinite(size) ? size * threshold : 0;
    return mode === "min" ? value < this.best - margin : value > this.best + margin;
  }
}
