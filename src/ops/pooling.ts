/** What pooling layers do with the numbers under a window that moves over each channel by itself. */
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { byKernels } from "../backends/wasm/availability.ts";
import { maxPoolByKernels } from "../backends/wasm/pooling.ts";

type Lengths = readonly [number, number];

/** [height, width] of a window, of its steps, and of the frame around the image. */
export interface Pooling {
  readonly kernel: Lengths;
  readonly stride: Lengths;
  readonly padding: Lengths;
}

/** y = max of the x under the window. Gives the number of each maximum: the first of equal ones, and NaN before all. */
export function maxPool(y: Tensor, x: Tensor, window: Pooling): Int32Array {
  const winners = new Int32Array(y.data.length), rowLength = x.shape[3];
  if (byKernels(() => maxPoolByKernels(y, winners, x, window)) === true) return winners;
  forEachPlace(x.shape, y.shape, window, (out, first, height, width) => {
    let winner = first, largest = x.data[first];
    for (let row = first; row < first + height * rowLength; row += rowLength) {
      for (let at = row; at < row + width; at++) {
        const value = x.data[at];
        if (!(value > largest || value !== value)) continue; // only NaN is not itself
        largest = value;
        winner = at;
      }
    }
    y.data[out] = largest;
    winners[out] = winner;
  });
  return winners;
}

/** dx = the sum of the dy of all places whose maximum it is. */
export function maxPoolBackward(dx: Tensor, dy: Tensor, winners: Int32Array): void {
  dx.data.fill(0);
  for (let out = 0; out < winners.length; out++) dx.data[winners[out]] += dy.data[out];
}

/** y = Σ x under the window / count, summed in float64; the frame counts or does not. */
export function averagePool(y: Tensor, x: Tensor, window: Pooling, countPadding: boolean): void {
  const rowLength = x.shape[3];
  forEachPlace(x.shape, y.shape, window, (out, first, height, width, covered) => {
    let sum = 0;
    for (let row = first; row < first + height * rowLength; row += rowLength) {
      for (let at = row; at < row + width; at++) sum += x.data[at];
    }
    y.data[out] = sum / (countPadding ? covered : height * width);
  });
}

/** dx += dy / count under each place of the window. */
export function averagePoolBackward(dx: Tensor, dy: Tensor, window: Pooling, countPadding: boolean): void {
  const rowLength = dx.shape[3];
  forEachPlace(dx.shape, dy.shape, window, (out, first, height, width, covered) => {
    const share = dy.data[out] / (countPadding ? covered : height * width);
    for (let row = first; row < first + height * rowLength; row += rowLength) {
      for (let at = row; at < row + width; at++) dx.data[at] += share;
    }
  });
}

/**
 * One place of the window: the number of its output; its pixels, `height` rows of `width`, from the one at `first`
 * on; and how many numbers it covers, those in the frame counted too.
 */
type Visit = (out: number, first: number, height: number, width: number, covered: number) => void;

/** Goes through all places of the window in images x [batch, channels, height, width], in the order of y. */
function forEachPlace(x: Shape, y: Shape, window: Pooling, visit: Visit): void {
  const [batch, channels, height, width] = x;
  const rows = placesAlong(0, height, y[2], window), columns = placesAlong(1, width, y[3], window);
  for (let plane = 0, out = 0; plane < batch * channels; plane++) {
    for (const row of rows) {
      for (const column of columns) {
        const first = (plane * height + row.from) * width + column.from;
        visit(out++, first, row.length, column.length, row.covered * column.covered);
      }
    }
  }
}

/** Where the window begins along one axis, how long it is within the image, and how long with the frame. */
function placesAlong(axis: 0 | 1, length: number, places: number, { kernel, stride, padding }: Pooling) {
  return Array.from({ length: places }, (_, place) => {
    const start = place * stride[axis] - padding[axis], end = start + kernel[axis], from = Math.max(0, start);
    const covered = Math.min(end, length + padding[axis]) - start;
    return { from, length: Math.min(end, length) - from, covered };
  });
}
