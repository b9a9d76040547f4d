/** Which way the arithmetic is done: chosen by itself, or by hand. All ways give the same bits. */
import { checkChoice } from "../tensor/checks.ts";
import { OptionError } from "../tensor/errors.ts";
import { hasKernels } from "./kernels.ts";
import type { Operations } from "./operations.ts";
import * as reference from "./reference.ts";
import { simd } from "./simd.ts";

/** What runs the operations: plain loops, or kernels that give the same bits. */
export type Backend = "reference" | "simd";

export let operations: Operations = hasKernels() ? simd : reference;

/**
 * Chooses how the arithmetic is done: "simd", the default where WebAssembly has SIMD, or "reference", plain loops.
 * @throws OptionError for "simd" where there is none.
 */
export function useBackend(backend: Backend): void {
  checkChoice("useBackend", backend, ["reference", "simd"]);
  if (backend === "simd" && !hasKernels()) {
    const allowed = '"reference"', advice = "This engine has no WebAssembly SIMD.";
    throw new OptionError({ where: "useBackend", given: '"simd"', allowed, advice });
  }
  operations = backend === "simd" ? simd : reference;
}

/** Whether kernels are to be used where they can be. */
export function usesKernels(): boolean {
  return operations === simd;
}
