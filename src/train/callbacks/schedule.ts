import type { ReduceOnPlateau } from "../../optim/schedules/reduce-on-plateau.ts";
import type { Schedule } from "../../optim/schedules/schedule.ts";
import { checkChoice, checkOptions } from "../../tensor/checks.ts";
import { OptionError, show } from "../../tensor/errors.ts";
import { isCount } from "../../layers/layer-numbers.ts";
import type { Callback } from "../callback.ts";
import { badState } from "../plain-records.ts";
import { checkWatch, validationLoss, watched, type Watch } from "./watch.ts";

/** A callback that goes on where its count stands, over several fits, and whose count is plain data. */
export interface ScheduleCallback extends Callback {
  /** Steps, or epochs, made so far. */
  made: number;
}

/**
 * Sets the learning rate before each step (default), or before the first step of each epoch, to what the
 * schedule says for the steps, or epochs, that fit has made so far.
 * @throws OptionError for what is no schedule; and, while training, for a rate that the optimizer refuses.
 * @example
 * const cosine = cosineDecay({ learningRate: 0.1, steps: 900 });
 * new Trainer(network, { loss, optimizer, callbacks: [schedule(cosine)] });
 */
export function schedule(rule: Schedule, options: { every?: "step" | "epoch" } = {}): ScheduleCallback {
  checkOptions("schedule", options, ["every"]);
  if (typeof rule !== "function") {
    const allowed = "a function of time, as cosineDecay(…)";
    throw new OptionError({ where: "schedule", given: show(rule), allowed });
  }
  const every = checkChoice("schedule every", options.every ?? "step", ["step", "epoch"]);
  const callback: ScheduleCallback = {
    name: "schedule",
    made: 0,
    onStepStart(trainer, { step }) {
      if (every === "step" || step === 1) trainer.optimizer.learningRate = rule(callback.made);
    },
    onStepEnd() {
      if (every === "step") callback.made++;
    },
    onEpochEnd() {
      if (every === "epoch") callback.made++;
    },
    state: () => callback.made,
    load(state) {
      if (!isCount(state)) throw badState("schedule", state);
      callback.made = state;
    },
  };
  return callback;
}

/**
 * Lets a plateau set the learning rate after each epoch, by what is watched: the loss of the validation set,
 * unless told otherwise. With accuracy, make the plateau of mode "max".
 * @throws OptionError where there is no validation set to watch; NumericError for NaN.
 * @example
 * const plateau = new ReduceOnPlateau({ patience: 3 });
 * new Trainer(network, { loss, optimizer, callbacks: [scheduleOnPlateau(plateau)] });
 */
export function scheduleOnPlateau(plateau: ReduceOnPlateau, options: { watch?: Watch } = {}): Callback {
  checkOptions("scheduleOnPlateau", options, ["watch"]);
  const watch = options.watch ?? validationLoss;
  checkWatch("scheduleOnPlateau", watch);
  return {
    name: "scheduleOnPlateau",
    state: () => plateau.state(),
    load: (state) => plateau.load(state),
    onEpochEnd({ optimizer }, record) {
      const value = watched("scheduleOnPlateau", watch, record);
      optimizer.learningRate = plateau.next(value, optimizer.learningRate);
    },
  };
}
