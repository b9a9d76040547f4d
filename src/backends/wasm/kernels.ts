/** The compiled kernels, and how they are called. Addresses are in bytes, lengths in numbers. */
import { needed, refusal } from "./availability.ts";
import { KERNELS } from "./kernels.generated.ts";
import { bytesOf } from "./text-codec.ts";
import { webAssembly, type Memory, type Module, type WebAssembly } from "./webassembly.ts";

/** A kernel that takes addresses, lengths and flags alone: threads run these, a part each. */
type Shareable = (...given: readonly number[]) => void;

export interface Kernels {
  /**
   * out, a, b, m, k, n, transposeA, transposeB, accumulate, depth, lists, listBytes, counts, workspace,
   * firstPanel, endPanel
   */
  readonly multiplySqueezed: Shareable;
  /** out, rows, b, m, k, n, transposeB, accumulate, depth, workspace, firstPanel, endPanel */
  readonly multiplyDense: Shareable;
  setup(): void;
  squeeze(
    lists: number, listBytes: number, counts: number, a: number, m: number, k: number, from: number, to: number,
  ): number;
  squeezeTransposed(
    lists: number, listBytes: number, counts: number, a: number, m: number, from: number, to: number,
  ): number;
  packRows(target: number, a: number, m: number, k: number, from: number, to: number): void;
  packRowsTransposed(target: number, a: number, m: number, from: number, to: number): void;
  multiplyFew(
    out: number, a: number, b: number, m: number, k: number, n: number, rowBytes: number, columnBytes: number,
    accumulate: boolean, sums: number, from: number, to: number,
  ): void;
  clear(x: number, length: number): void;
  copy(y: number, x: number, length: number): void;
  addTo(y: number, x: number, length: number): void;
  multiply(out: number, x: number, y: number, length: number): void;
  scale(y: number, x: number, length: number, factor: number): void;
  relu(y: number, x: number, length: number): void;
  reluBackward(dx: number, dy: number, y: number, length: number): void;
  applyMask(y: number, x: number, mask: number, length: number, factor: number): void;
  isFinite(x: number, length: number): number;
  addRow(y: number, b: number, rows: number, columns: number): void;
  sumRows(sums: number, x: number, rows: number, columns: number): void;
  maxNorm(value: number, rows: number, columns: number, limit: number, squares: number): number;
  bernoulli(mask: number, length: number, k0: number, k1: number, threshold: number, first: number): void;
  sgdStaysFinite(
    value: number, velocity: number, gradient: number, length: number,
    rate: number, momentum: number, nesterov: boolean, decay: number,
  ): number;
  sgd(
    value: number, velocity: number, gradient: number, length: number,
    rate: number, momentum: number, nesterov: boolean, decay: number,
  ): void;
}

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

let wide: WideCode | undefined;

/** Memories made from now on have these kernels, or the usual ones. */
export function useWide(code: WideCode | undefined): void {
  wide = code;
}

export function wideInUse(): WideCode | undefined {
  return wide;
}

/** What has been made of a code: its bytes, and compiled modules for memories that threads share and for others. */
interface Made {
  readonly bytes: Uint8Array;
  readonly modules: Map<boolean, Module>;
}

const made = new Map<Code, Made>();

function madeOf(code: Code): Made {
  let known = made.get(code);
  if (known === undefined) made.set(code, known = { bytes: bytesOf(code.text), modules: new Map() });
  return known;
}

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
  const { bytes, modules } = madeOf(code);
  let module = modules.get(shared);
  if (module === undefined) {
    bytes[code.limitsAt] = shared ? SHARED : UNSHARED;
    modules.set(shared, module = compiled((engine) => new engine.Module(bytes)));
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
