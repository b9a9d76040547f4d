import { isCount } from "../../nn/layer-numbers.ts";
import { fieldsOf, type Fields, type Json } from "../../nn/json-state.ts";
import { parsed, readModelFile, type ModelFile } from "../model-file.ts";
import { DataError } from "../../tensor/errors.ts";
import { readNumber, readRecord } from "../../train/plain-records.ts";
import type { LastBatch } from "../../train/run.ts";
import type { EpochRecord, Sums } from "../../train/evaluation.ts";
import { readSettings } from "./settings.ts";
import { insertTensors } from "./tensors-in-json.ts";

/** A fit that was under way when it was saved. */
export interface SavedFit {
  readonly batchSize: number;
  readonly lastBatch: LastBatch;
  readonly lastEpoch: number;
  readonly step: number;
  readonly stopping: boolean;
  readonly loss: number;
  readonly sums: Sums;
  readonly data: string;
  readonly validation: string | null;
}

/** Callbacks whose classes had other names when version 0.1 saved them. */
const RENAMED: ReadonlyMap<string, string> = new Map([["BestSoFar", "BestWeights"]]);

/** The state of a callback, what it was made with, and whether it was notified of the last step, or epoch. */
export interface SavedCallback {
  readonly name: string;
  /** Null if it does not say, as in files of version 0.1. */
  readonly settings: Json;
  readonly hasHeard: boolean;
  readonly state: Json;
}

/** All that a checkpoint holds. */
export interface SavedRun {
  readonly model: ModelFile;
  readonly seed: number;
  readonly settings: Fields;
  readonly learningRate: number;
  readonly optimizer: Json;
  readonly history: readonly EpochRecord[];
  readonly callbacks: readonly SavedCallback[];
  readonly fit: SavedFit | undefined;
}

/**
 * Reads the bytes of a checkpoint.
 * @param isOwn whether nothing else holds these bytes, so that tensors may be views of them.
 * @throws DataError for a file that is damaged, newer, or no checkpoint.
 */
export function readRun(bytes: Uint8Array, name: string, isOwn: boolean): SavedRun {
  const model = readModelFile(bytes, name, isOwn);
  if (!model.metadata.has("trainer")) {
    const advice = "A network alone is loaded by loadModel.";
    throw new DataError({ where: name, given: "a model file", allowed: "a checkpoint", advice });
  }
  const saved = fieldsOf(parsed(model.metadata, "trainer", name));
  const refuse = (entry: string): never => {
    const where = `${name}, metadata "trainer"`, given = `a "${entry}" that cannot be read`;
    throw new DataError({ where, given, allowed: "what chainrule saved" });
  };
  const history = (listOf(saved.history) ?? refuse("history")).map((from, i) => {
    const record = readRecord(from);
    return record?.epoch === i + 1 ? record : refuse("history");
  });
  const callbacks = (listOf(saved.callbacks) ?? refuse("callbacks")).map((from) => {
    const { name: callback, hasHeard, settings = null, state = null } = fieldsOf(from);
    if (typeof callback !== "string" || typeof hasHeard !== "boolean") return refuse("callbacks");
    const kept = insertTensors(state, model.extra);
    return { name: RENAMED.get(callback) ?? callback, hasHeard, settings, state: kept };
  });
  const fit = saved.fit === null ? undefined : readFit(saved.fit, history.length) ?? refuse("fit");
  const learningRate = readNumber(saved.learningRate) ?? NaN;
  return {
    model, history, callbacks, fit,
    seed: isCount(saved.seed) ? saved.seed : refuse("seed"),
    settings: readSettings(saved.settings),
    learningRate: learningRate >= 0 && learningRate < Infinity ? learningRate : refuse("learningRate"),
    optimizer: insertTensors(saved.optimizer ?? null, model.extra),
  };
}

/** By what a data set is known again: see digestOf. */
const DIGEST = /^\[(\d+)(?:, \d+)*\] float(?:32|64), CRC-32 [0-9a-f]{8}$/;

function readFit(plain: Json | undefined, epochs: number): SavedFit | undefined {
  // Files of version 0.1 do not say it: they kept the last batch.
  const { batchSize, lastBatch = "keep", until: lastEpoch, step, stopping, data, validation, ...more }
    = fieldsOf(plain);
  const loss = readNumber(more.loss), rows = typeof data === "string" ? Number(DIGEST.exec(data)?.[1] ?? NaN) : NaN;
  if (plain === undefined || !isCount(batchSize) || batchSize === 0) return undefined;
  if (lastBatch !== "keep" && lastBatch !== "drop") return undefined;
  if (!isCount(lastEpoch) || !isCount(step) || lastEpoch < epochs + (step > 0 ? 1 : 0)) return undefined;
  if (typeof data !== "string" || !(step <= Math.ceil(rows / batchSize))) return undefined;
  const sums = readSums(fieldsOf(more.sums), Math.min(step * batchSize, rows));
  if (typeof stopping !== "boolean" || loss === undefined || sums === undefined) return undefined;
  if (validation !== null && !(typeof validation === "string" && DIGEST.test(validation))) return undefined;
  return { batchSize, lastBatch, lastEpoch, step, stopping, loss, sums, data, validation };
}

/** What batches add up to, of at most so many rows. */
function readSums({ hasClasses, rows, right, judged, ...from }: Fields, most: number): Sums | undefined {
  const loss = readNumber(from.loss) ?? NaN, weight = readNumber(from.weight) ?? NaN;
  if (!isCount(rows) || !isCount(right) || !isCount(judged) || typeof hasClasses !== "boolean") return undefined;
  if (right > judged || judged > rows || rows > most) return undefined;
  if (!Number.isFinite(loss) || !Number.isFinite(weight) || weight < 0) return undefined;
  return { rows, loss, weight, correct: right, counted: judged, hasClasses };
}

function listOf(from: Json | undefined): readonly Json[] | undefined {
  return Array.isArray(from) ? from : undefined;
}
