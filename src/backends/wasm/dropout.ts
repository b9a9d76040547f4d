/** Masks by the kernels. */
import type { Numbers } from "../../tensor/tensor.ts";
import type { Key } from "../../tensor/threefry.ts";
import * as reference from "../reference/dropout.ts";
import { alignedSize } from "./arena.ts";
import { CHUNK, inChunks, isSmall, type Work } from "./in-chunks.ts";
import { allFloat32, scratch } from "./scratch.ts";

const TWO_TO_32 = 4294967296;

export function applyMask(y: Numbers, x: Numbers, mask: Numbers, factor: number): void {
  const work: Work = ({ kernels }, at, second, length) => kernels.applyMask(at, at, second, length, factor);
  if (!inChunks(y, [x, mask], work)) reference.applyMask(y, x, mask, factor);
}

export function bernoulli(out: Numbers, key: Key, probability: number): void {
  const threshold = Math.ceil(probability * TWO_TO_32);
  if (isSmall(out) || !allFloat32(out) || threshold >= TWO_TO_32) {
    reference.bernoulli(out, key, probability);
    return;
  }
  const arena = scratch(alignedSize(4 * CHUNK)), at = arena.scratch(4 * CHUNK), first = at >> 2;
  for (let from = 0; from < out.length; from += CHUNK) {
    const length = Math.min(CHUNK, out.length - from);
    arena.kernels.bernoulli(at, length, key[0], key[1], threshold | 0, from / 2);
    out.set(arena.heap.subarray(first, first + length), from);
  }
}
