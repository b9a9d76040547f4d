import { Dataset } from "../../data/dataset.ts";
import { encodeWithChecksums } from "../../formats/checksummed.ts";
import type { WritableArray } from "../../formats/write-safetensors.ts";
import type { Json } from "../../nn/json-state.ts";
import { EXTRA, modelParts } from "../model-file.ts";
import { checkInstance, checkNoPromise } from "../../tensor/checks.ts";
import { OptionError } from "../../tensor/errors.ts";
import { typeNameOf } from "../../tensor/type-name.ts";
import { writeNumber, writeRecord } from "../../train/plain-records.ts";
import type { PendingFit, Run } from "../../train/run.ts";
import { Trainer, type Callback } from "../../train/trainer.ts";
import { digestOf } from "./digest.ts";
import { extractTensors } from "./tensors-in-json.ts";
import { settingsOf } from "./settings.ts";

/** What a checkpoint calls a callback. */
export function nameOf(callback: Callback): string {
  return callback.name ?? typeNameOf(callback.constructor);
}

/** What a callback has seen so far. @throws OptionError for a promise. */
export function stateOfCallback(callback: Callback, trainer: Trainer): Json {
  return checkNoPromise(`${nameOf(callback)}.state`, callback.state?.(trainer)) ?? null;
}

/** What a callback was made with; undefined if it does not say. @throws OptionError for a promise. */
export function settingsOfCallback(callback: Callback): Json | undefined {
  return checkNoPromise(`${nameOf(callback)}.settings`, callback.settings?.());
}

/** Gives a callback that state back. @throws OptionError for a promise. */
export function loadCallback(callback: Callback, state: Json, trainer: Trainer): void {
  checkNoPromise<unknown>(`${nameOf(callback)}.load`, callback.load?.(state, trainer));
}

/** The callbacks that have something to keep. @throws OptionError for one that could not get it back. */
export function keepers(callbacks: readonly Callback[]): readonly Callback[] {
  return callbacks.filter((callback) => {
    const hasState = callback.state !== undefined, hasLoad = callback.load !== undefined;
    if (hasState === hasLoad) return hasState;
    const given = `${nameOf(callback)}, which has only ${hasState ? "state" : "load"}()`;
    const advice = "Give it both: state(trainer) as plain data, and load(state, trainer).";
    throw new OptionError({ where: "checkpoint, callback", given, allowed: "state() and load(), or neither", advice });
  });
}

/**
 * A run as the bytes of one file, from which `trainer.resume` goes on bit for bit: all that modelToBytes writes,
 * the optimizer's state, the history, the state of callbacks, and the progress of the current fit. It may be
 * called at any time; within a fit from a callback, best from onStepEnd or onEpochEnd. Data are not in it:
 * of these it has a checksum, to know them again.
 * @throws OptionError for an optimizer without state(), and for layers that files cannot name.
 * @example
 * const bytes = checkpointToBytes(trainer);
 * laterTrainer.resume(readCheckpoint(bytes));
 */
export function checkpointToBytes(trainer: Trainer): Uint8Array {
  checkInstance("checkpoint", trainer, Trainer);
  const { network, optimizer, seed } = trainer, fit = trainer.run ?? trainer.pendingFit;
  if (optimizer.state === undefined || optimizer.load === undefined) {
    const given = `${typeNameOf(optimizer.constructor)}, which has no state() and load()`;
    const advice = "Give it both: state(parameters) as plain data, and load(state, parameters).";
    throw new OptionError({ where: "checkpoint, optimizer", given, allowed: "optimizers that can be saved", advice });
  }
  const { tensors, metadata } = modelParts(network), added: [string, WritableArray][] = [];
  const callbacks = keepers(trainer.callbacks).map((callback, i) => {
    const name = nameOf(callback), state = stateOfCallback(callback, trainer);
    const hasHeard = fit === undefined || trainer.callbacks.indexOf(callback) < fit.notified;
    const kept = extractTensors(state, `${EXTRA}callbacks/${i}`, added);
    return { name, hasHeard, settings: settingsOfCallback(callback) ?? null, state: kept };
  });
  const saved = {
    seed, settings: settingsOf(trainer), learningRate: writeNumber(optimizer.learningRate),
    optimizer: extractTensors(optimizer.state(network.parameters), `${EXTRA}optimizer`, added),
    history: trainer.history.map(writeRecord), callbacks,
    fit: fit === undefined ? null : writeFit(fit),
  };
  return encodeWithChecksums([...tensors, ...added], new Map([...metadata, ["trainer", JSON.stringify(saved)]]));
}

/** Names in files are those of version 0.1. */
function writeFit(
  { data, validation, batchSize, lastBatch, lastEpoch: until, step, loss, totals, stopping }: Run | PendingFit,
): Json {
  const { rows, loss: lossSum, weight, correct: right, counted: judged, hasClasses } = totals.sums;
  const sums = { rows, loss: writeNumber(lossSum), weight: writeNumber(weight), right, judged, hasClasses };
  const digest = (set: Dataset | string | undefined) => (set instanceof Dataset ? digestOf(set) : set ?? null);
  return {
    batchSize, lastBatch, until, step, stopping, loss: writeNumber(loss), sums,
    data: digest(data), validation: digest(validation),
  };
}
