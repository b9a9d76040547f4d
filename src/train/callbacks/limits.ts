import { checkInteger, checkNumber } from "../../tensor/checks.ts";
import { isCount } from "../../nn/layer-numbers.ts";
import type { Callback } from "../trainer.ts";
import { badState } from "../plain-records.ts";
import { PerTrainer } from "./per-trainer.ts";

/**
 * Ends each fit after so many steps, in the middle of an epoch if need be.
 * @throws OptionError unless steps is an integer of at least 1.
 * @example
 * new Trainer(network, { loss, optimizer, callbacks: [stepLimit(1000)] });
 */
export function stepLimit(steps: number): Callback {
  const limit = checkInteger("stepLimit steps", steps, { min: 1 });
  const counts = new PerTrainer(() => ({ made: 0 }));
  return {
    name: "stepLimit",
    onFitStart(trainer) {
      counts.set({ made: 0 }, trainer);
    },
    onStepEnd(trainer) {
      if (++counts.of(trainer).made >= limit) trainer.stop();
    },
    state: (trainer) => counts.of(trainer).made,
    load(state, trainer) {
      if (!isCount(state)) throw badState("stepLimit", state);
      counts.set({ made: state }, trainer);
    },
    settings: () => ({ steps: limit }),
  };
}

/**
 * Ends each fit after the step in which so many seconds have gone by since its start.
 * @throws OptionError unless seconds is above 0.
 * @example
 * new Trainer(network, { loss, optimizer, callbacks: [timeLimit(60)] });
 */
export function timeLimit(seconds: number): Callback {
  const limit = 1000 * checkNumber("timeLimit seconds", seconds, { exclusiveMin: 0 });
  const times = new PerTrainer(() => ({ started: performance.now() }));
  return {
    name: "timeLimit",
    onFitStart(trainer) {
      times.set({ started: performance.now() }, trainer);
    },
    onStepEnd(trainer) {
      if (performance.now() - times.of(trainer).started >= limit) trainer.stop();
    },
    // The time that has gone by in training; that between two runs does not count.
    state: (trainer) => performance.now() - times.of(trainer).started,
    load(state, trainer) {
      if (typeof state !== "number" || !(state >= 0)) throw badState("timeLimit", state);
      times.set({ started: performance.now() - state }, trainer);
    },
  };
}
