/** The networks last trained in this visit: Draw asks them, too. */
import type { TrainController } from "./controller.ts";

export interface Trained {
  readonly controller: TrainController;
  /** The settings it was made with, as text. */
  readonly key: string;
  readonly names: readonly [string, string];
  readonly isDigits: boolean;
}

let last: Trained | undefined;

export function lastTrained(): Trained | undefined {
  return last;
}

/** Ends the workers of those before. */
export function keepTrained(trained: Trained): void {
  if (last !== undefined && last.controller !== trained.controller) last.controller.end();
  last = trained;
}
