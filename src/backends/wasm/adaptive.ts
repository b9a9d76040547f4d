/** Steps of the adaptive optimizers by the SIMD kernels, where the numbers live. The bits are those of adaptive.ts. */
import type { Numbers } from "../../tensor/tensor.ts";
import type { AdaGradScalars, AdamScalars, RMSPropScalars, StepNumbers } from "../../ops/adaptive.ts";
import type { Arena } from "./arena.ts";
import { familyKernels } from "./family-kernels.ts";
import { allFloat32, arenaFor } from "./scratch.ts";

/** Shorter ones are stepped by the loops before the kernels have begun. */
const FEW_NUMBERS = 256;

/** Safely below the largest float32 there is, whatever is rounded on the way. */
const SAFE = 1e38;

/** Whether the numbers are such, and so many, that the kernels step them faster. */
export function isForKernels({ value, kept }: StepNumbers, gradient: Numbers): boolean {
  return value.length >= FEW_NUMBERS && allFloat32(value, gradient, ...kept);
}

function place({ value, kept }: StepNumbers, gradient: Numbers) {
  const arrays = [value, ...kept, gradient];
  const arena = arenaFor([value], (home) => arrays.reduce((sum, array) => sum + home.bytesFor(array), 0));
  return { arena, at: arrays.map((array) => arena.load(array)) };
}

/** Whether it can be told from the largest numbers alone that none will be infinite or NaN; false where not. */
export function adamSurelyStaysFinite(numbers: StepNumbers, gradient: Numbers, scalars: AdamScalars): boolean {
  const { arena, at: [p, m, v, g] } = place(numbers, gradient);
  const { beta1, rest1, beta2, rest2, rate, epsilon, decay, shrink } = scalars;
  const reach = familyKernels(arena).adamReach(p, m, v, g, numbers.value.length, beta1, rest1, beta2, rest2, decay);
  // |m / (√v · … + ε)| is at most reach / ε, and |p| at most reach · (|shrink| + rate / ε).
  return (reach / epsilon) * Math.max(1, rate) + reach * Math.abs(shrink) < SAFE;
}

export function adam(numbers: StepNumbers, gradient: Numbers, scalars: AdamScalars): void {
  const { arena, at: [p, m, v, g] } = place(numbers, gradient), { length } = numbers.value;
  const { beta1, rest1, beta2, rest2, rate, correction, epsilon, decay, shrink } = scalars;
  familyKernels(arena).adam(
    p, m, v, g, length, beta1, rest1, beta2, rest2, rate, correction, epsilon, decay, shrink);
  giveBack(arena, numbers, [p, m, v]);
}

export function rmsProp(numbers: StepNumbers, gradient: Numbers, scalars: RMSPropScalars): void {
  const { arena, at } = place(numbers, gradient), g = at[at.length - 1], velocity = at[at.length - 2];
  const { alpha, rest, rate, epsilon, momentum, decay, centered } = scalars, { length } = numbers.value;
  // Where there is no mean or no velocity, none is looked at.
  familyKernels(arena).rmsProp(
    at[0], at[1], at[2], velocity, g, length, alpha, rest, rate, epsilon, momentum, decay, centered);
  giveBack(arena, numbers, at);
}

export function adaGrad(numbers: StepNumbers, gradient: Numbers, scalars: AdaGradScalars): void {
  const { arena, at: [p, s, g] } = place(numbers, gradient), { rate, epsilon, decay } = scalars;
  familyKernels(arena).adaGrad(p, s, g, numbers.value.length, rate, epsilon, decay);
  giveBack(arena, numbers, [p, s]);
}

/** Brings what has changed to its arrays. */
function giveBack(arena: Arena, { value, kept }: StepNumbers, at: readonly number[]): void {
  [value, ...kept].forEach((array, i) => arena.store(array, at[i]));
}
