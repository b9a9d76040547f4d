/**
 * Whether the SIMD kernels can be used, and if not, why. An engine may refuse to compile them (a page's
 * Content-Security-Policy), or refuse memory, at any time; the reference loops then give the same bits.
 */
import { isLittleEndian } from "../../tensor/byte-order.ts";
import { ChainruleError } from "../../tensor/errors.ts";

/** The part of WebAssembly that the kernels need, as it is in Node and browsers alike; undefined where it is not. */
export interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** A compiled module: nothing but something to make instances of. */
export type Module = object;

export interface WebAssembly {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => Module;
  readonly Memory: new (size: { initial: number; maximum: number; shared: boolean }) => Memory;
  readonly Instance: new (module: Module, imports: { env: { memory: Memory } }) => { exports: unknown };
}

export const webAssembly = (globalThis as { WebAssembly?: WebAssembly }).WebAssembly;

export const PAGE_BYTES = 65536;

/** The engine rejects code or memory for kernels. Thrown before an operation has written anything. */
export class KernelsRefused extends ChainruleError {
  static override readonly typeName: string = "KernelsRefused";
}

export function refusal(given: string): KernelsRefused {
  return new KernelsRefused({ where: "SIMD kernels", given, allowed: "an engine that runs them" });
}

/** What a kernel returns in place of a result: true if it is done, undefined if the loops are to do it. */
export type Done = true | undefined;

const BY_CHOICE = 'useBackend("reference") was called.';

/** Why no kernels are used from now on; undefined as long as they are. */
let reason = reasonAtStart();
/** What an operation was refused while others still use kernels. */
let shortage = "";

function reasonAtStart(): string | undefined {
  if (webAssembly === undefined) return "This engine has no WebAssembly.";
  return isLittleEndian ? undefined : "This machine is big-endian, WebAssembly little-endian.";
}

/** Chooses kernels, where nothing known from the start forbids them, or no kernels. */
export function chooseKernels(chosen: boolean): void {
  reason = chosen ? reasonAtStart() : BY_CHOICE;
  shortage = "";
}

/** Whether kernels are used, and why, or why not. */
export function statusOfKernels(): { areUsed: boolean; reason: string } {
  if (reason !== undefined) return { areUsed: false, reason };
  const rest = shortage && ` Some of the work is slower, for lack of memory: ${shortage}`;
  return { areUsed: true, reason: `This engine runs WebAssembly SIMD.${rest}` };
}

/** What `make` returns. If the engine rejects that, kernels are not used any more. */
export function needed<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof KernelsRefused) reason ??= error.given;
    throw error;
  }
}

/** What `run` returns by kernels; undefined, with nothing written, if they are not used or the engine rejects them. */
export function byKernels<A extends readonly unknown[], T>(run: (...given: A) => T, ...given: A): T | undefined {
  if (reason !== undefined) return undefined;
  try {
    return run(...given);
  } catch (error) {
    if (!(error instanceof KernelsRefused)) throw error;
    shortage = error.given;
    return undefined;
  }
}

/** An operation by kernels; by the loops if kernels are not used, return undefined, or are refused by the engine. */
export function withFallback<A extends readonly unknown[], K, R>(
  kernels: (...given: A) => K, loops: (...given: A) => R,
): (...given: A) => NonNullable<K> | R {
  return (...given) => byKernels(kernels, ...given) ?? loops(...given);
}
