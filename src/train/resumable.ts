import { OptionError, show } from "../tensor/errors.ts";
import { isTyped } from "../tensor/realms.ts";
import type { EpochRecord } from "./callback.ts";
import type { PendingFit } from "./run.ts";
import type { Trainer } from "./trainer.ts";

/** What may be another than in the interrupted run, where resume is told so. */
export type Change = "seed" | "loss" | "optimizer" | "gradients" | "callbacks" | "data" | "validation" | "batchSize";

/** What resume can be told. */
export interface ResumeOptions {
  /** What may have changed since: then it is no longer the run it was, and its bits are others. */
  allow?: readonly Change[];
}

/** A saved run, read and found whole: for `trainer.resume(checkpoint)`. */
export interface Checkpoint {
  /**
   * Puts it into this trainer, all of it or nothing, but for what the trainer keeps to itself: gives its
   * history, and the fit that was under way.
   */
  resume(trainer: Trainer, options: ResumeOptions): [EpochRecord[], PendingFit | undefined];
}

const checkpoints = new WeakSet<object>();

/** What reads a checkpoint gives it by this: nothing else that has a method `resume`, as a Trainer, is one. */
export function checkpointBy(resume: Checkpoint["resume"]): Checkpoint {
  const checkpoint = { resume };
  checkpoints.add(checkpoint);
  return checkpoint;
}

let opener: ((from: string | Uint8Array) => Checkpoint) | undefined;

/** Says how paths and bytes are read. chainrule/node does; who never resumes need not ship the reader. */
export function openCheckpointsWith(open: (from: string | Uint8Array) => Checkpoint): void {
  opener = open;
}

/** The checkpoint itself, or that of a file. */
export function checkpointOf(from: string | Uint8Array | Checkpoint): Checkpoint {
  if (typeof from !== "string" && !isTyped(from, "Uint8Array")) {
    const given: unknown = from;
    if (typeof given === "object" && given !== null && checkpoints.has(given)) return from;
    const allowed = "a path, the bytes of a file, or what readCheckpoint gives";
    throw new OptionError({ where: "resume", given: show(from), allowed });
  }
  if (opener !== undefined) return opener(from);
  const given = typeof from === "string" ? `the path ${show(from)}` : "bytes", allowed = "a checkpoint";
  const advice = 'Import from "chainrule/node", or say trainer.resume(readCheckpoint(bytes)).';
  throw new OptionError({ where: 'resume, with "chainrule" alone', given, allowed, advice });
}
