/** Steps of SGD by the kernels, where the numbers live. */
import type { SgdNumbers, SgdStep } from "../backend.ts";
import type { Done } from "./availability.ts";
import { allFloat32, arenaFor } from "./scratch.ts";
import { weightKernels } from "./weight-kernels.ts";

/** Shorter ones are stepped by the loops before the kernels have begun. */
const FEW_NUMBERS = 32;

/** Value, velocity and gradient where they live, or in room to work, and the kernel's scalars. */
function placeSgd({ value, velocity, gradient }: SgdNumbers, step: SgdStep) {
  const arrays = velocity === undefined ? [value, gradient] : [value, velocity, gradient];
  const arena = arenaFor([value], (candidate) => arrays.reduce((sum, array) => sum + candidate.bytesFor(array), 0));
  const p = arena.load(value), g = arena.load(gradient);
  // Without a velocity, momentum is nothing, and what would be one is written nowhere.
  const v = velocity === undefined ? p : arena.load(velocity);
  return { arena, p, v, g, momentum: velocity === undefined ? 0 : step.momentum };
}

/** Dampening is rare, and the kernels have none. */
function isForLoops({ value, velocity, gradient }: SgdNumbers, { dampening = 0 }: SgdStep): boolean {
  return dampening !== 0 || value.length < FEW_NUMBERS || !allFloat32(value, velocity, gradient);
}

export function sgdUpdateIsFinite(numbers: SgdNumbers, step: SgdStep): boolean | undefined {
  const { value } = numbers;
  if (isForLoops(numbers, step)) return undefined;
  const { arena, p, v, g, momentum } = placeSgd(numbers, step);
  const { learningRate, weightDecay } = step, nesterov = Number(step.nesterov);
  const { sgdStaysFinite } = weightKernels(arena);
  return sgdStaysFinite(p, v, g, value.length, learningRate, momentum, nesterov, weightDecay) === 1;
}

export function sgd(numbers: SgdNumbers, step: SgdStep): Done {
  const { value, velocity } = numbers;
  if (isForLoops(numbers, step)) return undefined;
  const { arena, p, v, g, momentum } = placeSgd(numbers, step);
  const { learningRate, weightDecay } = step, nesterov = Number(step.nesterov);
  weightKernels(arena).sgd(p, v, g, value.length, learningRate, momentum, nesterov, weightDecay);
  arena.store(value, p);
  if (velocity !== undefined) arena.store(velocity, v);
  return true;
}
