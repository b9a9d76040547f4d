/** Batch normalisation by the kernels against the loops that define it. */
import * as fc from "fast-check";
import type { Groups } from "../../src/ops/groups.ts";
import { standardize, standardizeBackward, standardizeBy } from "../../src/ops/normalization.ts";
import { awkward, expectSameBothWays } from "../backends/both-ways.ts";

function expectSameNormalization(layout: Groups, specials: number, size = 1): void {
  const { blocks, groups, inner } = layout, length = blocks * groups * inner;
  const x = awkward(length, 3, 0.9, specials).map((value) => value * size), dy = awkward(length, 5, 0.5, specials);
  const w = awkward(groups, 7, 1, specials), b = awkward(groups, 9);
  for (const scaling of [{ w, b }, undefined]) {
    expectSameBothWays({ layout, specials, affine: scaling !== undefined }, () => {
      const y = awkward(length, 11), dx = y.slice(), again = y.slice(), rest = y.slice();
      const statistics = standardize(y, x, 1e-5, scaling, layout);
      const { sums, products } = standardizeBackward(dx, dy, x, statistics, scaling?.w, layout);
      standardizeBy(again, x, statistics, scaling, layout);
      standardizeBackward(rest, dy, x, { ...statistics, ofBatch: false }, scaling?.w, layout);
      return [y, statistics.mean, statistics.variance, statistics.factor, dx, sums, products, again, rest];
    });
  }
}

test.each([
  [{ blocks: 128, groups: 512, inner: 1 }], [{ blocks: 33, groups: 12, inner: 1 }], [{ blocks: 50, groups: 10, inner: 1 }],
  [{ blocks: 2, groups: 8, inner: 144 }], [{ blocks: 9, groups: 7, inner: 49 }], [{ blocks: 40, groups: 6, inner: 4 }],
  [{ blocks: 60, groups: 6, inner: 3 }], [{ blocks: 1, groups: 300, inner: 5 }],
])("kernels and loops give the same bits for %p, finite and not", (layout) => {
  for (const specials of [0, 1, 12]) expectSameNormalization(layout, specials);
});

test.each([1e38, 1e32, 1e-32, 1e-38])("and for numbers of about %p", (size) => {
  for (const inner of [1, 49]) expectSameNormalization({ blocks: 9, groups: 8, inner }, 0, size);
});

test("float32 numbers whose differences overflow in float32 are normalized", () => {
  // Mean -1.5e38 and deviations of 1.5e38 and 4.5e38: -1/√3 and √3.
  const x = new Float32Array(256).fill(-3e38), y = new Float32Array(256);
  for (let i = 3; i < 256; i += 4) x[i] = 3e38;
  standardize(y, x, 1e-5, undefined, { blocks: 1, groups: 1, inner: 256 });
  expect(Array.from(y.subarray(0, 4))).toEqual([-1, -1, -1, 3].map((value) => Math.fround(value / Math.sqrt(3))));
});

test("on layouts at random", () => {
  const layouts = fc.record<Groups>({
    blocks: fc.integer({ min: 1, max: 30 }), groups: fc.integer({ min: 1, max: 30 }), inner: fc.integer({ min: 1, max: 30 }),
  });
  const specials = fc.integer({ min: 0, max: 3 });
  const property = fc.property(layouts, specials, (layout, count) => expectSameNormalization(layout, count));
  fc.assert(property, { seed: 20261123, numRuns: 100 });
});

test("statistics stay exact far from zero, where squares would be lost in float32", () => {
  // 4096 and 4096 ± 1: mean 4096, variance 2/3.
  const x = Float32Array.of(4095, 4096, 4097), y = new Float32Array(3);
  const { mean, variance } = standardize(y, x, 1e-12, undefined, { blocks: 3, groups: 1, inner: 1 });
  expect([mean[0], variance[0]]).toEqual([4096, 2 / 3]);
  // √(3/2), the nearest float32.
  expect(Array.from(y)).toEqual([-Math.fround(Math.sqrt(1.5)), 0, Math.fround(Math.sqrt(1.5))]);
});
