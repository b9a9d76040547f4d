/** Max-pooling by the kernels against the loops that define it. */
import * as fc from "fast-check";
import { maxPool, maxPoolBackward } from "../../src/ops/pooling.ts";
import { Tensor } from "../../src/tensor/tensor.ts";
import { awkward, expectSameBothWays } from "../backends/both-ways.ts";

const pair = (min: number, max: number) => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));

test("kernels and loops find the same largest numbers in the same places, ties, -0, NaN and all", () => {
  const cases = fc.record({
    planes: pair(1, 5), size: pair(4, 30), kernel: pair(1, 4), stride: pair(1, 4),
    share: fc.double({ min: 0, max: 1, noNaN: true }), specials: fc.integer({ min: 0, max: 30 }),
  });
  fc.assert(fc.property(cases, ({ planes, size, kernel, stride, share, specials }) => {
    const places = [0, 1].map((axis) => Math.floor((size[axis] - kernel[axis]) / stride[axis]) + 1);
    const xShape = [...planes, ...size], yShape = [...planes, ...places];
    const lengthOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
    const x = new Tensor(awkward(lengthOf(xShape), 3, share, specials), xShape);
    const dy = new Tensor(awkward(lengthOf(yShape), 5), yShape);
    expectSameBothWays({ planes, size, kernel, stride }, () => {
      const y = new Tensor(awkward(lengthOf(yShape), 7), yShape), dx = new Tensor(awkward(lengthOf(xShape), 9), xShape);
      const winners = maxPool(y, x, { kernel, stride, padding: [0, 0] });
      maxPoolBackward(dx, dy, winners);
      return [y.data, winners, dx.data];
    });
  }), { seed: 20261123, numRuns: 300 });
});
