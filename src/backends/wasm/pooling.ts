/** Max-pooling by the SIMD kernels. The bits are those of pooling.ts. */
import type { Tensor } from "../../tensor/tensor.ts";
import { alignedSize } from "./arena.ts";
import { familyKernels } from "./family-kernels.ts";
import type { Pooling } from "../../ops/pooling.ts";
import { allFloat32, scratch } from "./scratch.ts";

/** So many places of a line are looked at together. */
const TOGETHER = 4;

/** Where the window stays within the image, and lines are not too short; else false, with nothing done. */
export function maxPoolByKernels(y: Tensor, winners: Int32Array, x: Tensor, window: Pooling): boolean {
  const [images, channels, height, width] = x.shape, [, , lines, columns] = y.shape;
  const { kernel, stride: [down, across], padding } = window;
  const within = padding[0] === 0 && padding[1] === 0
    && (lines - 1) * down + kernel[0] <= height && (columns - 1) * across + kernel[1] <= width;
  if (!within || columns < TOGETHER || !allFloat32(x.data, y.data)) return false;
  const size = channels * height * width, result = channels * lines * columns;
  const arena = scratch(alignedSize(4 * size) + 2 * alignedSize(4 * result)), { heap } = arena;
  const kernels = familyKernels(arena);
  const from = arena.scratch(4 * size), to = arena.scratch(4 * result), places = arena.scratch(4 * result);
  const whole = new Int32Array(heap.buffer, places, result);
  for (let n = 0; n < images; n++) {
    heap.set(x.data.subarray(n * size, (n + 1) * size), from >> 2);
    kernels.maxPool(
      to, places, from, n * size, channels, height, width, lines, columns, kernel[0], kernel[1], down, across);
    y.data.set(heap.subarray(to >> 2, (to >> 2) + result), n * result);
    winners.set(whole, n * result);
  }
  return true;
}
