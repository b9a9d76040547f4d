/** The kernels that only some networks need: a module of its own. */
import type { Arena } from "./arena.ts";
import { FAMILY_KERNELS, type FamilyKernels } from "./family-kernels.generated.ts";

/** They, at work in an arena's memory. */
export function familyKernels(arena: Arena): FamilyKernels {
  return arena.exportsOf(FAMILY_KERNELS) as FamilyKernels;
}
