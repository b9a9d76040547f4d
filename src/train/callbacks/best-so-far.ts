import type { Network } from "../../graph/network.ts";
import type { Plain } from "../../layers/plain-state.ts";
import { checkChoice, checkNumber, checkOptions } from "../../tensor/checks.ts";
import { OrderError } from "../../tensor/errors.ts";
import { typeNameOf } from "../../tensor/type-name.ts";
import { fieldsOf } from "../../layers/plain-state.ts";
import type { Callback, EpochRecord } from "../callback.ts";
import { badState, readNumber, readRecord, writeNumber, writeRecord } from "../plain-records.ts";
import type { Trainer } from "../trainer.ts";
import { checkWatch, validationLoss, watched, type Watch } from "./watch.ts";

/** What a BestSoFar can be told. */
export interface BestSoFarOptions {
  /** What epochs are compared by; default the loss of the validation set. */
  watch?: Watch;
  /** Whether lower values (default) or higher ones are better. */
  mode?: "min" | "max";
  /** By how much a value must be better to count; default 0. */
  minDelta?: number;
}

/**
 * Keeps a copy of the best epoch's weights and of all else a network learns, as running means. It changes
 * nothing until `restore` is called. Over several fits it goes on.
 * @throws OptionError for options out of range; NumericError for NaN.
 * @example
 * const best = new BestSoFar({ watch: (record) => record.validation?.accuracy ?? 0, mode: "max" });
 * await new Trainer(network, { loss, optimizer, callbacks: [best] }).fit(train, { epochs: 20, validation });
 * best.restore(network);
 */
export class BestSoFar implements Callback {
  static readonly typeName: string = "BestSoFar";
  /** The record of the best epoch. */
  record: EpochRecord | undefined;
  /** Its value. */
  value: number | undefined;
  private readonly watch: Watch;
  private readonly sign: 1 | -1;
  private readonly minDelta: number;
  private weights: Plain | undefined;

  constructor(options: BestSoFarOptions = {}, known: readonly string[] = []) {
    const name = typeNameOf(new.target);
    checkOptions(name, options, ["watch", "mode", "minDelta", ...known]);
    this.watch = options.watch ?? validationLoss;
    checkWatch(name, this.watch);
    this.sign = checkChoice(`${name} mode`, options.mode ?? "min", ["min", "max"]) === "min" ? 1 : -1;
    this.minDelta = checkNumber(`${name} minDelta`, options.minDelta ?? 0, { from: 0 });
  }

  /** Keeps the parameters where this epoch is the best so far. */
  onEpochEnd(trainer: Trainer, record: EpochRecord): void {
    const value = watched(typeNameOf(this.constructor), this.watch, record);
    const gain = this.value === undefined ? Infinity : this.sign * (this.value - value);
    if (!(gain > this.minDelta)) return;
    this.value = value;
    this.record = record;
    this.weights = trainer.network.state();
  }

  /** The best epoch so far, its value and its weights; nulls before the first. */
  state(): Plain {
    return {
      record: this.record === undefined ? null : writeRecord(this.record),
      value: this.value === undefined ? null : writeNumber(this.value), weights: this.weights ?? null,
    };
  }

  /** Takes back what state() gave. @throws DataError for anything else, with nothing changed. */
  load(state: Plain): void {
    const { record = null, value = null, weights = null } = fieldsOf(state);
    const best = readRecord(record), number = readNumber(value), isNone = record === null && value === null;
    if ((best === undefined || number === undefined || weights === null) && !(isNone && weights === null)) {
      throw badState(typeNameOf(this.constructor), state);
    }
    this.record = best;
    this.value = number;
    this.weights = weights ?? undefined;
  }

  /**
   * Puts the best weights back. Counts of masks go on as they are, so that no mask is drawn a second time.
   * @throws OrderError before the first epoch has ended.
   */
  restore(network: Network): void {
    if (this.weights === undefined) {
      const where = `${typeNameOf(this.constructor)}.restore`, given = "a call before the first epoch has ended";
      throw new OrderError({ where, given, allowed: "a call once there is a best epoch" });
    }
    const best = this.weights as Readonly<Record<string, Plain>>;
    const now = network.state() as Readonly<Record<string, Plain>>;
    network.load({ ...best, counts: now.counts });
  }
}
