import { rest } from "./rest.ts";
import { stepsOf, type Run } from "./run.ts";
import type { Trainer } from "./trainer.ts";

/** Calls the hooks of a trainer's callbacks, one after the other. */
export class Hooks {
  /** Whether a hook runs, up to its first await: stop() is then its own decision. */
  isRunning = false;
  private readonly trainer: Trainer;

  constructor(trainer: Trainer) {
    this.trainer = trainer;
  }

  async fit(name: "onFitStart" | "onFitEnd"): Promise<void> {
    for (const callback of this.trainer.callbacks) await this.call(() => callback[name]?.(this.trainer));
  }

  async stepStart(step: { epoch: number; step: number; steps: number }): Promise<void> {
    for (const callback of this.trainer.callbacks) {
      if (callback.onStepStart) await this.call(() => callback.onStepStart?.(this.trainer, step));
    }
  }

  /** Tells the callbacks that have not heard yet. Each counts as told before it hears: it may save. */
  async end(run: Run): Promise<void> {
    const { callbacks, history } = this.trainer, { step, loss } = run, epoch = history.length + 1;
    const record = history[epoch - 2], made = { epoch, step, steps: stepsOf(run), loss };
    while (run.heard < callbacks.length) {
      const callback = callbacks[run.heard++];
      const hook = () => (step > 0
        ? callback.onStepEnd?.(this.trainer, made) : callback.onEpochEnd?.(this.trainer, record));
      const answer = this.call<unknown>(hook);
      if (answer === undefined) continue;
      await Promise.resolve(answer);
      await this.letOthers();
    }
    await this.letOthers();
  }

  /** If the run can be saved: others have their turn, and callbacks that wait for such a moment. */
  async letOthers(): Promise<void> {
    await rest();
    for (const callback of this.trainer.callbacks) if (callback.onYield) await callback.onYield(this.trainer);
  }

  /** Each one, even if another throws. */
  async close(): Promise<void> {
    const closing = this.trainer.callbacks.map(async (callback) => callback.onFitClose?.(this.trainer));
    await Promise.allSettled(closing);
    await Promise.all(closing);
  }

  private call<T>(hook: () => T): T {
    this.isRunning = true;
    try {
      return hook();
    } finally {
      this.isRunning = false;
    }
  }
}
