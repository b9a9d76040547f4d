import { ReduceOnPlateau } from "../../optim/schedules/reduce-on-plateau.ts";
import type { Schedule } from "../../optim/schedules/schedule.ts";
import { checkChoice, checkInstance, checkInteger, checkNoPromise, checkOptions } from "../../tensor/checks.ts";
import { OptionError, show } from "../../tensor/errors.ts";
import { isCount } from "../../nn/layer-numbers.ts";
import { fieldsOf, type Json } from "../../nn/json-state.ts";
import type { Callback } from "../trainer.ts";
import { badState } from "../plain-records.ts";
import type { Trainer } from "../trainer.ts";
import { samplesOf } from "./rule-samples.ts";
import { isOtherMeasure, measureOf, PerTrainer, readMeasure, type Measure } from "./per-trainer.ts";
import { checkWatch, validationLoss, watched, type Monitor } from "./monitor.ts";

/**
 * A callback that goes on where its count stands, over several fits of a trainer, and whose count is plain data.
 * Each trainer has a count of its own.
 */
export interface ScheduleCallback extends Callback {
  /** Steps, or epochs, made so far by the trainer that came last. */
  made: number;
}

/**
 * Sets the learning rate before each step (default), or before the first step of each epoch, to what the
 * schedule says for the steps, or epochs, that fit has made so far.
 * @throws OptionError for what is no schedule; and, while training, for a rate that the optimizer rejects.
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
  const counts = new PerTrainer(() => ({ made: 0 }));
  const count = (trainer: Trainer, what: "step" | "epoch") => {
    const state = counts.of(trainer);
    if (every === what) state.made++;
  };
  return {
    name: "schedule",
    get made() {
      return counts.current.made;
    },
    set made(made) {
      counts.current.made = checkInteger("schedule made", made, { min: 0 });
    },
    onStepStart(trainer, { step }) {
      const { made } = counts.of(trainer);
      if (every === "epoch" && step > 1) return;
      trainer.optimizer.learningRate = checkNoPromise("schedule", rule(made));
    },
    onStepEnd: (trainer) => count(trainer, "step"),
    onEpochEnd: (trainer) => count(trainer, "epoch"),
    state: (trainer) => counts.of(trainer).made,
    load(state, trainer) {
      if (!isCount(state)) throw badState("schedule", state);
      counts.set({ made: state }, trainer);
    },
    settings: () => ({ every, rates: samplesOf(rule) }),
  };
}

/** What a plateau has seen of each trainer; it may serve the callbacks of several. */
const seenBy = new WeakMap<ReduceOnPlateau, PerTrainer<PlateauSeen>>();

interface PlateauSeen {
  readonly state: Json;
  readonly measure: Measure | undefined;
}

/**
 * Lets a plateau set the learning rate after each epoch, by what is watched: the loss of the validation set,
 * unless told otherwise. With accuracy, make the plateau of mode "max". Over several fits it goes on; with
 * another trainer, another validation set or another loss it starts over, as their values cannot be compared.
 * @throws OptionError if there is no validation set to watch; NumericError for NaN.
 * @example
 * const plateau = new ReduceOnPlateau({ patience: 3 });
 * new Trainer(network, { loss, optimizer, callbacks: [scheduleOnPlateau(plateau)] });
 */
export function scheduleOnPlateau(plateau: ReduceOnPlateau, options: { watch?: Monitor } = {}): Callback {
  const where = "scheduleOnPlateau";
  checkOptions(where, options, ["watch"]);
  checkInstance(where, plateau, ReduceOnPlateau);
  const watch = options.watch ?? validationLoss;
  checkWatch(where, watch);
  const nothing: PlateauSeen = { state: new ReduceOnPlateau().state(), measure: undefined };
  const seen = seenBy.get(plateau) ?? new PerTrainer(() => nothing);
  if (!seenBy.has(plateau)) seen.set({ ...nothing, state: plateau.state() });
  seenBy.set(plateau, seen);
  return {
    name: where,
    state(trainer) {
      const { state, measure } = seen.of(trainer), { best = null, waited = null, cooling = null } = fieldsOf(state);
      return { best, waited, cooling, measure: measure ?? null };
    },
    load(from, trainer) {
      const { measure = null } = fieldsOf(from), by = readMeasure(measure);
      if (measure !== null && by === undefined) throw badState(where, from);
      plateau.load(from);
      seen.set({ state: plateau.state(), measure: by }, trainer);
    },
    settings: () => plateau.settings(),
    onEpochEnd(trainer, record) {
      const { optimizer } = trainer, value = watched(where, watch, record);
      const { state, measure: before } = seen.of(trainer), measure = measureOf(trainer, before);
      plateau.load(before !== undefined && isOtherMeasure(before, measure) ? nothing.state : state);
      optimizer.learningRate = plateau.next(value, optimizer.learningRate);
      seen.set({ state: plateau.state(), measure }, trainer);
    },
  };
}
