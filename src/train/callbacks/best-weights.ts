import type { Network } from "../../network/network.ts";
import { fieldsOf, readState, readTensor, type Json } from "../../nn/json-state.ts";
import { checkChoice, checkNumber, checkOptions } from "../../tensor/checks.ts";
import { CallOrderError } from "../../tensor/errors.ts";
import { typeNameOf } from "../../tensor/type-name.ts";
import type { Callback } from "../trainer.ts";
import type { EpochRecord } from "../evaluation.ts";
import { badState, readNumber, readRecord, writeNumber, writeRecord } from "../plain-records.ts";
import type { Trainer } from "../trainer.ts";
import { isOtherMeasure, measureOf, PerTrainer, readMeasure, type Measure } from "./per-trainer.ts";
import { checkWatch, validationLoss, watched, type Monitor } from "./monitor.ts";

/** Options of BestWeights. */
export interface BestWeightsOptions {
  /** What epochs are compared by; default the loss of the validation set. */
  watch?: Monitor;
  /** Whether lower values (default) or higher ones are better. */
  mode?: "min" | "max";
  /** By how much a value must be better to count; default 0. */
  minDelta?: number;
}

/** What has been seen of one trainer. */
export interface Seen {
  readonly record: EpochRecord | undefined;
  readonly value: number | undefined;
  readonly weights: Json | undefined;
  /** Whose weights they are, if that is known. */
  readonly network: Network | undefined;
  readonly measure: Measure | undefined;
  /** How many epochs in a row have brought nothing better. */
  waited: number;
  /** The last epoch's numbers, if the best ones stand in their place. */
  last: Json | undefined;
  /** Whether the fit had made all epochs it was asked for, or was stopped for want of better ones. */
  isOver: boolean;
}

const NOTHING: Seen = {
  record: undefined, value: undefined, weights: undefined, network: undefined, measure: undefined, waited: 0,
  last: undefined, isOver: false,
};

/**
 * Keeps a copy of the best epoch's weights and of all else a network learns, as running means. It changes
 * nothing until `restore` is called. Over several fits it goes on; with another trainer, another validation set
 * or another loss it starts over, as their values cannot be compared.
 * @throws OptionError for options out of range; NumericError for NaN.
 * @example
 * const best = new BestWeights({ watch: (record) => record.validation?.accuracy ?? 0, mode: "max" });
 * await new Trainer(network, { loss, optimizer, callbacks: [best] }).fit(train, { epochs: 20, validation });
 * best.restore(network);
 */
export class BestWeights implements Callback {
  static readonly typeName: string = "BestWeights";
  protected readonly seen = new PerTrainer<Seen>(() => ({ ...NOTHING }));
  private readonly watch: Monitor;
  private readonly mode: "min" | "max";
  private readonly minDelta: number;

  constructor(options: BestWeightsOptions = {}, known: readonly string[] = []) {
    const name = typeNameOf(new.target);
    checkOptions(name, options, ["watch", "mode", "minDelta", ...known]);
    this.watch = options.watch ?? validationLoss;
    checkWatch(name, this.watch);
    this.mode = checkChoice(`${name} mode`, options.mode ?? "min", ["min", "max"]);
    this.minDelta = checkNumber(`${name} minDelta`, options.minDelta ?? 0, { min: 0 });
  }

  /** The record of the best epoch, of the trainer that came last. */
  get record(): EpochRecord | undefined {
    return this.seen.current.record;
  }

  /** Its value. */
  get value(): number | undefined {
    return this.seen.current.value;
  }

  /** Keeps the parameters if this epoch is the best so far. */
  onEpochEnd(trainer: Trainer, record: EpochRecord): void {
    const value = watched(typeNameOf(this.constructor), this.watch, record);
    const seen = this.comparable(trainer), { network } = trainer, measure = measureOf(trainer, seen.measure);
    const fall = seen.value === undefined ? Infinity : seen.value - value;
    const gain = seen.value !== undefined && this.mode === "max" ? -fall : fall;
    if (!(gain > this.minDelta)) {
      this.seen.set({ ...seen, measure, waited: seen.waited + 1 }, trainer);
      return;
    }
    const weights = network.state();
    this.seen.set({ ...NOTHING, record, value, weights, network, measure }, trainer);
  }

