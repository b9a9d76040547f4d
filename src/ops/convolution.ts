/**
 * Convolution by the product of matrices. For each image the pixels under the window are laid out as a matrix X,
 * one column for each place of the window; then y = w·X. Each image is a product of its own, so no bit of a row
 * depends on the batch it is in.
 */
import type { Shape } from "../tensor/shape.ts";
import { Tensor, zeros, zerosLike, type Numbers } from "../tensor/tensor.ts";
import { isDoneByKernels } from "../backends/wasm/availability.ts";
import { addRounded, addToGroups, channelsOf, groupSums } from "./groups.ts";
import { addMatmul, transposed } from "./ops.ts";
import * as simd from "../backends/wasm/convolution.ts";
import { allFloat32 } from "../backends/wasm/scratch.ts";

/** With fewer numbers in y the loops are done before the kernels have begun. */
const FEW_SUMS = 256;

/** [height, width]. */
type Lengths = readonly [number, number];

/** [height, width] of what a window does; the channels fall into `groups` parts that know nothing of each other. */
export interface Convolution {
  readonly stride: Lengths;
  readonly padding: Lengths;
  readonly dilation: Lengths;
  readonly groups: number;
}

/** y = w * x + b, for x [N, C, H, W], w [O, C / groups, kernel height, kernel width] and y [N, O, places, places]. */
export function convolve(y: Tensor, x: Tensor, w: Tensor, b: Tensor | undefined, how: Convolution): void {
  const layout = layoutOf(x.shape, w.shape, y.shape, how), { images, groups } = layout;
  const work = () => { simd.convolve(y.data, x.data, w.data, b?.data, layout); };
  if (isByKernels(work, layout, y, x, w, b)) return;
  const columns = matrixFor(layout, x), runs = runsOf(layout);
  y.data.fill(0);
  for (let n = 0; n < images; n++) {
    imageToColumns(columns.data, part(x, n, images).data, runs, layout);
    for (let g = 0; g < groups; g++) {
      addMatmul(rows(y, n * groups + g, images * groups, layout), filters(w, g, groups), part(columns, g, groups));
    }
  }
  if (b) addToGroups(y.data, b.data, channelsOf(y.shape));
}

/** dw += dy * x: Σ dy·Xᵀ, each image summed by itself, then the images in order; db += Σ dy, summed in float64. */
export function addFilterGradients(
  dw: Tensor, db: Tensor | undefined, dy: Tensor, x: Tensor, how: Convolution,
): void {
  const layout = layoutOf(x.shape, dw.shape, dy.shape, how), { images, groups } = layout;
  const work = () => { simd.addFilterGradients(dw.data, db?.data, dy.data, x.data, layout); };
  if (isByKernels(work, layout, dw, db, dy, x)) return;
  const columns = matrixFor(layout, x), runs = runsOf(layout), sum = zerosLike(dw);
  for (let n = 0; n < images; n++) {
    imageToColumns(columns.data, part(x, n, images).data, runs, layout);
    for (let g = 0; g < groups; g++) {
      const dyPart = rows(dy, n * groups + g, images * groups, layout);
      addMatmul(filters(sum, g, groups), dyPart, transposed(part(columns, g, groups)));
    }
  }
  for (let i = 0; i < dw.data.length; i++) dw.data[i] += sum.data[i];
  if (db) addRounded(db.data, groupSums(dy.data, channelsOf(dy.shape)));
}

/** dx of y = w * x: wᵀ·dy has a number for each pixel under each window; a pixel's are added up, row by row. */
export function inputGradient(dx: Tensor, dy: Tensor, w: Tensor, how: Convolution): void {
  const layout = layoutOf(dx.shape, w.shape, dy.shape, how), { images, groups } = layout;
  const work = () => { simd.inputGradient(dx.data, dy.data, w.data, layout); };
  if (isByKernels(work, layout, dx, dy, w)) return;
  const columns = matrixFor(layout, dy), runs = runsOf(layout);
  dx.data.fill(0);
  for (let n = 0; n < images; n++) {
    columns.data.fill(0);
    for (let g = 0; g < groups; g++) {
      const dyPart = rows(dy, n * groups + g, images * groups, layout);
      addMatmul(part(columns, g, groups), transposed(filters(w, g, groups)), dyPart);
    }
    addColumnsToImage(part(dx, n, images).data, columns.data, runs, layout);
  }
}

