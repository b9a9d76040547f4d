/** Steps of SGD by the kernels, where the numbers live. */
import type { SgdScalars, Update } from "../backend.ts";
import type { Done } from "./availability.ts";
import { allFloat32, placed } from "./scratch.ts";
import { weightKernels } from "./weight-kernels.ts";

/** Shorter ones are stepped by the loops before the kernels have begun. */
const FEW_NUMBERS = 32;

/** Dampening is rare, and the kernels have none. */
function isForLoops({ value, gradient, slots }: Update, { dampening }: SgdScalars): boolean {
  return dampening !== 0 || value.length < FEW_NUMBERS || !allFloat32(value, gradient, slots[0]);
}

/** The arena where the update is made, and the arguments of a kernel there. */
function argumentsOf(update: Update, { momentum, nesterov }: SgdScalars) {
  const { value, slots, gradient, learningRate, weightDecay } = update;
  // Without momentum, what would be the velocity is written nowhere.
  const { arena, at: [p, g, v = p] } = placed([value, gradient, ...slots]);
  return { arena, of: [p, v, g, value.length, learningRate, momentum, Number(nesterov), weightDecay] as const };
}

export function sgdUpdateIsFinite(update: Update, by: SgdScalars): boolean | undefined {
  if (isForLoops(update, by)) return undefined;
  const { arena, of } = argumentsOf(update, by);
  return weightKernels(arena).sgdStaysFinite(...of) === 1;
}

export function sgd(update: Update, by: SgdScalars): Done {
  if (isForLoops(update, by)) return undefined;
  const { arena, of } = argumentsOf(update, by);
  weightKernels(arena).sgd(...of);
  arena.store(update.value, of[0]);
  if (update.slots.length > 0) arena.store(update.slots[0], of[1]);
  return true;
}