  /** What it was told; a watch cannot be compared. */
  settings(): Json {
    const { mode, minDelta } = this;
    return { mode, minDelta };
  }

  /** The best epoch so far, its value and its weights; nulls before the first. */
  state(trainer?: Trainer): Json {
    const { record, value, weights, measure } = trainer === undefined ? this.seen.current : this.seen.of(trainer);
    return {
      record: record === undefined ? null : writeRecord(record),
      value: value === undefined ? null : writeNumber(value), weights: weights ?? null, measure: measure ?? null,
    };
  }

  /**
   * Restores what state() returned.
   * @throws DataError for anything else, and for weights that do not fit the trainer's network, with nothing changed.
   */
  load(state: Json, trainer?: Trainer): void {
    this.seen.set(this.read(state, trainer), trainer);
  }

  /**
   * Puts the best weights back. Counts of masks go on as they are, so that no mask is drawn a second time.
   * @throws CallOrderError before the first epoch has ended, and for another network than the one they were learnt by.
   */
  restore(network: Network): void {
    const { weights, network: owner = network } = this.seen.current, where = `${typeNameOf(this.constructor)}.restore`;
    if (weights === undefined) {
      const given = "a call before the first epoch has ended";
      throw new CallOrderError({ where, given, allowed: "a call once there is a best epoch" });
    }
    if (network !== owner) {
      const given = "another network than the trainer's that came last", allowed = "the network the weights are of";
      throw new CallOrderError({ where, given, allowed, advice: "Give each trainer a callback of its own." });
    }
    putBack(network, weights);
  }

  /** What is known of this trainer; nothing, if it was measured by another loss or validation set. */
  protected comparable(trainer: Trainer): Seen {
    const seen = this.seen.of(trainer), { measure } = seen;
    if (measure === undefined || !isOtherMeasure(measure, measureOf(trainer, measure))) return seen;
    this.seen.set({ ...NOTHING }, trainer);
    return this.seen.current;
  }

  /** What a state says, checked, without a change to anything. */
  protected read(state: Json, trainer: Trainer | undefined): Seen {
    // What is not there was not written by state(); measures are younger than it.
    const { record, value, weights, measure = null } = fieldsOf(state);
    const best = readRecord(record), number = readNumber(value), by = readMeasure(measure);
    const isNone = record === null && value === null && weights === null;
    const isBest = best !== undefined && number !== undefined && !Number.isNaN(number) && isLayerState(weights);
    if ((!isNone && !isBest) || (measure !== null && by === undefined)) {
      throw badState(typeNameOf(this.constructor), state);
    }
    if (isBest && trainer !== undefined) readState(trainer.network, weights);
    const kept = isBest ? weights : undefined;
    return { ...NOTHING, record: best, value: number, weights: kept, network: trainer?.network, measure: by };
  }
}

/** Whether it is what state() of some layer returns. */
export function isLayerState(from: Json | undefined): from is Json {
  const { counts, parameters, tensors } = fieldsOf(from);
  const areTensors = (named: Json | undefined, orNull: boolean) => fieldsOf(named) === named
    && Object.values(named).every((one) => (orNull && one === null) || readTensor(one) !== undefined);
  return Array.isArray(counts) && areTensors(parameters, false) && areTensors(tensors, true);
}

/** Puts kept numbers into a network; its counts stay, so that no mask is drawn a second time. */
export function putBack(network: Network, kept: Json): void {
  network.load({ ...withoutCounts(kept), counts: fieldsOf(network.state()).counts ?? null });
}

/** Numbers that were kept, without the counts of masks. */
export function withoutCounts(kept: Json): Readonly<Record<string, Json>> {
  const { parameters = null, tensors = null } = fieldsOf(kept);
  return { parameters, tensors };
}
