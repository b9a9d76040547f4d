/** One run in a thread of its own. It loads the digits itself: the same seed gives the same ones. */
import { parentPort, workerData } from "node:worker_threads";
import { ChainruleError } from "chainrule";
import { loadMnist } from "chainrule/node";
import type { Job, Message } from "./threads.ts";
import { runArm } from "./run-arm.ts";

const job: Job = workerData;
const post = (message: Message) => parentPort?.postMessage(message);

try {
  const { arm, seed, settings } = job;
  const digits = await loadMnist({ train: settings.train, test: settings.test, seed: settings.seed });
  const outcome = await runArm(arm, seed, settings, digits, (progress, isMeasured) => {
    post({ kind: "progress", progress, isMeasured });
  });
  post({ kind: "done", outcome });
} catch (error) {
  // The framework's own errors say all there is to say; anything else is a fault of the program.
  if (!(error instanceof ChainruleError)) throw error;
  post({ kind: "failed", message: error.message });
}
