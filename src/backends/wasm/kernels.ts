/** The compiled kernels. Their code and how each is called are in the generated files. */
import { needed, refusal } from "./availability.ts";
import { KERNELS, type Kernels as Exports } from "./kernels.generated.ts";
import { bytesOf } from "./text-codec.ts";
import { webAssembly, type Memory, type Module, type WebAssembly } from "./webassembly.ts";

/** The kernels that threads run, a part each: they are called with lists of numbers. */
export type SharedKernel = "multiplySqueezed" | "multiplyDense";

export type Kernels = Omit<Exports, SharedKernel> & Readonly<Record<SharedKernel, (...given: number[]) => void>>;

/** The limits of the imported memory have a minimum and a maximum, and are unshared or shared. */
const UNSHARED = 1, SHARED = 3;

/** A compiled module, for a memory that threads share: as text, and where it says so. */
export interface Code {
  readonly text: string;
  readonly limitsAt: number;
}

/**
 * Kernels made for engines that merge pairs of vectors into 256 bits. They have bytes of their own: an engine goes on
 * with what it has made of bytes it has seen before.
 */
export interface WideCode {
  readonly kernels: Code;
  readonly family: Code;
}

/** Set by turbo alone, so that bundles without it hold the usual kernels only. */
let wide: WideCode | undefined;

/** Memories made from now on have these kernels, or the usual ones. */
export function useWide(code: WideCode | undefined): void {
  wide = code;
}

export function wideInUse(): WideCode | undefined {
  return wide;
}

/** What was compiled for memories that threads share, and for others. */
const sharedModules = new Map<Code, Module>(), modules = new Map<Code, Module>();

/** What is made by the engine. @throws KernelsRefused if the engine refuses. */
export function madeBy<T>(make: (engine: WebAssembly) => T, what: string): T {
  if (webAssembly === undefined) throw refusal("This engine has no WebAssembly.");
  try {
    return make(webAssembly);
  } catch (error) {
    throw refusal(`This engine refused ${what} (${String(error)}).`);
  }
}

/** Some engines refuse to compile: because of a page's policy, or of the size of the code on its main thread. */
function compiled<T>(make: (engine: WebAssembly) => T): T {
  return needed(() => madeBy(make, "to compile WebAssembly"));
}

/** The module, compiled once for memories of each kind. */
function moduleOf(code: Code, shared: boolean): Module {
  const known = shared ? sharedModules : modules;
  let module = known.get(code);
  if (module === undefined) {
    const bytes = bytesOf(code.text);
    bytes[code.limitsAt] = shared ? SHARED : UNSHARED;
    known.set(code, module = compiled((engine) => new engine.Module(bytes)));
  }
  return module;
}

/** The module for memories made from now on. */
export function kernelModule(shared: boolean): Module {
  return moduleOf(wide?.kernels ?? KERNELS, shared);
}

/** What a module exports, at work in a memory. */
export function exportsIn(memory: Memory, code: Code, shared: boolean): unknown {
  const module = moduleOf(code, shared);
  return compiled((engine) => new engine.Instance(module, { env: { memory } }).exports);
}

/** The kernels at work in a memory. */
export function kernelsIn(memory: Memory, shared: boolean): Kernels {
  const kernels = exportsIn(memory, wide?.kernels ?? KERNELS, shared) as Kernels;
  kernels.setup();
  return kernels;
}
