/** Operations number by number by the kernels; fewer numbers, and float64, are left to the reference loops. */
import type { Numbers } from "../../tensor/tensor.ts";
import type { Key } from "../../tensor/threefry.ts";
import { alignedSize } from "./arena.ts";
import type { Done } from "./availability.ts";
import { allFloat32, arenaFor, CHUNK, inChunks, isSmall, scratch } from "./scratch.ts";

const TWO_TO_32 = 4294967296;

export function addTo(out: Numbers, x: Numbers): Done {
  return inChunks(out, out, x, ({ kernels }, at, second, length) => kernels.addTo(at, second, length));
}

export function multiply(out: Numbers, x: Numbers, y: Numbers): Done {
  return inChunks(out, x, y, ({ kernels }, at, second, length) => kernels.multiply(at, at, second, length));
}

export function scale(y: Numbers, x: Numbers, factor: number): Done {
  return inChunks(y, x, undefined, ({ kernels }, at, _, length) => kernels.scale(at, at, length, factor));
}

export function relu(y: Numbers, x: Numbers): Done {
  return inChunks(y, x, undefined, ({ kernels }, at, _, length) => kernels.relu(at, at, length));
}

export function reluBackward(dx: Numbers, dy: Numbers, y: Numbers): Done {
  return inChunks(dx, dy, y, ({ kernels }, at, second, length) => kernels.reluBackward(at, at, second, length));
}

export function isFinite(values: Numbers): boolean | undefined {
  if (isSmall(values) || !allFloat32(values)) return undefined;
  const arena = arenaFor([values], (candidate) => candidate.bytesFor(values));
  return arena.kernels.isFinite(arena.load(values), values.length) === 1;
}

export function applyMask(y: Numbers, x: Numbers, mask: Numbers, factor: number): Done {
  return inChunks(y, x, mask, ({ kernels }, at, second, length) => {
    kernels.applyMask(at, at, second, length, factor);
  });
}

export function bernoulli(out: Numbers, key: Key, probability: number): Done {
  const threshold = Math.ceil(probability * TWO_TO_32);
  if (isSmall(out) || !allFloat32(out) || threshold >= TWO_TO_32) return undefined;
  const arena = scratch(alignedSize(4 * CHUNK)), at = arena.scratch(4 * CHUNK), first = at >> 2;
  for (let from = 0; from < out.length; from += CHUNK) {
    const length = Math.min(CHUNK, out.length - from);
    arena.kernels.bernoulli(at, length, key[0], key[1], threshold | 0, from / 2);
    out.set(arena.heap.subarray(first, first + length), from);
  }
  return true;
}
