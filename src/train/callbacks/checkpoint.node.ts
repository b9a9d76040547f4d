import { fieldsOf } from "../../nn/json-state.ts";
import { checkPath } from "../../formats/files.node.ts";
import { checkInteger, checkNoPromise, checkNumber, checkOptions } from "../../tensor/checks.ts";
import { ChainruleError, DataError, OptionError, show } from "../../tensor/errors.ts";
import type { Callback } from "../trainer.ts";
import type { EpochRecord } from "../evaluation.ts";
import { saveCheckpoint } from "../../serialize/checkpoint/files.node.ts";
import { checkpointToBytes } from "../../serialize/checkpoint/write.ts";
import { badState, readNumber, writeNumber } from "../plain-records.ts";
import type { Trainer } from "../trainer.ts";
import { isOtherMeasure, measureOf, PerTrainer, readMeasure, type Measure } from "./per-trainer.ts";
import { watched, type Monitor } from "./monitor.ts";

/** When a checkpoint is saved, and what is done if it cannot be. */
export interface CheckpointOptions {
  /** After so many steps; 1 is every step. */
  everySteps?: number;
  /** After so many epochs; 1, every epoch, where nothing else is said. */
  everyEpochs?: number;
  /** After the step in which so many seconds have gone by since it was saved last. */
  everySeconds?: number;
  /** After each epoch in which this is lower than in all before; say (record) => -… for what should be high. */
  best?: Monitor;
  /** Hears why it could not be saved. Default: one warning of the process, for the first time. */
  onError?: (error: ChainruleError) => void;
}

/** The lowest value that was saved, and by what it is measured. */
interface BestSaved {
  readonly lowest: number;
  readonly measure: Measure | undefined;
}

/**
 * Saves the run at the edges of steps, and when fit is stopped from outside (unless it keeps the best alone),
 * each time over the file before: see saveCheckpoint. If it cannot be saved, as on a full disk, training goes on,
 * and the file is the last one that could.
 * @throws OptionError for options out of range; and, as fit starts, for what cannot be saved at all.
 * @example
 * const callbacks = [checkpoint("run.safetensors", { everySteps: 100 })];
 */
export function checkpoint(path: string, options: CheckpointOptions = {}): Callback {
  const where = "checkpoint";
  checkPath(`${where} path`, path);
  checkOptions(where, options, ["everySteps", "everyEpochs", "everySeconds", "best", "onError"]);
  const { everySteps, everySeconds, best, onError = warnOnce(path) } = options;
  const isAlone = everySteps === undefined && everySeconds === undefined && best === undefined;
  const { everyEpochs = isAlone ? 1 : undefined } = options;
  if (everySteps !== undefined) checkInteger(`${where} everySteps`, everySteps, { min: 1 });
  if (everyEpochs !== undefined) checkInteger(`${where} everyEpochs`, everyEpochs, { min: 1 });
  if (everySeconds !== undefined) checkNumber(`${where} everySeconds`, everySeconds, { exclusiveMin: 0 });
  checkFunction(`${where} best`, options.best);
  checkFunction(`${where} onError`, options.onError);

  const report: (error: ChainruleError) => unknown = onError;
  let steps = 0, saved = performance.now();
  const seen = new PerTrainer<BestSaved>(() => ({ lowest: Infinity, measure: undefined }));
  const save = (trainer: Trainer) => {
    saved = performance.now();
    try {
      saveCheckpoint(trainer, path);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      checkNoPromise(`${where} onError`, report(error));
    }
  };
  const isBest = (trainer: Trainer, record: EpochRecord) => {
    if (best === undefined) return false;
    const value = watched(where, best, record), { lowest, measure: before } = seen.of(trainer);
    const measure = measureOf(trainer, before), isComparable = before === undefined || !isOtherMeasure(before, measure);
    const isLower = !isComparable || value < lowest;
    seen.set({ lowest: isLower ? value : lowest, measure }, trainer);
    return isLower;
  };
  return {
    name: where,
    onFitStart(trainer) {
      checkpointToBytes(trainer); // Refused now rather than after hours.
      saved = performance.now();
    },
    onStepEnd(trainer) {
      steps++;
      const isDue = everySteps !== undefined && steps % everySteps === 0;
      if (isDue || (everySeconds !== undefined && performance.now() - saved >= 1000 * everySeconds)) save(trainer);
    },
    onEpochEnd(trainer, record) {
      if (isBest(trainer, record) || (everyEpochs !== undefined && record.epoch % everyEpochs === 0)) save(trainer);
    },
    onFitEnd(trainer) {
      const isBestAlone = best !== undefined && everySteps === undefined && everyEpochs === undefined;
      if (trainer.isPaused && !(isBestAlone && everySeconds === undefined)) save(trainer);
    },
    ...(best && {
      state(trainer) {
        const { lowest, measure } = seen.of(trainer);
        return { lowest: writeNumber(lowest), measure: measure ?? null };
      },
      load(state, trainer) {
        const { lowest: from, measure = null } = fieldsOf(state), lowest = readNumber(from), by = readMeasure(measure);
        const isState = lowest !== undefined && !Number.isNaN(lowest) && (measure === null || by !== undefined);
        if (!isState) throw badState(where, state);
        seen.set({ lowest, measure: by }, trainer);
      },
    }),
  };
}

function checkFunction(where: string, given: unknown): void {
  if (given === undefined || typeof given === "function") return;
  throw new OptionError({ where, given: show(given), allowed: "a function" });
}

function warnOnce(path: string): (error: ChainruleError) => void {
  let hasWarned = false;
  return ({ message }) => {
    const warning = `No checkpoint at ${show(path)}, training goes on: ${message}`;
    if (!hasWarned) process.emitWarning(warning, "ChainruleWarning");
    hasWarned = true;
  };
}
