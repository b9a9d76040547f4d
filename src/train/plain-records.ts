import { isCount } from "../nn/layer-numbers.ts";
import { fieldsOf, type Json } from "../nn/json-state.ts";
import { DataError, show } from "../tensor/errors.ts";
import type { EpochRecord, Evaluation } from "./evaluation.ts";

const WORDS = ["NaN", "Infinity", "-Infinity", "-0"];

/** A number for JSON, which has none for NaN, the infinities and -0: these are written as words. */
export function writeNumber(value: number): Json {
  return Number.isFinite(value) && !Object.is(value, -0) ? value : show(value);
}

/** The number, or undefined if it is none. */
export function readNumber(from: Json | undefined): number | undefined {
  if (typeof from === "number") return from;
  return typeof from === "string" && WORDS.includes(from) ? Number(from) : undefined;
}

function writeEvaluation({ loss, accuracy, rows }: Evaluation): Json {
  return { loss: writeNumber(loss), ...(accuracy !== undefined && { accuracy: writeNumber(accuracy) }), rows };
}

function readEvaluation(from: Json | undefined): Evaluation | undefined {
  const fields = fieldsOf(from), loss = readNumber(fields.loss), { rows } = fields;
  if (loss === undefined || !isCount(rows) || rows === 0 || !isAccuracy(fields.accuracy)) return undefined;
  return { loss, accuracy: readNumber(fields.accuracy), rows };
}

/** Whether it is a share, or was left out. NaN is the share of no rows. */
function isAccuracy(from: Json | undefined): boolean {
  const accuracy = readNumber(from) ?? -1;
  return from === undefined || Number.isNaN(accuracy) || (accuracy >= 0 && accuracy <= 1);
}

/** The record of an epoch as plain data. */
export function writeRecord({ epoch, steps, loss, accuracy, learningRate, validation }: EpochRecord): Json {
  return {
    epoch, steps, loss: writeNumber(loss), learningRate: writeNumber(learningRate),
    ...(accuracy !== undefined && { accuracy: writeNumber(accuracy) }),
    ...(validation && { validation: writeEvaluation(validation) }),
  };
}

/** The record, or undefined if it is none. */
export function readRecord(from: Json | undefined): EpochRecord | undefined {
  const fields = fieldsOf(from), { epoch, steps } = fields, loss = readNumber(fields.loss);
  const learningRate = readNumber(fields.learningRate) ?? NaN, validation = readEvaluation(fields.validation);
  if (!isCount(epoch) || epoch === 0 || !isCount(steps) || loss === undefined) return undefined;
  if (!(learningRate >= 0) || !isAccuracy(fields.accuracy)) return undefined;
  if (fields.validation !== undefined && validation === undefined) return undefined;
  const accuracy = readNumber(fields.accuracy);
  return { epoch, steps, loss, accuracy, learningRate, ...(validation && { validation }) };
}

/** What a callback's load throws for what its state() never returned. */
export function badState(callback: string, state: Json): DataError {
  const given = JSON.stringify(state).slice(0, 60);
  return new DataError({ where: `${callback}.load`, given, allowed: "what state() gave" });
}
