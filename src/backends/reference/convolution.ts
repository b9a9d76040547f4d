/**
 * Convolution by the product of matrices. For each image the pixels under the window are laid out as a matrix X,
 * one column for each place of the window; then y = w · X. Each image is a product of its own, so no bit of a row
 * depends on the batch it is in.
 */
import { ofSameKind, type Numbers } from "../../tensor/tensor.ts";
import type { ConvolutionLayout } from "../backend.ts";
import { addRounded, addToGroups, groupSums } from "./groups.ts";
import { matmul } from "./products.ts";

/** y = w ∗ x + b: w · X + b for each image and each group of its channels. */
export function convolve(
  y: Numbers, x: Numbers, w: Numbers, b: Numbers | undefined, layout: ConvolutionLayout,
): void {
  const { images, groups } = layout, X = matrixFor(layout, x), runs = runsOf(layout);
  const { out, taps, places } = sizesOf(layout);
  const shape = { m: out, k: taps, n: places, transposeA: false, transposeB: false };
  for (let n = 0; n < images; n++) {
    imageToColumns(X, part(x, n, images), runs, layout);
    for (let g = 0; g < groups; g++) {
      matmul(part(y, n * groups + g, images * groups), part(w, g, groups), part(X, g, groups), shape, false);
    }
  }
  if (b) addToGroups(y, b, channelsOf(layout));
}

/** dw += dy ∗ x: Σ dy · Xᵀ, each image summed by itself, then the images in order; db += Σ dy, summed in float64. */
export function addFilterGradients(
  dw: Numbers, db: Numbers | undefined, dy: Numbers, x: Numbers, layout: ConvolutionLayout,
): void {
  const { images, groups } = layout, X = matrixFor(layout, x), runs = runsOf(layout);
  const { out, taps, places } = sizesOf(layout), sum = ofSameKind(dw, dw.length);
  const shape = { m: out, k: places, n: taps, transposeA: false, transposeB: true };
  for (let n = 0; n < images; n++) {
    imageToColumns(X, part(x, n, images), runs, layout);
    for (let g = 0; g < groups; g++) {
      matmul(part(sum, g, groups), part(dy, n * groups + g, images * groups), part(X, g, groups), shape, true);
    }
  }
  for (let i = 0; i < dw.length; i++) dw[i] += sum[i];
  if (db) addRounded(db, groupSums(dy, channelsOf(layout)));
}

/** dx of y = w ∗ x: wᵀ · dy has a number for each pixel under each window; a pixel's are added up, row by row. */
export function inputGradient(dx: Numbers, dy: Numbers, w: Numbers, layout: ConvolutionLayout): void {
  const { images, groups } = layout, X = matrixFor(layout, dy), runs = runsOf(layout);
  const { out, taps, places } = sizesOf(layout);
  const shape = { m: taps, k: out, n: places, transposeA: true, transposeB: false };
  dx.fill(0);
  for (let n = 0; n < images; n++) {
    for (let g = 0; g < groups; g++) {
      matmul(part(X, g, groups), part(w, g, groups), part(dy, n * groups + g, images * groups), shape, false);
    }
    addColumnsToImage(part(dx, n, images), X, runs, layout);
  }
}

/** Part `index` of so many equal ones, as a view. */
function part(x: Numbers, index: number, parts: number): Numbers {
  const size = x.length / parts;
  return x.subarray(index * size, (index + 1) * size);
}

/** Filters and taps (pixels under a window) of one group, and places of the window. */
function sizesOf({ channels, filters, groups, kernel, places }: ConvolutionLayout) {
  const taps = (channels / groups) * kernel[0] * kernel[1];
  return { out: filters / groups, taps, places: places[0] * places[1] };
}

function channelsOf({ images, filters, places }: ConvolutionLayout) {
  return { blocks: images, groups: filters, inner: places[0] * places[1] };
}

function matrixFor({ channels, kernel, places }: ConvolutionLayout, like: Numbers): Numbers {
  return ofSameKind(like, channels * kernel[0] * kernel[1] * places[0] * places[1]);
}

/**
 * What X and the image share, run by run. Row (c, i, j) of X is place (i, j) of the window in channel c; at column
 * (r, s) it has pixel (r · stride - padding + i · dilation, s · stride - padding + j · dilation). A run is what a
 * row and r fix: `count` columns from the one at `at` on, and their pixels, from the one at `from` on. Padding is
 * left out. The same for all images, so it is worked out once.
 */
function runsOf({ channels, height, width, kernel, stride, padding, dilation, places }: ConvolutionLayout): Int32Array {
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
function imageToColumns(X: Numbers, image: Numbers, runs: Int32Array, { stride: [, step] }: ConvolutionLayout): void {
  for (let run = 0; run < runs.length; run += 3) {
    const end = runs[run] + runs[run + 2];
    for (let at = runs[run], pixel = runs[run + 1]; at < end; at++, pixel += step) X[at] = image[pixel];
  }
}

/** The way back: each number of X is added to the pixel it came from. */
function addColumnsToImage(
  image: Numbers, X: Numbers, runs: Int32Array, { stride: [, step] }: ConvolutionLayout,
): void {
  for (let run = 0; run < runs.length; run += 3) {
    const end = runs[run] + runs[run + 2];
    for (let at = runs[run], pixel = runs[run + 1]; at < end; at++, pixel += step) image[pixel] += X[at];
  }
}
