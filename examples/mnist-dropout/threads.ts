/** Runs in worker threads, as many at once as there are cores for. The results do not depend on how many. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { RunProgress } from "../../src/report/progress.ts";
import type { Arm } from "../../src/report/result.ts";
import type { SharedDigits } from "./digits.ts";
import type { Outcome } from "./run-arm.ts";
import type { Settings } from "./settings.ts";

export interface Job {
  readonly arm: Arm;
  readonly seed: number;
  readonly settings: Settings;
  readonly digits: SharedDigits;
  /** Whether turbo works here and was asked for: each thread has kernels of its own to turn it on for. */
  readonly turbo: boolean;
  /** Where it is saved, and whether it goes on from there; undefined for nowhere. */
  readonly saved?: { readonly path: string; readonly resumes: boolean };
}

/** What a worker has to say. */
export type Message =
  | { readonly kind: "progress"; readonly progress: RunProgress; readonly isMeasured: boolean }
  | { readonly kind: "done"; readonly outcome: Outcome }
  | { readonly kind: "saved" }
  | { readonly kind: "failed"; readonly message: string };

export type OnProgress = (progress: RunProgress, isMeasured: boolean) => void;

/** A run that came to no result. */
export class RunError extends Error {}

/** Runs that were asked to stop, and have been saved. */
export class Interruption extends Error {}

const WORKER = new URL("./worker.mjs", import.meta.url);

/** The workers that live. */
const running = new Set<Worker>();
let isInterrupted = false;

/** Asks all runs to save after their step and to stop. Gives false where none is running. */
export function interruptRuns(): boolean {
  isInterrupted = true;
  for (const worker of running) worker.postMessage("stop");
  return running.size > 0;
}

/** Starts a run; the worker is added to `running` while it lives. Gives undefined where it was interrupted. */
function train(job: Job, onProgress: OnProgress): Promise<Outcome | undefined> {
  const what = `Training of the ${job.arm} network, seed ${job.seed}, was stopped`;
  const worker = new Worker(WORKER, { workerData: job });
  running.add(worker);
  return new Promise((resolve, reject) => {
    worker.on("message", (message: Message) => {
      if (message.kind === "progress") onProgress(message.progress, message.isMeasured);
      else if (message.kind === "done") resolve(message.outcome);
      else if (message.kind === "saved") resolve(undefined);
      else reject(new RunError(`${what}: ${message.message}`));
    });
    worker.on("error", (error) => reject(new RunError(`${what}, for its thread failed: ${error.message}`)));
    // After a result this changes nothing; without one nobody would ever hear of the end.
    worker.on("exit", (code) => {
      running.delete(worker);
      reject(new RunError(`${what}, for its thread ended too early (exit code ${code}).`));
    });
  });
}

/**
 * Runs all jobs and gives their outcomes in the order of the jobs. When one fails, the others are ended.
 * @throws RunError of the first that failed; Interruption where they were asked to stop.
 */
export async function trainAll(
  jobs: readonly Job[], onProgress: OnProgress, atOnce = availableParallelism(),
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [], waiting = jobs.entries();
  // All lanes take their next job from the one iterator.
  const lane = async () => {
    for (const [i, job] of waiting) {
      if (isInterrupted) return;
      const outcome = await train(job, onProgress);
      if (outcome !== undefined) outcomes[i] = outcome;
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, jobs.length) }, lane));
    if (isInterrupted) throw new Interruption();
  } finally {
    await Promise.all(Array.from(running, (worker) => worker.terminate()));
  }
  return outcomes;
}
