/** What pooling layers do with the numbers under a window that moves over each channel by itself. */
import type { Numbers } from "../../tensor/tensor.ts";
import type { PoolingLayout } from "../backend.ts";

/** y = max of the x under the window; winners = the index of each: of equal ones the first, of NaNs the last. */
export function maxPool(y: Numbers, winners: Int32Array, x: Numbers, layout: PoolingLayout): void {
  const rowLength = layout.width;
  forEachPlace(layout, (out, first, height, width) => {
    let winner = first, largest = x[first];
    for (let row = first; row < first + height * rowLength; row += rowLength) {
      for (let at = row; at < row + width; at++) {
        const value = x[at];
        if (!(value > largest || value !== value)) continue; // only NaN is not itself
        largest = value;
        winner = at;
      }
    }
    y[out] = largest;
    winners[out] = winner;
  });
}

/** dx = the sum of the dy of all places whose maximum it is. */
export function maxPoolBackward(dx: Numbers, dy: Numbers, winners: Int32Array): void {
  dx.fill(0);
  for (let out = 0; out < winners.length; out++) dx[winners[out]] += dy[out];
}

/** y = Σ x under the window / count, summed in float64; the frame counts or does not. */
export function averagePool(y: Numbers, x: Numbers, layout: PoolingLayout, countPadding: boolean): void {
  const rowLength = layout.width;
  forEachPlace(layout, (out, first, height, width, covered) => {
    let sum = 0;
    for (let row = first; row < first + height * rowLength; row += rowLength) {
      for (let at = row; at < row + width; at++) sum += x[at];
    }
    y[out] = sum / (countPadding ? covered : height * width);
  });
}

/** dx += dy / count under each place of the window. */
export function averagePoolBackward(dx: Numbers, dy: Numbers, layout: PoolingLayout, countPadding: boolean): void {
  const rowLength = layout.width;
  forEachPlace(layout, (out, first, height, width, covered) => {
    const share = dy[out] / (countPadding ? covered : height * width);
    for (let row = first; row < first + height * rowLength; row += rowLength) {
      for (let at = row; at < row + width; at++) dx[at] += share;
    }
  });
}

/**
 * One place of the window: the number of its output; its pixels, `height` rows of `width`, from the one at `first`
 * on; and how many numbers it covers, those in the frame counted too.
 */
type Visit = (out: number, first: number, height: number, width: number, covered: number) => void;

/** Goes through all places of the window in the order of y. */
function forEachPlace(layout: PoolingLayout, visit: Visit): void {
  const { images, channels, height, width } = layout;
  const rows = placesAlong(0, height, layout), columns = placesAlong(1, width, layout);
  for (let plane = 0, out = 0; plane < images * channels; plane++) {
    for (const row of rows) {
      for (const column of columns) {
        const first = (plane * height + row.from) * width + column.from;
        visit(out++, first, row.length, column.length, row.covered * column.covered);
      }
    }
  }
}

/** Where the window begins along one axis, how long it is within the image, and how long with the frame. */
function placesAlong(axis: 0 | 1, length: number, { kernel, stride, padding, places }: PoolingLayout) {
  return Array.from({ length: places[axis] }, (_, place) => {
    const start = place * stride[axis] - padding[axis], end = start + kernel[axis], from = Math.max(0, start);
    const covered = Math.min(end, length + padding[axis]) - start;
    return { from, length: Math.min(end, length) - from, covered };
  });
}
