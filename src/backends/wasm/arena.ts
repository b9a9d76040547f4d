/** A WebAssembly memory with the kernels in it: some arrays live there, the rest is scratch memory. */
import type { Numbers } from "../../tensor/tensor.ts";
import { needed, refusal, PAGE_BYTES, type Memory } from "./availability.ts";
import { KERNELS, type Kernels } from "./kernels.generated.ts";
import { compiled, madeBy, moduleOf, wideInUse, type Code } from "./kernels.ts";

/** The kernels' own table lies below. */
const HEAP_START = 1024;
/** Arrays begin at multiples of a cache line, and kernels may read a panel's row beyond their end. */
const LINE = 64, SLACK = 128;
/** Addresses are shifted as signed integers. */
const MOST_PAGES = 32768;
/** Two numbers whose product is subnormal. SIMD on 32-bit ARM makes it 0. */
const SMALL = 1e-30, SMALLER = 1e-12;

function memoryOf(size: { initial: number; maximum: number; shared: boolean }): Memory {
  return madeBy((engine) => new engine.Memory(size), `${size.initial * PAGE_BYTES} bytes of memory`);
}

export function alignedSize(bytes: number): number {
  return Math.ceil((bytes + SLACK) / LINE) * LINE;
}

/** Arenas in which arrays live, by their memory. */
const arenas = new WeakMap<ArrayBufferLike, Arena>();

/** The arena an array lives in, if it does. */
export function arenaOf(array: Numbers): Arena | undefined {
  const arena = arenas.get(array.buffer);
  return arena?.holds(array) ? arena : undefined;
}

/** A part of a memory, in bytes. */
type Region = { at: number; readonly end: number };

export class Arena {
  readonly kernels: Kernels;
  /** What each module exports that is at work here. */
  private readonly modules = new Map<Code, unknown>();
  readonly memory: Memory;
  readonly shared: boolean;
  /** The code of its kernels, where they are not the usual ones. */
  readonly wide = wideInUse();
  heap: Float32Array;
  /** The memory's bytes as they are now: asking it each time takes longer. */
  private buffer: ArrayBufferLike;
  /** The length of the array that begins at each address. */
  private readonly lengths = new Map<number, number>();
  /** Where results of passes live and, behind, where values do: up to where, and from where on there is room. */
  readonly results: Region;
  readonly kept: Region;
  private top = HEAP_START;
  private readonly fixed: boolean;
  /** What became of the threads that work here too: a lost one might still write to scratch memory. */
  failure = { isLost: false };
  /**
   * Engines do not count shared memory among what they might collect. As many bytes that nobody touches, which cost
   * nothing, make them look for dropped arenas as often as for any dropped array.
   */
  readonly ballast: Memory | undefined;

  /**
   * @param fixed never grows, so that arrays may live in it: growing would cut views off from their numbers.
   * @param work how many of these bytes are kept as scratch memory, and as many for results.
   * @throws KernelsRefused if the engine rejects the memory or the kernels.
   */
  constructor(bytes: number, fixed: boolean, shared = false, work = 0) {
    const initial = Math.ceil(bytes / PAGE_BYTES), maximum = fixed ? initial : MOST_PAGES;
    if (initial > MOST_PAGES) throw refusal(`Kernels have at most ${MOST_PAGES * PAGE_BYTES} bytes of memory.`);
    this.memory = memoryOf({ initial, maximum, shared });
    this.shared = shared;
    this.kernels = this.exportsOf(KERNELS) as Kernels;
    this.buffer = this.memory.buffer;
    this.heap = new Float32Array(this.buffer);
    this.checkSubnormals();
    this.fixed = fixed;
    if (fixed) arenas.set(this.buffer, this);
    this.results = { at: HEAP_START, end: HEAP_START + work };
    this.kept = { at: this.results.end, end: this.buffer.byteLength - work };
    this.ballast = shared && fixed ? memoryOf({ initial, maximum, shared: false }) : undefined;
  }

  /** What a module exports, at work here: it is instantiated when first asked for. */
  exportsOf(code: Code): unknown {
    let exports = this.modules.get(code);
    if (exports === undefined) {
      const module = moduleOf(this.wide?.get(code) ?? code, this.shared), env = { memory: this.memory };
      this.modules.set(code, exports = compiled((engine) => new engine.Instance(module, { env }).exports));
    }
    return exports;
  }

  /** An array of zeros that lives here; undefined if there is no space for it. */
  allocate(length: number, region = this.kept): Float32Array | undefined {
    const from = region.at, to = from + alignedSize(4 * length);
    if (this.failure.isLost || to > region.end) return undefined;
    region.at = to;
    this.lengths.set(from, length);
    // Earlier work may have left its numbers there.
    return new Float32Array(this.buffer, from, length).fill(0);
  }

  /** Whether the array lives here as a whole: kernels may write beyond the end of a part. */
  holds(array: Numbers): boolean {
    return array.buffer === this.buffer && this.lengths.get(array.byteOffset) === array.length;
  }

  /** Frees the scratch memory of the last operation and reserves as much for the next; false if there is not enough. */
  begin(bytes: number): boolean {
    if (this.failure.isLost) return false;
    this.top = this.kept.at;
    const missing = this.top + bytes - this.buffer.byteLength;
    if (missing <= 0) return true;
    if (this.fixed) return false;
    // Half as much again, so that growing batches do not grow it each time.
    return this.grow(1.5 * missing) || this.grow(missing);
  }

  /** False if the engine rejects. */
  private grow(bytes: number): boolean {
    try {
      this.memory.grow(Math.ceil(bytes / PAGE_BYTES));
    } catch {
      return false;
    }
    this.buffer = this.memory.buffer;
    this.heap = new Float32Array(this.buffer);
    return true;
  }

  private checkSubnormals(): void {
    const at = HEAP_START >> 2, numbers = this.heap.subarray(at, at + 4).fill(SMALL);
    this.kernels.scale(HEAP_START, HEAP_START, 4, SMALLER);
    const isKept = numbers[0] === Math.fround(Math.fround(SMALL) * Math.fround(SMALLER));
    numbers.fill(0);
    if (!isKept) needed(() => { throw refusal("SIMD makes subnormal numbers 0 on this machine."); });
  }

  /** The address, in bytes, of so many bytes of scratch memory, valid until the next `begin`. */
  scratch(bytes: number): number {
    const at = this.top;
    this.top += alignedSize(bytes);
    return at;
  }

  /** The address of its numbers: its own if it lives here, else of a copy, with zeros up to a whole vector. */
  load(array: Numbers): number {
    if (this.holds(array)) return array.byteOffset;
    const at = this.scratch(4 * array.length), first = at >> 2;
    this.heap.set(array, first);
    if (array.length % 4 !== 0) this.heap.fill(0, first + array.length, first + array.length + 3);
    return at;
  }

  /** Where the result will be computed: in place if the array lives here, else in scratch memory. */
  reserve(array: Numbers): number {
    return this.holds(array) ? array.byteOffset : this.scratch(4 * array.length);
  }

  /** Copies a result from that address to its array, unless the array lives here. */
  store(array: Numbers, at: number): void {
    if (!this.holds(array)) array.set(this.heap.subarray(at >> 2, (at >> 2) + array.length));
  }

  /** What `load` or `reserve` may use up for this array. */
  bytesFor(array: Numbers): number {
    return this.holds(array) ? 0 : alignedSize(4 * array.length);
  }
}
