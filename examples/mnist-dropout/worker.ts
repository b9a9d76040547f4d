/** One run in a thread of its own. */
import { parentPort, workerData } from "node:worker_threads";
import { ChainruleError, enableTurbo } from "chainrule/node";
import { datasetsOf } from "./digits.ts";
import { runArm } from "./run-arm.ts";
import type { Job, Message } from "./threads.ts";

const { arm, seed, settings, digits, turbo, saved }: Job = workerData;
const post = (message: Message) => parentPort?.postMessage(message);

let isAskedToStop = false;
parentPort?.once("message", () => { isAskedToStop = true; });

try {
  if (turbo) enableTurbo();
  const outcome = await runArm(arm, seed, settings, datasetsOf(digits), (progress, isMeasured) => {
    post({ kind: "progress", progress, isMeasured });
  }, saved && { ...saved, isAskedToStop: () => isAskedToStop });
  post(outcome === undefined ? { kind: "saved" } : { kind: "done", outcome });
} catch (error) {
  // The framework's own errors say all there is to say; anything else is a fault of the program.
  if (!(error instanceof ChainruleError)) throw error;
  post({ kind: "failed", message: error.message });
} finally {
  parentPort?.close();
}