/** Does the work by kernels; false, with nothing done, if they are refused or, below so many products, slower. */
function isByKernels(
  work: () => void, { places, filters, images }: Layout, ...tensors: readonly (Tensor | undefined)[]
): boolean {
  const enough = images * filters * places[0] * places[1] >= FEW_SUMS;
  return enough && allFloat32(...tensors.map((tensor) => tensor?.data)) && isDoneByKernels(work);
}

/** Part `index` of so many equal ones along the first axis, as a view. */
function part(x: Tensor, index: number, parts: number): Tensor {
  if (parts === 1) return x; // the same array, which may live where the kernels are
  const size = x.data.length / parts;
  return new Tensor(x.data.subarray(index * size, (index + 1) * size), [x.shape[0] / parts, ...x.shape.slice(1)]);
}

/** A group's filters, each as one row. */
function filters(w: Tensor, group: number, groups: number): Tensor {
  const { data, shape } = part(w, group, groups);
  return new Tensor(data, [shape[0], data.length / shape[0]]);
}

/** One image's channels of one group, each as one row. */
function rows(y: Tensor, index: number, parts: number, { places }: Layout): Tensor {
  const size = y.data.length / parts, columns = places[0] * places[1];
  return new Tensor(y.data.subarray(index * size, (index + 1) * size), [size / columns, columns]);
}

/** All sizes of a convolution of so many images [channels, height, width]. */
export interface Layout extends Convolution {
  readonly images: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly filters: number;
  readonly kernel: Lengths;
  /** How many places the window has: the height and width of y. */
  readonly places: Lengths;
}

function layoutOf(x: Shape, w: Shape, y: Shape, { stride, padding, dilation, groups }: Convolution): Layout {
  return {
    stride, padding, dilation, groups, images: x[0], channels: x[1], height: x[2], width: x[3],
    filters: w[0], kernel: [w[2], w[3]], places: [y[2], y[3]],
  };
}

function matrixFor({ channels, kernel, places }: Layout, { dtype }: Tensor): Tensor {
  return zeros([channels * kernel[0] * kernel[1], places[0] * places[1]], dtype);
}

/**
 * What X and the image share, run by run. Row (c, i, j) of X is place (i, j) of the window in channel c; at column
 * (r, s) it has pixel (r · stride - padding + i · dilation, s · stride - padding + j · dilation). A run is what a
 * row and r fix: `count` columns from the one at `at` on, and their pixels, from the one at `from` on. Padding is
 * left out. The same for all images, so it is worked out once.
 */
function runsOf({ channels, height, width, kernel, stride, padding, dilation, places }: Layout): Int32Array {
  const runs: number[] = [];
  for (let c = 0, row = 0; c < channels; c++) {
    for (let i = 0; i < kernel[0]; i++) {
      for (let j = 0; j < kernel[1]; j++, row++) {
        const shift = j * dilation[1] - padding[1];
        const first = Math.max(0, Math.ceil(-shift / stride[1]));
        const count = Math.min(places[1], Math.floor((width - 1 - shift) / stride[1]) + 1) - first;
        if (count <= 0) continue;
        for (let r = 0; r < places[0]; r++) {
          const y = r * stride[0] - padding[0] + i * dilation[0];
          if (y < 0 || y >= height) continue;
          const at = (row * places[0] + r) * places[1] + first;
          runs.push(at, (c * height + y) * width + first * stride[1] + shift, count);
        }
      }
    }
  }
  return Int32Array.from(runs);
}

/** Fills X from one image. The padding is not touched: it is zero from the start. */
function imageToColumns(X: Numbers, image: Numbers, runs: Int32Array, { stride: [, step] }: Layout): void {
  for (let run = 0; run < runs.length; run += 3) {
    const end = runs[run] + runs[run + 2];
    for (let at = runs[run], pixel = runs[run + 1]; at < end; at++, pixel += step) X[at] = image[pixel];
  }
}

/** The way back: each number of X is added to the pixel it came from. */
function addColumnsToImage(image: Numbers, X: Numbers, runs: Int32Array, { stride: [, step] }: Layout): void {
  for (let run = 0; run < runs.length; run += 3) {
    const end = runs[run] + runs[run + 2];
    for (let at = runs[run], pixel = runs[run + 1]; at < end; at++, pixel += step) image[pixel] += X[at];
  }
}
