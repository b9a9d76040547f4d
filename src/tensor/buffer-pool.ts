/**
 * Arrays for the results of training steps. Once a step is over nobody looks at its tensors any more, where the layers
 * say so; so the next step but one writes into the same arrays. Fresh ones, a dozen of half a megabyte in each step of
 * a large network, cost page faults and zeros that nobody reads, and keep a second core busy collecting them.
 *
 * Why the next but one: what a layer still holds of the last step, such as a mask, stays what it is while the next
 * step runs, which may fail and then has changed nothing.
 */
import { allocate, Tensor, type DType, type Numbers } from "./tensor.ts";

/** Where results of operations go; set by the current pass, as operations know of no passes. */
let current: BufferPool | undefined;

/** From now on results go into these buffers, or, with undefined, into new arrays. Returns what was before. */
export function usePool(pool: BufferPool | undefined): BufferPool | undefined {
  const before = current;
  current = pool;
  return before;
}

/** Arrays of one length, of which the first `used` are in use in the step under way. */
interface Shelf {
  arrays: Numbers[];
  used: number;
}

export class BufferPool {
  /** Shorter arrays are as cheap to make as to look up. With 0, those in float64 are asked for as well. */
  readonly minLength: number = 32;
  /** By length; those of the step that runs, and of the one before. */
  private readonly turns = [new Map<number, Shelf>(), new Map<number, Shelf>()];
  private turn = 0;
  private held: ReadonlySet<Numbers> = new Set();
  private readonly maxKept: number;
  private readonly allocateInArena: ((length: number) => Numbers | undefined) | undefined;
  /** Whether a step is under way. */
  isBusy = false;

  /**
   * @param maxKept as many numbers may be kept from step to step; a step that needed more keeps none.
   * @param allocateInArena makes an array where kernels work, within a larger memory, as long as there is room.
   */
  constructor(maxKept: number, allocateInArena?: (length: number) => Numbers | undefined) {
    this.maxKept = maxKept;
    this.allocateInArena = allocateInArena;
  }

  /** Begins a step. What is `held` by somebody is left to them: it is not written into again. */
  begin(held: ReadonlySet<Numbers>): void {
    for (const shelf of this.turns[this.turn].values()) shelf.used = 0;
    this.held = held;
    this.isBusy = true;
  }

  /** Ends a step. If it did not fail, its arrays rest for a step, and those it had no use for are let go. */
  end(finished = true): void {
    this.isBusy = false;
    if (!finished) return;
    const shelves = this.turns[this.turn];
    let total = 0;
    for (const [length, shelf] of shelves) {
      const { arrays, used } = shelf;
      // Parts of a larger memory stay, where room is not given back.
      if (arrays.length > used) shelf.arrays = arrays.filter(({ byteOffset }, i) => i < used || byteOffset > 0);
      total += length * used;
      if (shelf.arrays.length === 0) shelves.delete(length);
    }
    if (total > this.maxKept) shelves.clear();
    this.turn = 1 - this.turn;
  }

  /** An array of arbitrary numbers. */
  allocate(length: number, dtype: DType = "float32"): Numbers {
    const shelves = this.turns[this.turn];
    let shelf = shelves.get(length);
    if (shelf === undefined) shelves.set(length, shelf = { arrays: [], used: 0 });
    const { arrays } = shelf;
    while (this.held.has(arrays[shelf.used])) shelf.used++;
    return (arrays[shelf.used++] ??= this.allocateInArena?.(length) ?? allocate(length, dtype));
  }

  /** A copy of x, in a buffer if it is float32; x itself in a pool without memory of kernels, as of predictions. */
  copyOf(x: Tensor): Tensor {
    if (this.allocateInArena === undefined) return x;
    const { length } = x.data, data = x.dtype === "float32" ? this.allocate(length) : allocate(length, x.dtype);
    data.set(x.data);
    return new Tensor(data, x.shape, x.meaning);
  }
}

/** A tensor of arbitrary numbers, for an operation that writes all of them. */
export function empty(shape: readonly number[], length: number, dtype: DType): Tensor {
  const least = current?.minLength ?? 0, isForPool = length >= least && (dtype === "float32" || least === 0);
  return new Tensor((isForPool ? current?.allocate(length, dtype) : undefined) ?? allocate(length, dtype), shape);
}

/** The same in the shape and dtype of x. */
export function emptyLike(x: Tensor): Tensor {
  return empty(x.shape, x.data.length, x.dtype);
}
