import { readWhole } from "../../formats/files.node.ts";
import { writeFileAtomically } from "../../formats/write-file.node.ts";
import type { Checkpoint, Trainer } from "../../train/trainer.ts";
import { checkpointIn } from "./resume.ts";
import { checkpointToBytes } from "./write.ts";

/**
 * Saves a run as one file, from which `trainer.resume(path)` goes on bit for bit: see checkpointToBytes. The
 * file is there whole or not at all; one that was there before stays until the new one is on the disk.
 * @throws DataError naming the path and the cause, as a full disk, with the old file as it was.
 * @example
 * saveCheckpoint(trainer, "run.safetensors");
 */
export function saveCheckpoint(trainer: Trainer, path: string): void {
  writeFileAtomically(path, checkpointToBytes(trainer));
}

/**
 * The checkpoint of a file, read and found whole.
 * @throws DataError naming the path, for a file that is not there, damaged, newer, or no checkpoint.
 * @example
 * trainer.resume(loadCheckpoint("run.safetensors"));
 */
export function loadCheckpoint(path: string): Checkpoint {
  return checkpointIn(readWhole(path), path, true);
}
