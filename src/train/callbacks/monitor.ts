import { checkNoPromise } from "../../tensor/checks.ts";
import { NumericError, OptionError, show } from "../../tensor/errors.ts";
import type { EpochRecord } from "../evaluation.ts";

/** The number by which epochs are compared. */
export type Monitor = (record: EpochRecord) => number;

/** What is watched by default: the loss of the validation set. @throws OptionError if there is none. */
export function validationLoss(record: EpochRecord): number {
  if (record.validation !== undefined) return record.validation.loss;
  throw new OptionError({
    where: "watch", given: "an epoch without validation", allowed: "what the record of the epoch has",
    advice: "Give fit a validation set, or say watch: (record) => record.loss.",
  });
}

/** What the watch returns. @throws NumericError for NaN, and what is no number. */
export function watched(where: string, watch: Monitor, record: EpochRecord): number {
  const value: unknown = checkNoPromise(`${where} watch`, watch(record));
  if (typeof value === "number" && !Number.isNaN(value)) return value;
  const given = `${show(value)} in epoch ${record.epoch}`;
  throw new NumericError({ where: `${where} watch`, given, allowed: "a number" });
}

/** Throws for a watch that is no function. */
export function checkWatch(where: string, watch: unknown): void {
  if (typeof watch === "function") return;
  const allowed = "a function of an epoch's record";
  throw new OptionError({ where: `${where} watch`, given: show(watch), allowed });
}
