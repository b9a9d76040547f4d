/** A step of SGD: in float32 each single operation is rounded, scalars before the loop. */
import { roundingOf } from "../../tensor/tensor.ts";
import type { SgdScalars, Update } from "../backend.ts";

/** Works out the step number by number and passes each velocity and value to `take`. */
function descend(update: Update, by: SgdScalars, take: (i: number, v: number, p: number) => void): void {
  const { value, gradient, slots: [velocity] } = update;
  const round = roundingOf(value), rate = round(update.learningRate), decay = round(update.weightDecay);
  const momentum = round(by.momentum), undamped = round(update.t === 1 ? 1 : 1 - by.dampening);
  for (let i = 0; i < value.length; i++) {
    const g = decay === 0 ? gradient[i] : round(gradient[i] + round(decay * value[i]));
    const added = undamped === 1 ? g : round(undamped * g);
    const v = momentum === 0 ? g : round(round(momentum * velocity[i]) + added);
    const direction = by.nesterov ? round(g + round(momentum * v)) : v;
    take(i, v, round(value[i] - round(rate * direction)));
  }
}

/** Whether all numbers would be finite after the step. Changes nothing. */
export function sgdUpdateIsFinite(update: Update, by: SgdScalars): boolean {
  let finite = true;
  descend(update, by, (_, v, p) => {
    if (v - v !== 0 || p - p !== 0) finite = false;
  });
  return finite;
}

/** g ← g + λ·p;  v ← μ·v + (1-δ)·g;  p ← p - lr·v, or with Nesterov p ← p - lr·(g + μ·v). */
export function sgd(update: Update, by: SgdScalars): void {
  const { value, slots: [velocity] } = update, moves = roundingOf(value)(by.momentum) !== 0;
  descend(update, by, (i, v, p) => {
    if (moves) velocity[i] = v;
    value[i] = p;
  });
}
