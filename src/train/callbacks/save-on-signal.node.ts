import { setImmediate } from "node:timers/promises";
import { checkPath } from "../../formats/files.node.ts";
import { checkOptions } from "../../tensor/checks.ts";
import { ChainruleError, OptionError, printable, show } from "../../tensor/errors.ts";
import type { Callback } from "../trainer.ts";
import { saveCheckpoint } from "../../serialize/checkpoint/files.node.ts";
import type { Trainer } from "../trainer.ts";

/** What ends a program from outside: Ctrl-C, or what `kill` sends. */
export type EndSignal = "SIGINT" | "SIGTERM";

/** The exit code: 128 and the signal's number. */
const EXIT_CODES: Readonly<Record<EndSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

const LISTENERS = [["SIGINT", () => onSignal("SIGINT")], ["SIGTERM", () => onSignal("SIGTERM")]] as const;

/** Options of saveOnSignal. */
export interface SaveOnSignalOptions {
  /** Runs once the run is saved, in place of the sentence and process.exit; a promise is awaited. */
  onSaved?: (signal: EndSignal) => void | Promise<void>;
}

/** A fit in progress, and the state of its signal. */
interface Watch {
  asked: EndSignal | undefined;
  /** Whether it is saved, or cannot be, and waits for the others. */
  isSaved: boolean;
  /** Whether all its steps are made. */
  hasEnded: boolean;
}

/** All fits under way that are to be saved: one listener serves them all. */
const watches = new Set<Watch>();

function onSignal(signal: EndSignal): void {
  // The second one, if both were delivered at once.
  if ([...watches].some(({ asked }) => asked !== undefined)) process.exit(EXIT_CODES[signal]);
  for (const watch of watches) watch.asked = signal;
  void setImmediate().then(listen);
}

/** Listens until the first signal: with the system's default action back, the second ends even a long step. */
function listen(): void {
  const isOn = watches.size > 0 && [...watches].every(({ asked }) => asked === undefined);
  for (const [signal, listener] of LISTENERS) {
    process.removeListener(signal, listener);
    if (isOn) process.on(signal, listener);
  }
}

/** Ends the process once all fits under way are saved. */
function leaveIfAllAreSaved(): void {
  const [first] = [...watches].filter(({ isSaved }) => isSaved);
  if (first?.asked === undefined || [...watches].some(({ asked, isSaved }) => asked !== undefined && !isSaved)) return;
  process.exit(process.exitCode ?? EXIT_CODES[first.asked]);
}

/**
 * Lets Ctrl-C lose nothing: at the first SIGINT or SIGTERM fit finishes its step, or its batch of validation, saves the
 * run, says how to go on and ends the process with exit code 130 or 143. Of several fits under way each is saved
 * first. The second signal does what it does in any program: it ends the process at once, and the file is the last
 * that was written whole. Outside of fit, too, a signal does what it always does; if fit throws before it could save,
 * the signal is sent again.
 * @throws OptionError for what is no path, or for unknown options.
 * @example
 * const callbacks = [saveOnSignal("run.safetensors")];
 */
export function saveOnSignal(path: string, options: SaveOnSignalOptions = {}): Callback {
  const where = "saveOnSignal";
  checkPath(`${where} path`, path);
  checkOptions(where, options, ["onSaved"]);
  const { onSaved } = options;
  if (onSaved !== undefined && typeof onSaved !== "function") {
    throw new OptionError({ where: `${where} onSaved`, given: show(onSaved), allowed: "a function" });
  }
  const own = new Map<Trainer, Watch>();
  const answer = async (trainer: Trainer, watch: Watch, signal: EndSignal) => {
    const isWritten = saveOrSay(trainer, path);
    if (!isWritten || onSaved === undefined) {
      const next = `trainer.resume(${show(path)}) goes on from this step`;
      if (isWritten) process.stderr.write(`Stopped by ${signal}. The run is saved: ${printable(next)}.\n`);
      else process.exitCode = 1;
      watch.isSaved = true;
      leaveIfAllAreSaved();
      // The last one that is saved ends the process.
      await new Promise<never>(() => undefined);
    }
    await onSaved?.(signal);
    watch.asked = undefined;
    listen();
    leaveIfAllAreSaved();
  };
  return {
    name: where,
    onFitStart(trainer) {
      const watch = { asked: undefined, isSaved: false, hasEnded: false };
      own.set(trainer, watch);
      watches.add(watch);
      listen();
    },
    async onYield(trainer) {
      const watch = own.get(trainer);
      if (watch?.asked !== undefined) await answer(trainer, watch, watch.asked);
    },
    onFitEnd(trainer) {
      const watch = own.get(trainer);
      if (watch !== undefined) watch.hasEnded = true;
    },
    async onFitClose(trainer) {
      const watch = own.get(trainer);
      if (watch === undefined) return;
      // Signals that came while the last steps were made are delivered now: the first may not poll for them.
      await setImmediate();
      await setImmediate();
      const { asked, hasEnded } = watch;
      if (asked !== undefined && hasEnded) await answer(trainer, watch, asked);
      own.delete(trainer);
      watches.delete(watch);
      listen();
      leaveIfAllAreSaved();
      if (asked !== undefined && !hasEnded) process.kill(process.pid, asked);
    },
  };
}

/** Whether it could be saved; says why not. The process ends once the other fits are saved. */
function saveOrSay(trainer: Trainer, path: string): boolean {
  try {
    saveCheckpoint(trainer, path);
    return true;
  } catch (error) {
    if (!(error instanceof ChainruleError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return false;
  }
}
