import type { EpochRecord } from "./evaluation.ts";
import { stepsOf, type Run } from "./run.ts";

/** Where training is: before or after this step of this epoch. */
export interface StepPlace { epoch: number; step: number; steps: number }

/** The methods by which a Trainer notifies a callback; any may be missing. Promises are awaited. */
export interface Hooks<Trainer> {
  /** Before the first step of a fit. */
  onFitStart?(trainer: Trainer): void | Promise<void>;
  /** Before each step: what is set here, such as the learning rate, holds for it. */
  onStepStart?(trainer: Trainer, step: StepPlace): void | Promise<void>;
  /** After each step, with its loss before the update; not if none of its rows counted, and nothing was updated. */
  onStepEnd?(trainer: Trainer, step: StepPlace & { loss: number }): void | Promise<void>;
  /** After each epoch, its evaluation included. */
  onEpochEnd?(trainer: Trainer, record: EpochRecord): void | Promise<void>;
  /**
   * Between steps, and between batches of validation, after timers and signals had their turn if 50 ms have passed: the
   * run can be saved here. stop() counts as called from outside, and so do steps.
   */
  onYield?(trainer: Trainer): void | Promise<void>;
  /**
   * After the last step of a fit, or if it was stopped; not if it threw. If `trainer.isPaused` the run is not over, and
   * its weights must stay as they are.
   */
  onFitEnd?(trainer: Trainer): void | Promise<void>;
  /** After all else, also if fit throws: for what must be released, such as listeners. */
  onFitClose?(trainer: Trainer): void | Promise<void>;
}

/** Calls the hooks of a trainer's callbacks, one after the other. */
export class HookCalls<Trainer> {
  /** What of the fit runs now: a hook, up to its first await, so that stop() is its own decision, or a step. */
  acting: "hook" | "step" | undefined;
  private readonly trainer: Trainer;
  private readonly callbacks: readonly Hooks<Trainer>[];

  constructor(trainer: Trainer, callbacks: readonly Hooks<Trainer>[]) {
    this.trainer = trainer;
    this.callbacks = callbacks;
  }

  async each(hook: (callback: Hooks<Trainer>) => unknown): Promise<void> {
    for (const callback of this.callbacks) await this.act("hook", () => hook(callback));
  }

  /** Notifies the callbacks that were not yet. Each counts as notified before its hook runs: it may save. */
  async end(run: Run, history: readonly EpochRecord[]): Promise<void> {
    const { callbacks, trainer } = this, { step, loss } = run, epoch = history.length + 1;
    const record = history[history.length - 1], made = { epoch, step, steps: stepsOf(run), loss };
    while (run.notified < callbacks.length) {
      const callback = callbacks[run.notified++];
      const answer = this.act("hook", () => (step > 0
        ? callback.onStepEnd?.(trainer, made) : callback.onEpochEnd?.(trainer, record)));
      if (answer === undefined) continue;
      await Promise.resolve(answer);
      await this.yield();
    }
    await this.yield();
  }

  /** If the run can be saved: others have their turn, and callbacks that wait for such a moment. */
  async yield(): Promise<void> {
    await rest();
    for (const callback of this.callbacks) if (callback.onYield) await callback.onYield(this.trainer);
  }

  /** Each one, even if another throws. */
  async close(): Promise<void> {
    const closing = this.callbacks.map(async (callback) => callback.onFitClose?.(this.trainer));
    await Promise.allSettled(closing);
    await Promise.all(closing);
  }

  /** Runs what may change the weights of this fit. */
  act<T>(as: "hook" | "step", run: () => T): T {
    this.acting = as;
    try {
      return run();
    } finally {
      this.acting = undefined;
    }
  }
}

/** The longest time, in milliseconds, that fit keeps others waiting. */
const MAX_BUSY_MS = 50;

/** One clock for all fits, so that many short ones rest as often as a long one. */
let rested = performance.now();

/** Lets timers, signals and clicks have their turn once 50 ms have passed since they last had one. */
export function rest(): Promise<void> | undefined {
  const passed = performance.now() - rested;
  if (passed >= 0 && passed < MAX_BUSY_MS) return undefined;
  return new Promise<void>(nextTask).then(() => { rested = performance.now(); });
}

/** Not by a timer if there is another way: browsers slow timers down, in hidden tabs to one a second or a minute. */
function nextTask(resolve: () => void): void {
  if (typeof setImmediate === "function") setImmediate(resolve);
  else if (typeof MessageChannel === "function") {
    const { port1, port2 } = new MessageChannel(), port: { onmessage?: () => void; close: () => void } = port1;
    port.onmessage = () => {
      // An open port would keep a process alive.
      port.close();
      resolve();
    };
    port2.postMessage(null);
  } else setTimeout(resolve, 0);
}
