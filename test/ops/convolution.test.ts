/** Convolutions by the kernels against the loops that define them: the same bits, whatever the shape and numbers. */
import * as fc from "fast-check";
import { addFilterGradients, convolve, inputGradient } from "../../src/ops/convolution.ts";
import { Tensor, zeros } from "../../src/tensor/tensor.ts";
import { awkward, expectSameBothWays } from "../backends/both-ways.ts";

interface Case {
  images: number;
  /** Of each group. */
  channels: number;
  filters: number;
  groups: number;
  size: readonly [number, number];
  kernel: readonly [number, number];
  stride: readonly [number, number];
  padding: readonly [number, number];
  dilation: readonly [number, number];
  share: number;
  specials: number;
}

const USUAL: Case = {
  images: 2, channels: 1, filters: 4, groups: 1, size: [12, 12], kernel: [3, 3], stride: [1, 1], padding: [0, 0],
  dilation: [1, 1], share: 1, specials: 0,
};

function placesOf({ size, kernel, stride, padding, dilation }: Case): readonly [number, number] {
  const along = (axis: 0 | 1) =>
    Math.floor((size[axis] + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis]) + 1;
  return [along(0), along(1)];
}

function expectSameConvolution(one: Case): void {
  const { images, channels, filters, groups, size, kernel, share, specials } = one;
  const places = placesOf(one);
  if (places[0] < 1 || places[1] < 1) return;
  const xShape = [images, groups * channels, ...size], yShape = [images, groups * filters, ...places];
  const wShape = [groups * filters, channels, ...kernel];
  const filled = (shape: readonly number[], seed: number, kept: number) =>
    new Tensor(awkward(shape.reduce((a, b) => a * b, 1), seed, kept, specials), shape);
  const x = filled(xShape, 3, share), w = filled(wShape, 5, 1), dy = filled(yShape, 7, share);
  const b = filled([groups * filters], 9, 1), start = filled(wShape, 11, 1);
  expectSameBothWays(one, () => {
    // Arbitrary numbers, as an array has them that was used before.
    const y = filled(yShape, 13, 1), plain = zeros(yShape), dx = filled(xShape, 15, 1);
    const dw = new Tensor(start.data.slice(), wShape), db = new Tensor(b.data.slice(), b.shape);
    convolve(y, x, w, b, one);
    convolve(plain, x, w, undefined, one);
    addFilterGradients(dw, db, dy, x, one);
    inputGradient(dx, dy, w, one);
    return [y.data, plain.data, dw.data, db.data, dx.data];
  });
}

describe("kernels and loops give the same bits, y, dw, db and dx", () => {
  const cases: readonly (readonly [string, Partial<Case>])[] = [
    ["LeNet's first layer", { size: [28, 28], kernel: [5, 5], filters: 8 }],
    ["LeNet's second layer, with most of dy zero", { channels: 8, filters: 16, kernel: [5, 5], share: 0.2 }],
    ["one filter, lines of 13", { filters: 1, size: [15, 15] }],
    ["seven filters, lines of 3", { images: 40, filters: 7, size: [5, 5] }],
    ["a frame and steps of two", { size: [13, 14], padding: [1, 2], stride: [2, 2] }],
    ["steps of three, gaps of two", { size: [40, 41], stride: [3, 3], dilation: [2, 2] }],
    ["three groups", { channels: 2, groups: 3, filters: 5, size: [14, 14] }],
    ["a window of one pixel", { channels: 3, kernel: [1, 1] }],
    ["more places than go at once", { size: [40, 300], kernel: [2, 2] }],
    ["a frame wider than the image", { images: 30, size: [2, 2], kernel: [4, 4], padding: [3, 3] }],
  ];
  test.each(cases)("%s, finite and not", (_, change) => {
    for (const specials of [0, 3]) expectSameConvolution({ ...USUAL, ...change, specials });
  });

  test("on shapes and values at random", () => {
    const pair = (min: number, max: number) => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));
    const any = fc.record<Case>({
      images: fc.integer({ min: 1, max: 4 }), channels: fc.integer({ min: 1, max: 4 }),
      filters: fc.integer({ min: 1, max: 9 }), groups: fc.integer({ min: 1, max: 3 }), size: pair(1, 24),
      kernel: pair(1, 5), stride: pair(1, 3), padding: pair(0, 3), dilation: pair(1, 2),
      share: fc.double({ min: 0, max: 1, noNaN: true }), specials: fc.integer({ min: 0, max: 4 }),
    });
    fc.assert(fc.property(any, expectSameConvolution), { seed: 20261123, numRuns: 250 });
  });
});

test("a bit of a row does not depend on the batch it is in", () => {
  const x = new Tensor(awkward(6 * 2 * 100, 21), [6, 2, 10, 10]), w = new Tensor(awkward(4 * 2 * 9, 23), [4, 2, 3, 3]);
  const all = zeros([6, 4, 8, 8]), last = zeros([1, 4, 8, 8]);
  convolve(all, x, w, undefined, USUAL);
  convolve(last, new Tensor(x.data.slice(5 * 200), [1, 2, 10, 10]), w, undefined, USUAL);
  expect(last.data).toEqual(all.data.slice(5 * 256));
});
