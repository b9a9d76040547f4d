/** Steps of the adaptive optimizers by the kernels, where the numbers live. */
import type { Numbers } from "../../tensor/tensor.ts";
import type { AdaGradStep, AdamStep, RMSPropStep, StepNumbers } from "../backend.ts";
import * as reference from "../reference/adaptive.ts";
import { isFinite as isFiniteByLoops } from "../reference/elementwise.ts";
import type { Arena } from "./arena.ts";
import type { Done } from "./availability.ts";
import { isFinite } from "./elementwise.ts";
import { familyKernels } from "./family-kernels.ts";
import { allFloat32, arenaFor } from "./scratch.ts";

/** Shorter ones are stepped by the loops before the kernels have begun. */
const FEW_NUMBERS = 256;

/** Safely below the largest float32 there is, whatever is rounded on the way. */
const SAFE = 1e38;

/** Whether the loops do the step faster, or have to. */
function isForLoops({ value, kept }: StepNumbers, gradient: Numbers): boolean {
  return value.length < FEW_NUMBERS || !allFloat32(value, gradient, ...kept);
}

function place({ value, kept }: StepNumbers, gradient: Numbers) {
  const arrays = [value, ...kept, gradient];
  const arena = arenaFor([value], (candidate) => arrays.reduce((sum, array) => sum + candidate.bytesFor(array), 0));
  return { arena, at: arrays.map((array) => arena.load(array)) };
}

export function adam(numbers: StepNumbers, gradient: Numbers, step: AdamStep): Done {
  if (isForLoops(numbers, gradient)) return undefined;
  const { arena, at: [p, m, v, g] } = place(numbers, gradient), { value } = numbers;
  const { beta1, rest1, beta2, rest2, rate, correction, epsilon, decay, shrink } = reference.adamScalars(value, step);
  familyKernels(arena).adam(
    p, m, v, g, value.length, beta1, rest1, beta2, rest2, rate, correction, epsilon, decay, shrink);
  return giveBack(arena, numbers, [p, m, v]);
}

export function adamUpdateIsFinite(numbers: StepNumbers, gradient: Numbers, step: AdamStep): boolean {
  return (!isForLoops(numbers, gradient) && adamUpdateIsBounded(numbers, gradient, step))
    || reference.updateIsFinite(numbers, gradient, (copy, slopes) => {
      if (adam(copy, slopes, step) === undefined) reference.adam(copy, slopes, step);
    }, (values) => isFinite(values) ?? isFiniteByLoops(values));
}

/** Whether it can be told from the largest numbers alone that none will be infinite or NaN. */
function adamUpdateIsBounded(numbers: StepNumbers, gradient: Numbers, step: AdamStep): boolean {
  const { arena, at: [p, m, v, g] } = place(numbers, gradient), { value } = numbers;
  const { beta1, rest1, beta2, rest2, rate, epsilon, decay, shrink } = reference.adamScalars(value, step);
  const reach = familyKernels(arena).adamReach(p, m, v, g, value.length, beta1, rest1, beta2, rest2, decay);
  // |m / (√v · … + ε)| is at most reach / ε, and |p| at most reach · (|shrink| + rate / ε).
  return (reach / epsilon) * Math.max(1, rate) + reach * Math.abs(shrink) < SAFE;
}

export function rmsProp(numbers: StepNumbers, gradient: Numbers, step: RMSPropStep): Done {
  if (isForLoops(numbers, gradient)) return undefined;
  const { arena, at } = place(numbers, gradient), g = at[at.length - 1], velocity = at[at.length - 2];
  const { alpha, rest, rate, epsilon, momentum, decay, centered } = reference.rmsPropScalars(numbers.value, step);
  // Where there is no mean or no velocity, none is looked at.
  familyKernels(arena).rmsProp(
    at[0], at[1], at[2], velocity, g, numbers.value.length, alpha, rest, rate, epsilon, momentum, decay, centered);
  return giveBack(arena, numbers, at);
}

export function adaGrad(numbers: StepNumbers, gradient: Numbers, step: AdaGradStep): Done {
  if (isForLoops(numbers, gradient)) return undefined;
  const { arena, at: [p, s, g] } = place(numbers, gradient);
  const { rate, epsilon, decay } = reference.adaGradScalars(numbers.value, step);
  familyKernels(arena).adaGrad(p, s, g, numbers.value.length, rate, epsilon, decay);
  return giveBack(arena, numbers, [p, s]);
}

/** Brings what has changed to its arrays. */
function giveBack(arena: Arena, { value, kept }: StepNumbers, at: readonly number[]): Done {
  [value, ...kept].forEach((array, i) => arena.store(array, at[i]));
  return true;
}
