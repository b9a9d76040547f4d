import { checkChoice, checkInteger } from "../../tensor/checks.ts";
import { isCount } from "../../nn/layer-numbers.ts";
import { fieldsOf, readState, type Json } from "../../nn/json-state.ts";
import { differences } from "../../serialize/differences.ts";
import { CallOrderError } from "../../tensor/errors.ts";
import type { EpochRecord } from "../evaluation.ts";
import { badState } from "../plain-records.ts";
import type { Trainer } from "../trainer.ts";
import {
  BestWeights, isLayerState, putBack, withoutCounts, type BestWeightsOptions, type Seen,
} from "./best-weights.ts";

/** Options of EarlyStopping. */
export interface EarlyStoppingOptions extends BestWeightsOptions {
  /** How many epochs in a row may bring nothing better; after the last of them training stops. Default 5. */
  patience?: number;
  /** Whether the best weights are put back when fit ends, stopped early or not. Default true. */
  restoreBest?: boolean;
}

/**
 * Stops training once it no longer helps, and puts the best weights back. They are a copy, and are put back
 * when fit ends by itself, too; the optimizer's state is left as it is.
 *
 * It watches one run of one trainer: with another trainer, validation set or loss it starts over. A fit after one
 * that has put back an earlier epoch's weights is refused, as it would undo the epochs since; in a loop of fits say
 * `restoreBest: false`, and call `restore` after the last. A run that something else stopped goes on from its last
 * weights, and one that it has stopped itself makes no more epochs.
 * Source: Prechelt 1998, "Early Stopping - But When?"; Goodfellow et al., "Deep Learning", section 7.8.
 * @throws OptionError for options out of range, or if there is no validation set to watch; CallOrderError, before
 * the first step, for a fit that would undo epochs.
 * @example
 * new Trainer(network, { loss, optimizer, callbacks: [new EarlyStopping({ patience: 3 })] });
 */
export class EarlyStopping extends BestWeights {
  static override readonly typeName: string = "EarlyStopping";
  readonly patience: number;
  readonly restoreBest: boolean;

  constructor(options: EarlyStoppingOptions = {}) {
    super(options, ["patience", "restoreBest"]);
    this.patience = checkInteger("EarlyStopping patience", options.patience ?? 5, { min: 1 });
    const { restoreBest = true } = options;
    this.restoreBest = checkChoice("EarlyStopping restoreBest", restoreBest, [true, false]);
  }

  /** How many epochs in a row have brought nothing better. */
  get waited(): number {
    return this.seen.current.waited;
  }

  set waited(epochs: number) {
    this.seen.current.waited = checkInteger("EarlyStopping waited", epochs, { min: 0 });
  }

  /** Lets a run go on from its last weights, unless the network was changed since the best ones were put back. */
  onFitStart(trainer: Trainer): void {
    const seen = this.seen.of(trainer), { last, weights } = seen, { network } = trainer;
    const isThere = (kept: Json) => differences(withoutCounts(network.state()), withoutCounts(kept)).length === 0;
    if (last !== undefined && weights !== undefined && isThere(weights) && !isThere(last)) {
      if (this.restoreBest && seen.isOver) throw this.refusal(seen, trainer.history.length);
      putBack(network, last);
    }
    seen.last = undefined;
    this.stopIfDue(trainer);
  }

  override onEpochEnd(trainer: Trainer, record: EpochRecord): void {
    super.onEpochEnd(trainer, record);
    this.stopIfDue(trainer);
  }

  override settings(): Json {
    const { patience, restoreBest } = this;
    return { ...fieldsOf(super.settings()), patience, restoreBest };
  }

  override state(trainer?: Trainer): Json {
    const { record = null, value = null, weights = null, measure = null } = fieldsOf(super.state(trainer));
    const { waited, last, isOver } = this.seen.current;
    return { record, value, weights, measure, waited, last: last ?? null, isOver };
  }

  /** Puts the best parameters back, unless it was told not to, or the run goes on later. */
  onFitEnd(trainer: Trainer): void {
    const seen = this.comparable(trainer);
    if (!this.restoreBest || trainer.isPaused || seen.weights === undefined) return;
    seen.last = trainer.network.state();
    seen.isOver = seen.waited >= this.patience || trainer.history.length >= (trainer.run?.lastEpoch ?? 0);
    this.restore(trainer.network);
  }

  protected override read(state: Json, trainer: Trainer | undefined): Seen {
    const seen = super.read(state, trainer), { waited, last = null, isOver = false } = fieldsOf(state);
    if (!isCount(waited) || typeof isOver !== "boolean" || (last !== null && !isLayerState(last))) {
      throw badState("EarlyStopping", state);
    }
    if (last !== null && trainer !== undefined) readState(trainer.network, last);
    return { ...seen, waited, last: last ?? undefined, isOver };
  }

  private refusal({ record }: Seen, epochs: number): CallOrderError {
    const given = `a fit after one that put the weights of epoch ${record?.epoch} of ${epochs} back`;
    const advice = "In a loop of fits say restoreBest: false, and call restore(network) after the last. "
      + "To go on from the best weights, make a new Trainer.";
    return new CallOrderError({ where: "EarlyStopping", given, allowed: "one fit of all epochs", advice });
  }

  private stopIfDue(trainer: Trainer): void {
    if (this.comparable(trainer).waited >= this.patience) trainer.stop();
  }
}
