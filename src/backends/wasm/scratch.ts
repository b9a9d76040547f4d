/** Where operations work on numbers that live in ordinary arrays, or that live in different memories. */
import type { Numbers } from "../../tensor/tensor.ts";
import { alignedSize, Arena, arenaOf } from "./arena.ts";
import { needed, refusal, type Done } from "./availability.ts";
import type { Kernels } from "./kernels.generated.ts";
import { wideInUse } from "./kernels.ts";

/** What a kernel does with so many numbers, from one on, at these addresses in bytes. */
export type Work = (kernels: Kernels, out: number, x: number, y: number, length: number, from: number) => void;

/** Below so many numbers the loops are done before the numbers are copied. */
const FEW_NUMBERS = 256;

/** How many numbers at a time: so many stay in the caches. */
const CHUNK = 16384;

/** One for what one thread does, and one for what threads share: copies to and from shared memory are far slower. */
const scratchArenas = new Map<boolean, Arena>();

function scratchArena(shared: boolean): Arena {
  let arena = scratchArenas.get(shared);
  if (arena === undefined || arena.failure.isLost || arena.wide !== wideInUse()) {
    const make = () => new Arena(1 << 20, false, shared);
    scratchArenas.set(shared, arena = shared ? make() : needed(make));
  }
  return arena;
}

/**
 * The memory for what one thread does with ordinary arrays, with that much room.
 * @throws KernelsRefused if the engine rejects it.
 */
export function scratchArenaFor(bytes: number): Arena {
  return arenaFor([], () => bytes);
}

/**
 * The first arena that holds one of the arrays and has the space, else the scratch arena.
 * @throws KernelsRefused if the engine rejects it.
 */
export function arenaFor(
  arrays: readonly (Numbers | undefined)[], bytesIn: (arena: Arena) => number, shared = false,
): Arena {
  for (const array of arrays) {
    const candidate = array && arenaOf(array);
    if (candidate === undefined || (shared && !candidate.shared)) continue;
    if (candidate.begin(bytesIn(candidate))) return candidate;
  }
  const arena = scratchArena(shared), bytes = bytesIn(arena);
  if (arena.begin(bytes)) return arena;
  throw refusal(`This engine refused ${bytes} bytes of memory.`);
}

/**
 * The arena that holds the first of these arrays, if it has the space, else the scratch arena, and the address of each
 * there: its own or that of a copy.
 * @param bytes of scratch memory that are needed besides.
 */
export function placed(arrays: readonly Numbers[], bytes = 0) {
  const arena = arenaFor([arrays[0]], (candidate) => (
    arrays.reduce((sum, array) => sum + candidate.bytesFor(array), bytes)));
  return { arena, at: arrays.map((array) => arena.load(array)) };
}

/**
 * Runs a kernel over one or two arrays of the length of `out`, which may be one of them: where they live, if that is
 * one arena, else on copies, a chunk at a time.
 */
export function inChunks(out: Numbers, x: Numbers, y: Numbers, work: Work): Done {
  if (isSmall(out) || !allFloat32(out, x, y)) return undefined;
  const home = arenaOf(out);
  if (home?.holds(x) === true && home.holds(y)) {
    work(home.kernels, out.byteOffset, x.byteOffset, y.byteOffset, out.length, 0);
    return true;
  }
  const size = Math.min(CHUNK, out.length), arena = scratchArenaFor(2 * alignedSize(4 * size)), { heap } = arena;
  const at = arena.scratch(4 * size), second = y === x ? at : arena.scratch(4 * size), first = at >> 2;
  for (let from = 0; from < out.length; from += size) {
    const to = Math.min(from + size, out.length);
    heap.set(x.subarray(from, to), first);
    if (y !== x) heap.set(y.subarray(from, to), second >> 2);
    work(arena.kernels, at, at, second, to - from, from);
    out.set(heap.subarray(first, first + to - from), from);
  }
  return true;
}

/** Whether the loops are done before the numbers are copied. */
export function isSmall(array: Numbers): boolean {
  return array.length < FEW_NUMBERS;
}

/** Whether kernels can work on all of these. */
export function allFloat32(...arrays: readonly (Numbers | undefined)[]): boolean {
  for (const array of arrays) if (array !== undefined && !(array instanceof Float32Array)) return false;
  return true;
}
