/** The compiled kernels, and how they are called. Addresses are in bytes, lengths in numbers. */
import { KERNELS, LIMITS_AT } from "./kernels.generated.ts";
import { engine, webAssembly, type Memory, type Module } from "./webassembly.ts";

/** A kernel that takes addresses, lengths and flags alone: threads run these, a part each. */
type Shareable = (...given: readonly number[]) => void;

export interface Kernels {
  /**
   * out, a, b, m, k, n, transposeA, transposeB, accumulate, depth, lists, listBytes, counts, workspace,
   * firstPanel, endPanel, wide
   */
  readonly multiplySqueezed: Shareable;
  /** out, rows, b, m, k, n, transposeB, accumulate, depth, workspace, firstPanel, endPanel, wide */
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
  addTo(y: number, x: number, length: number): void;
  multiply(out: number, x: number, y: number, length: number): void;
  scale(y: number, x: number, length: number, factor: number): void;
  relu(y: number, x: number, length: number): void;
  reluBackward(dx: number, dy: number, y: number, length: number): void;
  applyMask(y: number, x: number, mask: number, length: number, factor: number): void;
  isFinite(x: number, length: number): number;
  addRow(y: number, b: number, rows: number, columns: number): void;
  sumRows(sums: number, x: number, rows: number, columns: number): void;
  maxNorm(value: number, rows: number, columns: number, limit: number, squares: number): void;
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

/**
 * What engines may make of the kernels: "plain", or "merged" where they merge pairs of vectors into 256 bits. Code
 * that is optimised already stays as it is; so each has bytes of its own, told apart by the name of an empty section.
 */
export type Vectors = "plain" | "merged";

let vectors: Vectors = "plain";

/** Which kernels memories made from now on will have. */
export function useVectors(chosen: Vectors): void {
  vectors = chosen;
}

export function vectorsInUse(): Vectors {
  return vectors;
}

/** The bytes of the module, for a memory that threads share or one that nobody else sees. */
function kernelBytes(shared: boolean): Uint8Array {
  const code = KERNELS.match(/[0-9a-f]{2}/g) ?? [], name = vectors;
  const ending = String.fromCharCode(0, name.length + 1, name.length) + name;
  const bytes = Uint8Array.from([...code.map((byte) => parseInt(byte, 16)), ...Array.from(ending, letterCode)]);
  bytes[LIMITS_AT] = shared ? SHARED : UNSHARED;
  return bytes;
}

function letterCode(letter: string): number {
  return letter.charCodeAt(0);
}

const modules = new Map<string, Module>();

/** The module, compiled once for memories of each kind. */
export function kernelModule(shared: boolean): Module {
  const kind = `${vectors}${shared ? " shared" : ""}`;
  let module = modules.get(kind);
  if (module === undefined) modules.set(kind, module = new (engine().Module)(kernelBytes(shared)));
  return module;
}

/** The kernels at work in a memory. */
export function kernelsIn(memory: Memory, shared: boolean): Kernels {
  const { Instance } = engine();
  const kernels = new Instance(kernelModule(shared), { env: { memory } }).exports as Kernels;
  kernels.setup();
  return kernels;
}

const supported = webAssembly !== undefined && webAssembly.validate(kernelBytes(false));

/** Whether this engine has what the kernels need. */
export function hasKernels(): boolean {
  return supported;
}
