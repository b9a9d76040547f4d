/** Which backend does the arithmetic: chosen automatically, or by the program. All give the same bits. */
import { checkChoice } from "../tensor/checks.ts";
import { OptionError } from "../tensor/errors.ts";
import { byKernels, chooseKernels, statusOfKernels } from "./wasm/availability.ts";
import { scratchArenaFor } from "./wasm/scratch.ts";
import { weightKernels } from "./wasm/weight-kernels.ts";

/** What runs the operations: plain loops, or kernels that give the same bits. */
export type BackendName = "reference" | "simd";

/** The backend that runs the operations, and why. */
export interface BackendInUse {
  readonly backend: BackendName;
  /** One or two sentences, which a page can show. */
  readonly reason: string;
}

/**
 * Chooses how the arithmetic is done: "simd", the default if the engine runs WebAssembly SIMD, or "reference", plain
 * loops, which work everywhere. Existing networks keep working; new ones are laid out for the choice.
 * @throws OptionError for "simd" if the engine does not support it; the advice says why.
 */
export function useBackend(backend: BackendName): void {
  checkChoice("useBackend", backend, ["reference", "simd"]);
  chooseKernels(backend === "simd");
  if (backend === "reference") return;
  const { backend: found, reason } = backendInUse();
  if (found === "simd") return;
  throw new OptionError({ where: "useBackend", given: '"simd"', allowed: '"reference"', advice: reason });
}

/**
 * Which backend runs the operations, and why: "reference" by choice, or if the engine does not run the SIMD kernels, as
 * on a page whose Content-Security-Policy does not allow WebAssembly. It may change when an engine has no memory left.
 * @example
 * const { backend, reason } = backendInUse();
 * console.log(`${backend}: ${reason}`); // simd: This engine runs WebAssembly SIMD.
 */
export function backendInUse(): BackendInUse {
  // An engine says only when asked whether it compiles, and may refuse the larger module alone.
  byKernels(() => weightKernels(scratchArenaFor(0)));
  const { areUsed, reason } = statusOfKernels();
  return { backend: areUsed ? "simd" : "reference", reason };
}
