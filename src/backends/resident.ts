/**
 * Arrays that live long and are worked on often, such as weights, live where the kernels reach them without copies:
 * those of a network together in a WebAssembly memory of its own, which never grows and nobody else gets. So no view
 * of them is ever cut off, and the memory is freed as any array is, when nothing refers to it any more.
 */
import { sizeOf, type Shape } from "../tensor/shape.ts";
import { allocate, ofSameKind, Tensor, type Numbers } from "../tensor/tensor.ts";
import { Arena, arenaOf } from "./wasm/arena.ts";
import { byKernels } from "./wasm/availability.ts";
import { threadPool } from "./wasm/thread-pool.ts";

/** Shorter ones are copied faster than a memory is made. */
const LEAST_LENGTH = 16384;

/** A value, its gradient and what an optimizer keeps beside it. */
const TOGETHER = 4;

/** Bytes an array may need beyond its numbers: whole lines, and its share of what lies in front. */
const MARGIN = 512;

/**
 * Activations are worked on beside them, in at most so many bytes for each byte of values, enough for a hundred rows.
 * Engines count all of a memory, touched or not. Larger batches are worked on in the scratch arena: values are copied
 * there, which takes about a hundredth of the time of a product of that many rows.
 */
const WORK_PER_VALUE = 2, MOST_WORK_BYTES = 24 << 20;

/** What a network is here: parameters that will be worked on together. */
export interface ParameterSet {
  readonly parameters: readonly { readonly shape: Shape }[];
}

/** The memory of each network, for the parameters that are drawn later. */
const arenas = new WeakMap<ParameterSet, Arena>();

/** A copy of a tensor that will live long, together with others of its family. */
export function resident(x: Tensor, family?: ParameterSet): Tensor {
  const data = settled(x.data, family);
  data.set(x.data);
  return new Tensor(data, x.shape, x.meaning);
}

/** Zeros that will live as long as x and be worked on together with it. */
export function residentZeros(x: Tensor): Tensor {
  const data = arenaOf(x.data)?.allocate(x.data.length) ?? allocate(x.data.length, x.dtype);
  return new Tensor(data, x.shape);
}

/** A gradient's numbers, and whether they are still to be set to zero. */
interface Sum {
  readonly numbers: Numbers;
  isCleared: boolean;
}

const sums = new WeakMap<Tensor, Sum>();

/** Zeros to add to, for a gradient of x. */
export function gradientBuffer(x: Tensor): Tensor {
  const tensor = residentZeros(x), numbers = tensor.data;
  if (arenaOf(numbers) === undefined) return tensor;
  const sum = { numbers, isCleared: false };
  const look = () => {
    if (sum.isCleared) clear(numbers);
    sum.isCleared = false;
    return numbers;
  };
  Object.defineProperty(tensor, "data", { get: look, enumerable: true });
  sums.set(tensor, sum);
  return tensor;
}

/**
 * Sets the numbers of such a sum to zero as soon as somebody looks at them, which nobody need do: a product that is
 * added first is written in their place.
 */
export function zeroLazily(x: Tensor): void {
  const sum = sums.get(x);
  if (sum === undefined) x.data.fill(0);
  else sum.isCleared = true;
}

/** Adds something to the numbers of x; or writes it in their place, where they are cleared. */
export function accumulate(x: Tensor, write: (numbers: Numbers, add: boolean) => void): void {
  const sum = sums.get(x);
  write(sum?.numbers ?? x.data, sum?.isCleared !== true);
  if (sum !== undefined) sum.isCleared = false;
}

/** Engines fill shared memory number by number; the kernel is ten times as fast. */
function clear(numbers: Numbers): void {
  const home = arenaOf(numbers);
  if (home === undefined) numbers.fill(0);
  else home.kernels.clear(home.load(numbers), numbers.length);
}

function settled(like: Numbers, family: ParameterSet | undefined): Numbers {
  const { length } = like, isLong = like instanceof Float32Array && length >= LEAST_LENGTH;
  if (!isLong) return ofSameKind(like, length);
  const beside = (family && arenas.get(family))?.allocate(length);
  if (beside !== undefined) return beside;
  // If there is no more address space for another memory, an ordinary array does as well, only slower.
  const { kept, work } = bytesFor(family, length);
  const arena = byKernels(() => new Arena(kept + work, true, threadPool() !== undefined, work));
  if (family !== undefined && arena !== undefined) arenas.set(family, arena);
  return arena?.allocate(length) ?? ofSameKind(like, length);
}

/** For all of the family that is there yet, each with what goes with it, and to work with them. */
function bytesFor(family: ParameterSet | undefined, length: number): { kept: number; work: number } {
  const lengths = family?.parameters.map(({ shape }) => sizeOf(shape)) ?? [length];
  const values = lengths.filter((one) => one >= LEAST_LENGTH).map((one) => 4 * one + MARGIN);
  const together = values.reduce((sum, one) => sum + one, 0);
  return { kept: TOGETHER * together, work: Math.min(WORK_PER_VALUE * together, MOST_WORK_BYTES) };
}
