import { checkPath } from "../../formats/files.node.ts";
import { checkOptions } from "../../tensor/checks.ts";
import { ChainruleError, OptionError, printable, show } from "../../tensor/errors.ts";
import type { Callback } from "../callback.ts";
import { saveCheckpoint } from "../../serialize/checkpoint/files.node.ts";
import type { Trainer } from "../trainer.ts";

/** What ends a program from outside: Ctrl-C, or what `kill` sends. */
export type EndSignal = "SIGINT" | "SIGTERM";

/** By which exit code a program says so: 128 and the signal's number. */
const EXIT_CODES: Readonly<Record<EndSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

/** What saveOnSignal can be told. */
export interface SaveOnSignalOptions {
  /** Runs once the run is saved, in place of the sentence and process.exit. */
  onSaved?: (signal: EndSignal) => void;
}

/**
 * Lets Ctrl-C lose nothing: at the first SIGINT or SIGTERM fit finishes its step, saves the run, says how to
 * go on and ends the process with exit code 130 or 143; at the second the process ends at once, and the file is
 * the last that was written whole. Outside of fit a signal does what it always does.
 * @throws OptionError for what is no path, or for unknown options.
 * @example
 * const callbacks = [saveOnSignal("run.safetensors")];
 */
export function saveOnSignal(path: string, options: SaveOnSignalOptions = {}): Callback {
  const where = "saveOnSignal";
  checkPath(`${where} path`, path);
  checkOptions(where, options, ["onSaved"]);
  const { onSaved = (signal: EndSignal) => leave(signal, path) } = options;
  if (typeof onSaved !== "function") {
    throw new OptionError({ where: `${where} onSaved`, given: show(onSaved), allowed: "a function" });
  }
  let asked: EndSignal | undefined, running: Trainer | undefined;
  const hear = (signal: NodeJS.Signals) => {
    if (signal !== "SIGINT" && signal !== "SIGTERM") return;
    // The second signal, and one that no step will answer, for fit has thrown.
    if (asked !== undefined || running?.run === undefined) process.exit(EXIT_CODES[signal]);
    asked = signal;
  };
  const listen = (isOn: boolean) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.removeListener(signal, hear);
      if (isOn) process.on(signal, hear);
    }
  };
  return {
    name: where,
    onFitStart(trainer) {
      running = trainer;
      asked = undefined;
      listen(true);
    },
    onStepEnd(trainer) {
      if (asked === undefined) return;
      const signal = asked;
      saveOrSay(trainer, path);
      onSaved(signal);
      asked = undefined;
    },
    onFitEnd() {
      listen(false);
      running = undefined;
    },
  };
}

function saveOrSay(trainer: Trainer, path: string): void {
  try {
    saveCheckpoint(trainer, path);
  } catch (error) {
    if (!(error instanceof ChainruleError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

function leave(signal: EndSignal, path: string): void {
  const next = `trainer.resume(${show(path)}) goes on from this step`;
  process.stderr.write(`Stopped by ${signal}. The run is saved: ${printable(next)}.\n`);
  process.exit(EXIT_CODES[signal]);
}
