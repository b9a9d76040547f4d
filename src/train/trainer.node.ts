import { loadCheckpoint } from "../serialize/checkpoint/files.node.ts";
import { readCheckpoint } from "../serialize/checkpoint/resume.ts";
import { isTyped } from "../tensor/realms.ts";
import type { ResumeOptions } from "./resume-options.ts";
import { Trainer as PortableTrainer, type Checkpoint } from "./trainer.ts";

/** The same Trainer, which also resumes from a path or from the bytes of a file. */
export class Trainer extends PortableTrainer {
  static override readonly typeName: string = "Trainer";
  /** A bundler calls one of two classes of one name Trainer2. */
  static override readonly name = "Trainer";

  override resume(from: string | Uint8Array | Checkpoint, options: ResumeOptions = {}): void {
    if (typeof from === "string") super.resume(loadCheckpoint(from), options);
    else super.resume(isTyped(from, "Uint8Array") ? readCheckpoint(from) : from, options);
  }
}
