import { OptionError, show } from "../tensor/errors.ts";
import type { EpochRecord } from "./evaluation.ts";

/** The columns of a history, in this order. */
const COLUMNS: readonly (readonly [name: string, of: (record: EpochRecord) => number | undefined])[] = [
  ["epoch", ({ epoch }) => epoch],
  ["steps", ({ steps }) => steps],
  ["loss", ({ loss }) => loss],
  ["accuracy", ({ accuracy }) => accuracy],
  ["learningRate", ({ learningRate }) => learningRate],
  ["validationLoss", ({ validation }) => validation?.loss],
  ["validationAccuracy", ({ validation }) => validation?.accuracy],
];

/**
 * A history as comma-separated values: a line of names, then a line for each epoch, empty if there is
 * nothing. Numbers are written in full, with a point, whatever the locale.
 * @example
 * historyToCsv(trainer.history); // "epoch,steps,loss,…\n1,25,0.52,…\n"
 */
export function historyToCsv(history: readonly EpochRecord[]): string {
  const rows = checked("historyToCsv", history).map((record) => COLUMNS.map(([, of]) => String(of(record) ?? "")));
  return [COLUMNS.map(([name]) => name), ...rows].map((row) => `${row.join(",")}\n`).join("");
}

/**
 * A history as JSON lines: an object for each epoch, without what there is not.
 * @example
 * historyToJsonLines(trainer.history); // '{"epoch":1,"steps":25,"loss":0.52,…}\n'
 */
export function historyToJsonLines(history: readonly EpochRecord[]): string {
  return checked("historyToJsonLines", history).map((record) => `${JSON.stringify(record)}\n`).join("");
}

function checked(where: string, history: readonly EpochRecord[]): readonly EpochRecord[] {
  const given: unknown = history;
  const isHistory = Array.isArray(given)
    && [...given as unknown[]].every((record) => typeof record === "object" && record !== null);
  if (isHistory) return history;
  throw new OptionError({ where, given: show(given), allowed: "a history, as trainer.history" });
}
