/** Kernels on arrays part by part: each part is copied in, worked on and copied back while it is in the caches. */
import type { Numbers } from "../../tensor/tensor.ts";
import { alignedSize, type Arena } from "./arena.ts";
import { allFloat32, scratch } from "./scratch.ts";

/** Below so many numbers the loops are done before the numbers are copied. */
const FEW_NUMBERS = 256;

/** How many numbers at a time. */
export const CHUNK = 16384;

/** What a kernel does with numbers at those addresses; the first is where the result belongs. */
export type Work = (arena: Arena, at: number, second: number, length: number) => void;

/**
 * Runs a kernel over arrays of one length, a chunk at a time; `out` may be read too, when it is among them. False,
 * with nothing done, for arrays that are left to the loops.
 */
export function inChunks(out: Numbers, given: readonly Numbers[], work: Work): boolean {
  if (isSmall(out) || !allFloat32(out, ...given)) return false;
  const size = Math.min(CHUNK, out.length), arena = scratch(given.length * alignedSize(4 * size));
  const places = given.map(() => arena.scratch(4 * size)), first = places[0] >> 2;
  for (let from = 0; from < out.length; from += size) {
    const to = Math.min(from + size, out.length);
    given.forEach((array, i) => arena.heap.set(array.subarray(from, to), places[i] >> 2));
    work(arena, places[0], places[1], to - from);
    out.set(arena.heap.subarray(first, first + to - from), from);
  }
  return true;
}

/** Whether the loops are done before the numbers are copied. */
export function isSmall(array: Numbers): boolean {
  return array.length < FEW_NUMBERS;
}
