import { checkInteger, checkNumber } from "../../tensor/checks.ts";
import { isCount } from "../../layers/layer-numbers.ts";
import type { Callback } from "../callback.ts";
import { badState } from "../plain-records.ts";

/**
 * Ends each fit after so many steps, in the middle of an epoch if need be.
 * @throws OptionError unless steps is a whole number of at least 1.
 * @example
 * new Trainer(network, { loss, optimizer, callbacks: [stepLimit(1000)] });
 */
export function stepLimit(steps: number): Callback {
  const limit = checkInteger("stepLimit steps", steps, { from: 1 });
  let made = 0;
  return {
    name: "stepLimit",
    onFitStart() {
      made = 0;
    },
    onStepEnd(trainer) {
      made++;
      if (made >= limit) trainer.stop();
    },
    state: () => made,
    load(state) {
      if (!isCount(state)) throw badState("stepLimit", state);
      made = state;
    },
  };
}

/**
 * Ends each fit after the step in which so many seconds have gone by since its start.
 * @throws OptionError unless seconds is above 0.
 * @example
 * new Trainer(network, { loss, optimizer, callbacks: [timeLimit(60)] });
 */
export function timeLimit(seconds: number): Callback {
  const limit = 1000 * checkNumber("timeLimit seconds", seconds, { above: 0 });
  let started = performance.now();
  return {
    name: "timeLimit",
    onFitStart() {
      started = performance.now();
    },
    onStepEnd(trainer) {
      if (performance.now() - started >= limit) trainer.stop();
    },
    // The time that has gone by in training; that between two runs does not count.
    state: () => performance.now() - started,
    load(state) {
      if (typeof state !== "number" || !(state >= 0)) throw badState("timeLimit", state);
      started = performance.now() - state;
    },
  };
}
