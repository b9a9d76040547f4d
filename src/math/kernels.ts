/** The compiled kernels, and how they are called. Addresses are in bytes, lengths in numbers. */
import { KERNELS } from "./kernels.generated.ts";
import { bytesOf } from "./letters.ts";
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
  clear(x: number, length: number): void;
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

/** A compiled module, for a memory that threads share: as text, and where it says so. */
export interface Code {
  readonly text: string;
  readonly limitsAt: number;
}

/** What has been made of a module so far: its bytes, and a compiled one for memories of each kind. */
interface Made {
  readonly bytes: Uint8Array;
  readonly modules: Map<string, Module>;
}

const made = new Map<Code, Made>();

function madeOf(code: Code): Made {
  let known = made.get(code);
  if (known === undefined) made.set(code, known = { bytes: bytesOf(code.text), modules: new Map() });
  return known;
}

/** The bytes of the module, for a memory that threads share or one that nobody else sees. */
function kernelBytes(code: Code, shared: boolean, name: Vectors): Uint8Array {
  const { bytes: start } = madeOf(code), ending = String.fromCharCode(0, name.length + 1, name.length) + name;
  const bytes = new Uint8Array(start.length + ending.length);
  bytes.set(start);
  bytes.set(Array.from(ending, letterCode), start.length);
  bytes[code.limitsAt] = shared ? SHARED : UNSHARED;
  return bytes;
}

function letterCode(letter: string): number {
  return letter.charCodeAt(0);
}

/** The module, compiled once for memories of each kind. */
function moduleOf(code: Code, shared: boolean, name: Vectors): Module {
  const { modules } = madeOf(code), kind = `${name}${shared ? " shared" : ""}`;
  let module = modules.get(kind);
  if (module === undefined) modules.set(kind, module = new (engine().Module)(kernelBytes(code, shared, name)));
  return module;
}

/** The module for memories made from now on. */
export function kernelModule(shared: boolean): Module {
  return moduleOf(KERNELS, shared, vectors);
}

/** What a module exports, at work in a memory. */
export function exportsIn(memory: Memory, code: Code, shared: boolean, name: Vectors): unknown {
  const { Instance } = engine();
  return new Instance(moduleOf(code, shared, name), { env: { memory } }).exports;
}

/** The kernels at work in a memory. */
export function kernelsIn(memory: Memory, shared: boolean): Kernels {
  const kernels = exportsIn(memory, KERNELS, shared, vectors) as Kernels;
  kernels.setup();
  return kernels;
}

let supported: boolean | undefined;

/** Whether this engine has what the kernels need. */
export function hasKernels(): boolean {
  return (supported ??= webAssembly !== undefined && webAssembly.validate(kernelBytes(KERNELS, false, vectors)));
}
