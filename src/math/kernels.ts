/** The compiled kernels, and how they are called. Addresses are in bytes, lengths in numbers. */
import { KERNELS, LIMITS_AT } from "./kernels.generated.ts";
import { webAssembly, type Memory, type Module } from "./webassembly.ts";

export interface Kernels {
  setup(): void;
  squeeze(
    lists: number, listBytes: number, counts: number, a: number, m: number, k: number, from: number, to: number,
  ): number;
  squeezeTransposed(
    lists: number, listBytes: number, counts: number, a: number, m: number, from: number, to: number,
  ): number;
  packRows(target: number, a: number, m: number, k: number, from: number, to: number): void;
  packRowsTransposed(target: number, a: number, m: number, from: number, to: number): void;
  multiplySqueezed(
    out: number, a: number, b: number, m: number, k: number, n: number, transposeA: boolean, transposeB: boolean,
    accumulate: boolean, depth: number, lists: number, listBytes: number, counts: number, workspace: number,
    firstPanel: number, endPanel: number, wide: boolean,
  ): void;
  multiplyDense(
    out: number, rows: number, b: number, m: number, k: number, n: number, transposeB: boolean,
    accumulate: boolean, depth: number, workspace: number,
    firstPanel: number, endPanel: number, wide: boolean,
  ): void;
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

/** The bytes of the module, for a memory that threads share or one that nobody else sees. */
export function kernelBytes(shared: boolean): Uint8Array {
  const code = Uint8Array.from(atob(KERNELS), (letter) => letter.charCodeAt(0));
  code[LIMITS_AT] = shared ? SHARED : UNSHARED;
  return code;
}

const modules = new Map<boolean, Module>();

/** The kernels at work in a memory. */
export function kernelsIn(memory: Memory, shared: boolean): Kernels {
  if (webAssembly === undefined) throw new TypeError("No WebAssembly here");
  let module = modules.get(shared);
  if (module === undefined) modules.set(shared, module = new webAssembly.Module(kernelBytes(shared)));
  const kernels = new webAssembly.Instance(module, { env: { memory } }).exports as Kernels;
  kernels.setup();
  return kernels;
}

/** Whether this engine has what the kernels need. */
export function hasKernels(): boolean {
  return webAssembly !== undefined && webAssembly.validate(kernelBytes(false));
}
