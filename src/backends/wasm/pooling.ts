/** Max-pooling by the kernels, where the window stays within the image and lines are not too short. */
import type { Numbers } from "../../tensor/tensor.ts";
import type { PoolingLayout } from "../backend.ts";
import { alignedSize } from "./arena.ts";
import type { Done } from "./availability.ts";
import { familyKernels } from "./family-kernels.ts";
import { allFloat32, scratchArenaFor } from "./scratch.ts";

/** So many places of a line are looked at together. */
const TOGETHER = 4;

export function maxPool(y: Numbers, winners: Int32Array, x: Numbers, layout: PoolingLayout): Done {
  const { images, channels, height, width, kernel, stride: [down, across], padding } = layout;
  const [lines, columns] = layout.places;
  const within = padding[0] === 0 && padding[1] === 0
    && (lines - 1) * down + kernel[0] <= height && (columns - 1) * across + kernel[1] <= width;
  if (!within || columns < TOGETHER || !allFloat32(x, y)) return undefined;
  const size = channels * height * width, result = channels * lines * columns;
  const arena = scratchArenaFor(alignedSize(4 * size) + 2 * alignedSize(4 * result)), { heap } = arena;
  const kernels = familyKernels(arena);
  const from = arena.scratch(4 * size), to = arena.scratch(4 * result), places = arena.scratch(4 * result);
  const whole = new Int32Array(heap.buffer, places, result);
  for (let n = 0; n < images; n++) {
    heap.set(x.subarray(n * size, (n + 1) * size), from >> 2);
    kernels.maxPool(
      to, places, from, n * size, channels, height, width, lines, columns, kernel[0], kernel[1], down, across);
    y.set(heap.subarray(to >> 2, (to >> 2) + result), n * result);
    winners.set(whole, n * result);
  }
  return true;
}
