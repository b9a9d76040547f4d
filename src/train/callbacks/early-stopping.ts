import { checkChoice, checkInteger } from "../../tensor/checks.ts";
import { isCount } from "../../layers/layer-numbers.ts";
import { fieldsOf, type Plain } from "../../layers/plain-state.ts";
import type { EpochRecord } from "../callback.ts";
import { badState } from "../plain-records.ts";
import type { Trainer } from "../trainer.ts";
import { BestSoFar, type BestSoFarOptions } from "./best-so-far.ts";

/** What an EarlyStopping can be told. */
export interface EarlyStoppingOptions extends BestSoFarOptions {
  /** How many epochs in a row may bring nothing better; after the last of them training stops. Default 5. */
  patience?: number;
  /** Whether the best weights are put back when fit ends, stopped early or not. Default true. */
  restoreBest?: boolean;
}

/**
 * Stops training once it no longer helps, and puts the best weights back. They are a copy, and are put back
 * when fit ends by itself, too; the optimizer's state is left as it is.
 * Source: Prechelt 1998, "Early Stopping - But When?"; Goodfellow et al., "Deep Learning", section 7.8.
 * @throws OptionError for options out of range, or where there is no validation set to watch.
 * @example
 * new Trainer(network, { loss, optimizer, callbacks: [new EarlyStopping({ patience: 3 })] });
 */
export class EarlyStopping extends BestSoFar {
  static override readonly typeName: string = "EarlyStopping";
  readonly patience: number;
  readonly restoreBest: boolean;
  /** How many epochs in a row have brought nothing better. */
  waited = 0;

  constructor(options: EarlyStoppingOptions = {}) {
    super(options, ["patience", "restoreBest"]);
    this.patience = checkInteger("EarlyStopping patience", options.patience ?? 5, { from: 1 });
    const { restoreBest = true } = options;
    this.restoreBest = checkChoice("EarlyStopping restoreBest", restoreBest, [true, false]);
  }

  override onEpochEnd(trainer: Trainer, record: EpochRecord): void {
    super.onEpochEnd(trainer, record);
    this.waited = this.record === record ? 0 : this.waited + 1;
    if (this.waited >= this.patience) trainer.stop();
  }

  override state(): Plain {
    return { ...fieldsOf(super.state()), waited: this.waited };
  }

  override load(state: Plain): void {
    const { waited } = fieldsOf(state);
    if (!isCount(waited)) throw badState("EarlyStopping", state);
    super.load(state);
    this.waited = waited;
  }

  /** Puts the best parameters back, unless it was told not to. */
  onFitEnd(trainer: Trainer): void {
    if (this.restoreBest && this.record !== undefined) this.restore(trainer.network);
  }
}
