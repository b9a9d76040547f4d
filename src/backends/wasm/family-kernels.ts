/** The kernels that only some networks need: a module of its own, made where it is first asked for. */
import type { Arena } from "./arena.ts";
import { FAMILY_KERNELS, type FamilyKernels } from "./family-kernels.generated.ts";
import { exportsIn } from "./kernels.ts";

/** They, at work in an arena's memory. */
export function familyKernels(arena: Arena): FamilyKernels {
  const code = arena.wide?.family ?? FAMILY_KERNELS;
  let kernels = arena.modules.get(code);
  if (kernels === undefined) arena.modules.set(code, kernels = exportsIn(arena.memory, code, arena.shared));
  return kernels as FamilyKernels;
}
