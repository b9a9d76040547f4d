/** Steps of the adaptive optimizers by the kernels, where the numbers live. */
import type { AdaGradScalars, AdamScalars, RMSPropScalars, Update } from "../backend.ts";
import * as reference from "../reference/adaptive.ts";
import { allFinite as allFiniteByLoops } from "../reference/elementwise.ts";
import type { Arena } from "./arena.ts";
import type { Done } from "./availability.ts";
import { allFinite } from "./elementwise.ts";
import { familyKernels } from "./family-kernels.ts";
import { allFloat32, placed } from "./scratch.ts";

/** Shorter ones are stepped by the loops before the kernels have begun. */
const FEW_NUMBERS = 256;

/** Safely below the largest float32 there is, whatever is rounded on the way. */
const SAFE = 1e38;

/** Whether the loops do the step faster, or have to. */
function isForLoops({ value, slots, gradient }: Update): boolean {
  return value.length < FEW_NUMBERS || !allFloat32(value, gradient, ...slots);
}

/** The addresses of value, slots and gradient, in the arena where the update is made. */
const placesOf = ({ value, slots, gradient }: Update) => placed([value, ...slots, gradient]);

export function adam(update: Update, by: AdamScalars): Done {
  if (isForLoops(update)) return undefined;
  const { arena, at } = placesOf(update), [p, m, v, g] = at, { length } = update.value;
  const { beta1, rest1, beta2, rest2, rate, correction, epsilon, decay, shrink } = reference.roundedAdam(update, by);
  familyKernels(arena).adam(p, m, v, g, length, beta1, rest1, beta2, rest2, rate, correction, epsilon, decay, shrink);
  return storeAll(arena, update, at);
}

export function adamUpdateIsFinite(update: Update, by: AdamScalars): boolean {
  return (!isForLoops(update) && adamUpdateIsBounded(update, by))
    || reference.updateIsFinite(update, (copy) => {
      if (adam(copy, by) === undefined) reference.adam(copy, by);
    }, (values) => allFinite(values) ?? allFiniteByLoops(values));
}

/** Whether it can be told from the largest numbers alone that none will be infinite or NaN. */
function adamUpdateIsBounded(update: Update, by: AdamScalars): boolean {
  const { arena, at: [p, m, v, g] } = placesOf(update), { length } = update.value;
  const { beta1, rest1, beta2, rest2, rate, epsilon, decay, shrink } = reference.roundedAdam(update, by);
  const reach = familyKernels(arena).adamReach(p, m, v, g, length, beta1, rest1, beta2, rest2, decay);
  // |m / (√v · … + ε)| is at most reach / ε, and |p| at most reach · (|shrink| + rate / ε).
  return (reach / epsilon) * Math.max(1, rate) + reach * Math.abs(shrink) < SAFE;
}

export function rmsProp(update: Update, by: RMSPropScalars): Done {
  if (isForLoops(update)) return undefined;
  const { arena, at } = placesOf(update), g = at[at.length - 1], velocity = at[at.length - 2];
  const { alpha, rest, rate, epsilon, momentum, decay, centered } = reference.roundedRMSProp(update, by);
  // Where there is no mean or no velocity, none is looked at.
  familyKernels(arena).rmsProp(
    at[0], at[1], at[2], velocity, g, update.value.length, alpha, rest, rate, epsilon, momentum, decay, centered);
  return storeAll(arena, update, at);
}

export function adaGrad(update: Update, by: AdaGradScalars): Done {
  if (isForLoops(update)) return undefined;
  const { arena, at } = placesOf(update), [p, s, g] = at;
  const { rate, epsilon, decay } = reference.roundedAdaGrad(update, by);
  familyKernels(arena).adaGrad(p, s, g, update.value.length, rate, epsilon, decay);
  return storeAll(arena, update, at);
}

/** Brings what has changed to its arrays. */
function storeAll(arena: Arena, { value, slots }: Update, at: readonly number[]): Done {
  [value, ...slots].forEach((array, i) => { arena.store(array, at[i]); });
  return true;
}
