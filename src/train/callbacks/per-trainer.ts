import type { Json } from "../../nn/json-state.ts";
import { digestOf } from "../../serialize/checkpoint/digest.ts";
import { settingsOf } from "../../serialize/checkpoint/settings.ts";
import type { Trainer } from "../trainer.ts";

/**
 * A callback's state, kept apart for each trainer that uses the callback: what one run has seen says nothing of
 * another. A trainer that comes back finds its own.
 */
export class PerTrainer<State extends object> {
  /** The state of the trainer that came last; before the first one, the state that it will get. */
  current: State;
  private readonly begin: () => State;
  private readonly states = new WeakMap<Trainer, State>();
  private isFree = true;

  constructor(begin: () => State) {
    this.begin = begin;
    this.current = begin();
  }

  /** The trainer's own state, now the current one. */
  of(trainer: Trainer): State {
    const state = this.isFree ? this.current : this.states.get(trainer) ?? this.begin();
    this.set(state, trainer);
    return state;
  }

  /** Hands it to the trainer or, if none is said, to the one that comes next. */
  set(state: State, trainer?: Trainer): void {
    this.current = state;
    this.isFree = trainer === undefined;
    if (trainer !== undefined) this.states.set(trainer, state);
  }
}

/** By what the numbers of records are measured: a loss and a validation set; null if not known. */
export type Measure = readonly (string | null)[];

/** What the trainer measures by in this fit; what it does not say is as before. */
export function measureOf(trainer: Trainer, before: Measure = []): Measure {
  const validation = trainer.run?.validation;
  return [JSON.stringify(settingsOf(trainer).loss), validation ? digestOf(validation) : before[1] ?? null];
}

/** Whether numbers by the one are not to be compared with numbers by the other. */
export function isOtherMeasure(one: Measure, other: Measure): boolean {
  return one.some((part, i) => part !== null && typeof other[i] === "string" && part !== other[i]);
}

/** A measure out of plain data, or undefined if there is none. */
export function readMeasure(from: Json | undefined): Measure | undefined {
  if (!Array.isArray(from) || from.length !== 2) return undefined;
  const isPart = (part: unknown): part is string | null => part === null || typeof part === "string";
  const parts: readonly unknown[] = from;
  return parts.every(isPart) ? parts : undefined;
}
