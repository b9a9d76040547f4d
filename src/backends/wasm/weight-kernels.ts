/** The kernels that networks with weights need: a module of its own. */
import type { Arena } from "./arena.ts";
import { WEIGHT_KERNELS, type WeightKernels as Exports } from "./weight-kernels.generated.ts";

/** The kernels that threads run, a part each: they are called with lists of numbers. */
export type SharedKernel = "multiplySparse" | "multiplyDense";

type WeightKernels = Omit<Exports, SharedKernel> & Readonly<Record<SharedKernel, (...given: number[]) => void>>;

/** They, at work in an arena's memory. */
export function weightKernels(arena: Arena): WeightKernels {
  return arena.exportsOf(WEIGHT_KERNELS) as WeightKernels;
}
