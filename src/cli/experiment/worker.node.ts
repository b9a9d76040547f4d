/** A thread that trains what it is given, one task after the other. */
import { hostname } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { enableTurbo } from "../../backends/wasm/turbo.node.ts";
import { followEnvironment } from "../../environment.node.ts";
import { isExperiment } from "../../experiment/experiment.ts";
import type { Progress } from "../../report/progress.ts";
import { saveModel } from "../../serialize/model-files.node.ts";
import { ChainruleError, NumericError } from "../../tensor/errors.ts";
import { loadModule } from "../load.node.ts";
import { wordsOf } from "./calls.ts";
import { datasetOf } from "./data.node.ts";
import { isOfMemory } from "./memory.node.ts";
import type { Failure } from "./records.ts";
import type { Message, Order, WorkerSettings } from "./pool.node.ts";
import { runTask } from "./task.node.ts";

const { file, turbo } = workerData as WorkerSettings;
const post = (message: Message) => parentPort?.postMessage(message);

let isAskedToStop = false;

async function train(order: Order): Promise<void> {
  const { task, data, measureEvery, path, resumes, model } = order, started = performance.now();
  const { default: subject } = await loadModule(file, "an experiment");
  if (!isExperiment(subject)) return;
  let progress: Progress | undefined;
  const events = {
    progress(now: Progress, isMeasurement: boolean) {
      progress = now;
      post({ kind: "progress", progress: now, isMeasurement });
    },
    note: (sentence: string) => post({ kind: "note", sentence }),
    isAskedToStop: () => isAskedToStop,
  };
  const sets = { train: datasetOf(data.train), test: datasetOf(data.test) };
  const settings = { options: task.options, seed: task.seed, measureEvery, path, resumes };
  try {
    const outcome = await runTask(subject, settings, sets, events);
    if (outcome === undefined) return post({ kind: "saved" });
    const { network, samples, trainingSeconds, ...result } = outcome;
    if (model !== undefined) keepModel(() => saveModel(network, model));
    const seconds = (performance.now() - started) / 1000;
    const times = { host: hostname(), ended: new Date().toISOString(), samples, trainingSeconds, seconds };
    post({ kind: "done", result, times });
  } catch (error) {
    post({ kind: "failed", failure: failureOf(error), epoch: Math.floor(progress?.done ?? 0) });
  }
}

/** The pictures of a report are no reason to lose a training. */
function keepModel(save: () => void): void {
  try {
    save();
  } catch (error) {
    if (!(error instanceof ChainruleError)) throw error;
    post({ kind: "note", sentence: `The report goes without this network: ${error.message}` });
  }
}

function failureOf(error: unknown): Failure {
  if (isOfMemory(error)) {
    const reason = error instanceof ChainruleError ? error.message : `ran out of memory: ${wordsOf(error)}`;
    return { kind: "out of memory", reason };
  }
  if (error instanceof NumericError) return { kind: "diverged", reason: error.message };
  if (error instanceof ChainruleError) return { kind: "refused", reason: error.message };
  return { kind: "threw", reason: wordsOf(error) };
}

followEnvironment();
if (turbo) enableTurbo();
parentPort?.on("message", (order: Order | "stop") => {
  if (order === "stop") isAskedToStop = true;
  else void train(order);
});
