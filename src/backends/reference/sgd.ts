/** A step of SGD: in float32 each single operation is rounded, scalars before the loop. */
import { roundingOf } from "../../tensor/tensor.ts";
import type { SgdNumbers, SgdStep } from "../backend.ts";

/** Works out the step number by number and passes each velocity and value to `take`. */
function descend(numbers: SgdNumbers, step: SgdStep, take: (i: number, v: number, p: number) => void): void {
  const { value, velocity, gradient } = numbers;
  const round = roundingOf(value);
  const rate = round(step.learningRate), momentum = round(step.momentum), decay = round(step.weightDecay);
  const undamped = round(1 - (step.dampening ?? 0));
  for (let i = 0; i < value.length; i++) {
    const g = decay === 0 ? gradient[i] : round(gradient[i] + round(decay * value[i]));
    const added = undamped === 1 ? g : round(undamped * g);
    const v = velocity === undefined || momentum === 0 ? g : round(round(momentum * velocity[i]) + added);
    const direction = step.nesterov ? round(g + round(momentum * v)) : v;
    take(i, v, round(value[i] - round(rate * direction)));
  }
}

/** Whether all numbers would be finite after the step. Changes nothing. */
export function sgdUpdateIsFinite(numbers: SgdNumbers, step: SgdStep): boolean {
  let finite = true;
  descend(numbers, step, (_, v, p) => {
    if (v - v !== 0 || p - p !== 0) finite = false;
  });
  return finite;
}

/** g ← g + λ·p;  v ← μ·v + (1-δ)·g;  p ← p - lr·v, or with Nesterov p ← p - lr·(g + μ·v). */
export function sgd(numbers: SgdNumbers, step: SgdStep): void {
  const { value, velocity } = numbers;
  const moving = roundingOf(value)(step.momentum) !== 0;
  descend(numbers, step, (i, v, p) => {
    if (velocity !== undefined && moving) velocity[i] = v;
    value[i] = p;
  });
}
