/**
 * Arrays that live long and are worked on often, such as weights, live where the kernels reach them without copies:
 * those of a network together in a WebAssembly memory of its own, which never grows and nobody else gets. So no view
 * of them is ever cut off, and the memory is freed as any array is, when nothing refers to it any more.
 */
import { BufferPool } from "../tensor/buffer-pool.ts";
import { sizeOf, type Shape } from "../tensor/shape.ts";
import { allocate, Tensor, type Numbers } from "../tensor/tensor.ts";
import { alignedSize, Arena, arenaOf } from "./wasm/arena.ts";
import { byKernels } from "./wasm/availability.ts";
import { threadPool } from "./wasm/thread-pool.ts";

/** Shorter ones are copied faster than a memory is made. */
const LEAST_LENGTH = 16384;

/** A value, its gradient and what an optimizer keeps beside it. */
const PER_VALUE = 4;

/** Bytes an array may need beyond its numbers: whole lines, and its share of what lies in front. */
const MARGIN = 512;

/**
 * Room to work, and as much for activations, in at most so many bytes for each byte of values, enough for fifty rows.
 * Engines count all of a memory, touched or not. Larger batches are worked on in the scratch arena: values are copied
 * there, which takes about a hundredth of the time of a product of that many rows.
 */
const WORK_PER_VALUE = 1.2, MOST_WORK_BYTES = 16 << 20;

/** What a network is here: parameters that will be worked on together. */
export interface ParameterSet {
  readonly parameters: readonly { readonly shape: Shape }[];
}

/** The memory of each network, for the parameters that are drawn later. */
const arenas = new WeakMap<ParameterSet, Arena>();

/** A copy of a tensor that will live long, together with others of its family. */
export function resident(x: Tensor, set?: ParameterSet): Tensor {
  const { length } = x.data;
  let beside = (set && arenas.get(set))?.allocate(length);
  if (beside === undefined && x.dtype === "float32" && length >= LEAST_LENGTH) {
    // If there is no more address space for another memory, an ordinary array does as well, only slower.
    const values = (set?.parameters ?? [x]).reduce((sum, { shape }) => sum + 4 * sizeOf(shape) + MARGIN, 0);
    const work = alignedSize(Math.min(WORK_PER_VALUE * values, MOST_WORK_BYTES)), bytes = PER_VALUE * values + 2 * work;
    const arena = byKernels(() => new Arena(bytes, true, threadPool() !== undefined, work));
    if (set !== undefined && arena !== undefined) arenas.set(set, arena);
    beside = arena?.allocate(length);
  }
  const data = beside ?? allocate(length, x.dtype);
  data.set(x.data);
  return new Tensor(data, x.shape, x.meaning);
}

/** Zeros that will live as long as x and be worked on together with it. */
export function residentZeros(x: Tensor): Tensor {
  return new Tensor(arenaOf(x.data)?.allocate(x.data.length) ?? allocate(x.data.length, x.dtype), x.shape);
}

/** Buffers for results of passes, beside one of these parameters as far as there is room. */
export function buffersBeside(parameters: () => readonly { readonly value: Tensor }[]): BufferPool {
  return new BufferPool(Infinity, (length) => {
    const arena = parameters().map(({ value }) => arenaOf(value.data)).find((one) => one !== undefined);
    return arena?.allocate(length, arena.results);
  });
}

/** Sets all to zero. Engines fill shared memory number by number; the kernel is ten times as fast. */
export function clear(numbers: Numbers): void {
  const arena = arenaOf(numbers);
  if (arena === undefined) numbers.fill(0);
  else arena.kernels.clear(arena.load(numbers), numbers.length);
}
