/** Where operations work on numbers that live in ordinary arrays, or that live in different memories. */
import type { Numbers } from "../../tensor/tensor.ts";
import { Arena, arenaOf } from "./arena.ts";
import { needed, refusal } from "./availability.ts";
import { wideInUse } from "./kernels.ts";

/** One for what one thread does, and one for what threads share: copies to and from shared memory are far slower. */
const scratchArenas = new Map<boolean, Arena>();

function scratchArena(shared: boolean): Arena {
  let arena = scratchArenas.get(shared);
  if (arena === undefined || arena.poisoned || arena.wide !== wideInUse()) {
    const make = () => new Arena(1 << 20, false, shared);
    scratchArenas.set(shared, arena = shared ? make() : needed(make));
  }
  return arena;
}

/**
 * The memory for what one thread does with ordinary arrays, with that much room.
 * @throws KernelsRefused if the engine refuses it.
 */
export function scratch(bytes: number): Arena {
  return withRoom(scratchArena(false), bytes);
}

function withRoom(arena: Arena, bytes: number): Arena {
  if (arena.begin(bytes)) return arena;
  throw refusal(`This engine refused ${bytes} bytes of memory.`);
}

/**
 * The first home among the arrays' that has the room, else the memory for ordinary arrays.
 * @throws KernelsRefused if the engine refuses it.
 */
export function arenaFor(
  arrays: readonly (Numbers | undefined)[], bytesIn: (arena: Arena) => number, shared = false,
): Arena {
  for (const array of arrays) {
    const home = array && arenaOf(array);
    if (home !== undefined && (home.shared || !shared) && home.begin(bytesIn(home))) return home;
  }
  const arena = scratchArena(shared);
  return withRoom(arena, bytesIn(arena));
}

/** Whether kernels can work on all of these. */
export function allFloat32(...arrays: readonly (Numbers | undefined)[]): boolean {
  return arrays.every((array) => array === undefined || array instanceof Float32Array);
}
