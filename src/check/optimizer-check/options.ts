import { OptimizerBase } from "../../optim/optimizer-base.ts";
import type { Optimizer } from "../../optim/optimizer.ts";
import { failed, passed, type Verdict } from "../layer-check/verdict.ts";
import { difference, parameters, take, valuesOf } from "./trial.ts";

const STEPS = 12;

/** The learning rate of each step is read anew, and is a factor of all it does along gradients. */
export function checkRate(make: () => Optimizer): Verdict {
  const advice = "rate copied: learningRate is read in each step, not once in the constructor, and every part of the "
    + "step has it, weight decay too.";
  const fresh = make(), first = parameters(), start = valuesOf(first);
  fresh.learningRate = 0;
  take(fresh, first, 1);
  const moved = difference(first, start);
  if (moved !== undefined) return failed(`With learningRate = 0, set before the first step, ${moved}.`, advice);
  // A velocity that has the rate within it goes on after two steps, but not along the new gradient.
  const [along, against] = [2, 7].map((t) => {
    const optimizer = make(), list = parameters();
    take(optimizer, list, 2);
    optimizer.learningRate = 0;
    take(optimizer, list, 1, t);
    return list;
  });
  const seen = difference(along, valuesOf(against));
  return seen === undefined ? passed("With learningRate = 0, set before or between steps, gradients move nothing.")
    : failed(`With learningRate = 0, set after two steps, ${seen} with another gradient.`, advice);
}

/** An option that is given has an effect. */
export function checkEffectOfOptions(make: () => Optimizer): Verdict {
  const decay: unknown = Reflect.get(make(), "weightDecay");
  if (typeof decay === "number" && decay > 0) {
    const seen = ofDecay(make, decay);
    if (seen !== undefined) return seen;
  }
  const unread = unreadOf(make());
  return unread === undefined ? passed("Each option that is given is used.")
    : failed(`No step reads ${unread}, though it is given.`, `${unread} has no effect: it is stored, and never used. `
      + `Use this.${unread} in the update, or leave the option out.`);
}

function ofDecay(make: () => Optimizer, decay: number): Verdict | undefined {
  const still = parameters("float64"), start = valuesOf(still), optimizer = make();
  for (let t = 0; t < 3; t++) {
    for (const { grad } of still) grad.data.fill(0);
    optimizer.step(still);
  }
  const isGrowing = still.every(({ value }, p) => value.data.every((w, i) => Math.abs(w) > Math.abs(start[p].data[i])));
  if (isGrowing) {
    return failed(`With weightDecay ${decay} and gradients of 0 all weights grow.`, "sign of weightDecay: Decay takes "
      + "lr·weightDecay·w off w: it is added to the gradient, as g + weightDecay·w.");
  }
  // It may be a field of another name; it may also act only beside a gradient.
  if (difference(still, start) === undefined && difference(...withAndWithout(make, true)) === undefined) {
    return failed(`With weightDecay ${decay} each step is what it is without, and a gradient of 0 changes nothing.`,
      "weightDecay has no effect: it is taken and then ignored. Add weightDecay·w to the gradient, or take "
        + "lr·weightDecay·w off w: update.weightDecay, for each parameter.");
  }
  const [exempt, plain] = withAndWithout(make, false), seen = difference(exempt, plain);
  return seen === undefined || !(make() instanceof OptimizerBase) ? undefined
    : failed(`A parameter with decay: false is decayed: ${seen}.`, "weightDecay of the optimizer: Use that of the "
      + "update, which is 0 for parameters that opt out, and that of the group.");
}

/** What steps make of parameters, with weightDecay as it is, and set to 0. */
function withAndWithout(make: () => Optimizer, isDecayed: boolean) {
  const [list, plain] = [undefined, 0].map((decay) => {
    const optimizer = make(), trial = parameters("float64");
    if (!isDecayed) for (const one of trial) Object.defineProperty(one, "decay", { value: false });
    if (decay !== undefined) Object.defineProperty(optimizer, "weightDecay", { value: decay });
    take(optimizer, trial, STEPS);
    return trial;
  });
  return [list, valuesOf(plain)] as const;
}

/** An option that is a number other than 0, and that is never read while steps are made. */
function unreadOf(optimizer: Optimizer): string | undefined {
  // What is private, or made of the option by the constructor, may be used in its place.
  if (!(optimizer instanceof OptimizerBase) || /#\w/.test(String(optimizer.constructor))) return undefined;
  const own = new Set<string>(), base = new Set(Object.keys(new Bare()));
  const { optionNames } = optimizer, unread = new Set(optionNames.filter((name) => name !== "weightDecay"));
  for (const [key, held] of Object.entries(optimizer) as [string, unknown][]) {
    if (base.has(key)) continue;
    if (!optionNames.includes(key)) own.add(key);
    if (typeof held !== "number" || held === 0) unread.delete(key);
    let value = held;
    Object.defineProperty(optimizer, key, {
      configurable: true,
      get: () => {
        unread.delete(key);
        return value;
      },
      set: (next: unknown) => { value = next; },
    });
  }
  take(optimizer, parameters(), STEPS);
  return own.size > 0 ? undefined : [...unread].find((name) => name in optimizer);
}

/** The fields that each optimizer has. */
class Bare extends OptimizerBase {
  protected readonly slots = [];

  constructor() {
    super({ learningRate: 0 });
  }

  protected applyUpdate(): void { /* nothing is updated */ }
}
