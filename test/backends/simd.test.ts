/** The SIMD kernels against the loops that define the operations: the same bits, whatever the shape and numbers. */
import * as fc from "fast-check";
import { backendInUse } from "../../src/backends/in-use.ts";
import { resident, residentZeros } from "../../src/backends/resident.ts";
import * as reference from "../../src/backends/reference.ts";
import * as simd from "../../src/backends/dispatch.ts";
import type { Backend } from "../../src/backends/backend.ts";
import { Tensor } from "../../src/tensor/tensor.ts";
import { awkward as numbers } from "./both-ways.ts";

const SEED = { seed: 20261123 };

function expectSameBits(given: ArrayLike<number>, wanted: ArrayLike<number>, what: unknown): void {
  expect(given.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    if (Object.is(given[i], wanted[i])) continue;
    throw new Error(`${JSON.stringify(what)}: number ${i} is ${given[i]} and not ${wanted[i]}`);
  }
}

/** Runs the same work with both, on copies of the same arrays, and compares all arrays afterwards. */
function expectSame(what: unknown, arrays: Float32Array[], work: (by: Backend, ...copies: Float32Array[]) => unknown): void {
  const ours = arrays.map((array) => array.slice()), theirs = arrays.map((array) => array.slice());
  const given = work(simd, ...ours), wanted = work(reference, ...theirs);
  expect(given).toEqual(wanted);
  ours.forEach((array, i) => expectSameBits(array, theirs[i], what));
}

interface Product {
  m: number;
  k: number;
  n: number;
  transposeA: boolean;
  transposeB: boolean;
  accumulate: boolean;
  share: number;
  specials: number;
  seed: number;
}

function expectSameProduct(product: Product): void {
  const { m, k, n, share, specials, seed, accumulate } = product;
  const out = numbers(m * n, seed + 1, 1, accumulate ? specials : 0);
  const a = numbers(m * k, seed + 2, share, specials), b = numbers(k * n, seed + 3, 1, specials);
  expectSame(product, [out, a, b], (by, x, y, z) => { by.matmul(x, y, z, product, accumulate); });
}

const flags = [false, true];
const SHAPES = [
  [1, 1, 1], [1, 10000, 3], [2, 333, 65], [3, 50, 41], [7, 5, 211], [5, 7, 307], [32, 300, 100], [33, 257, 31],
  [16, 1000, 10], [101, 1, 103], [5, 513, 129], [8, 256, 32], [9, 260, 33], [47, 89, 83], [44, 300, 96], [4, 2000, 5],
];

test("this engine has the kernels", () => {
  expect(backendInUse().backend).toBe("simd");
});

describe("matmul gives the reference's bits", () => {
  for (const [m, k, n] of SHAPES) {
    test(`${m}×${k}×${n}, in every orientation, sparse and dense, finite and not`, () => {
      for (const transposeA of flags) for (const transposeB of flags) for (const accumulate of flags) {
        for (const share of [0, 0.2, 1]) for (const specials of [0, 3]) {
          expectSameProduct({ m, k, n, transposeA, transposeB, accumulate, share, specials, seed: m + k + n });
        }
      }
    });
  }

  test("on shapes and values at random", () => {
    const products = fc.record<Product>({
      m: fc.integer({ min: 0, max: 70 }), k: fc.integer({ min: 0, max: 600 }), n: fc.integer({ min: 0, max: 90 }),
      transposeA: fc.boolean(), transposeB: fc.boolean(), accumulate: fc.boolean(),
      share: fc.double({ min: 0, max: 1, noNaN: true }), specials: fc.integer({ min: 0, max: 4 }),
      seed: fc.integer({ min: 1, max: 1e9 }),
    });
    fc.assert(fc.property(products, expectSameProduct), { ...SEED, numRuns: 300 });
  });

  test("zero times infinity shows as NaN, and only in its column", () => {
    const out = new Float32Array(64 * 64), a = new Float32Array(64 * 64), b = numbers(64 * 64, 5);
    b[7 * 64 + 40] = Infinity;
    simd.matmul(out, a, b, { m: 64, k: 64, n: 64, transposeA: false, transposeB: false }, false);
    const wrong = [...out.keys()].filter((i) => !Object.is(out[i], i % 64 === 40 ? NaN : 0));
    expect(wrong).toEqual([]);
  });

  test("when weights live in the kernels' memory and gradients are added there", () => {
    const m = 40, k = 200, n = 131;
    const w = new Tensor(numbers(k * n, 3), [k, n]), x = numbers(m * k, 4, 0.3), dy = numbers(m * n, 6, 0.4);
    const value = resident(w), dw = new Float32Array(k * n);
    // The first work in that memory leaves its numbers there before the gradient moves in.
    simd.matmul(new Float32Array(m * n), x, value.data, { m, k, n, transposeA: false, transposeB: false }, false);
    const grad = residentZeros(value);
    for (let step = 0; step < 2; step++) {
      simd.matmul(grad.data, x, dy, { m: k, k: m, n, transposeA: true, transposeB: false }, true);
      reference.matmul(dw, x, dy, { m: k, k: m, n, transposeA: true, transposeB: false }, true);
    }
    expectSameBits(grad.data, dw, "dw");
    const dx = new Float32Array(m * k), wanted = new Float32Array(m * k);
    simd.matmul(dx, dy, value.data, { m, k: n, n: k, transposeA: false, transposeB: true }, false);
    reference.matmul(wanted, dy, w.data, { m, k: n, n: k, transposeA: false, transposeB: true }, false);
    expectSameBits(dx, wanted, "dx");
    expectSameBits(value.data, w.data, "weights unchanged");
  });
});

describe("each other operation gives the reference's bits", () => {
  const LENGTHS = [1, 2, 3, 5, 7, 255, 256, 257, 1021, 16384, 16385, 40003];
  const each = (name: string, check: (length: number, specials: number) => void) => {
    test(name, () => {
      for (const length of LENGTHS) for (const specials of [0, 20]) check(length, specials);
    });
  };
  const three = (length: number, specials: number) =>
    [1, 2, 3].map((seed) => numbers(length, seed * 7 + length, 0.7, specials));

  each("addTo", (length, s) => expectSame(length, three(length, s), (by, y, x) => { by.addTo(y, x); }));
  each("multiply", (length, s) => expectSame(length, three(length, s), (by, out, x, y) => { by.multiply(out, x, y); }));
  each("scale", (length, s) => expectSame(length, three(length, s), (by, y, x) => { by.scale(y, x, 0.1); }));
  each("relu", (length, s) => expectSame(length, three(length, s), (by, y, x) => { by.relu(y, x); }));
  each("reluBackward", (length, s) => {
    expectSame(length, three(length, s), (by, dx, dy, y) => { by.reluBackward(dx, dy, y); });
  });
  each("applyMask", (length, s) => {
    const [y, x, mask] = three(length, s);
    expectSame(length, [y, x, mask.map((v) => (v > 0 ? 1 : 0))], (by, out, a, b) => { by.applyMask(out, a, b, 1 / 0.8); });
  });
  each("isFinite", (length, s) => expectSame(length, three(length, s), (by, x) => by.allFinite(x)));

  test("bernoulli, also where a chunk ends and for thresholds at the ends", () => {
    for (const length of LENGTHS) for (const probability of [0, 1e-12, 0.2, 0.5, 0.8, 1 - 2 ** -33, 1]) {
      const out = new Float32Array(length);
      expectSame([length, probability], [out], (by, x) => { by.bernoulli(x, [123456789, -987654321], probability); });
    }
  });

  const MATRICES = [[1, 300], [300, 1], [3, 100], [37, 41], [128, 10], [50, 1024], [7, 20000]];
  test("addRow, addColumnSums and maxNorm", () => {
    for (const [rows, columns] of MATRICES) for (const specials of [0, 5]) {
      const x = numbers(rows * columns, rows, 1, specials), row = numbers(columns, columns, 1, specials);
      expectSame([rows, columns], [x, row], (by, y, b) => { by.addRow(y, b); });
      expectSame([rows, columns], [row, x], (by, db, dy) => { by.addColumnSums(db, dy); });
      expectSame([rows, columns], [x], (by, value) => { by.maxNorm(value, { count: columns, inner: 1 }, 1.7); });
    }
  });

  test("sgd and its look ahead", () => {
    for (const length of LENGTHS) for (const specials of [0, 1]) for (const momentum of [0, 0.9]) {
      for (const nesterov of [false, momentum > 0]) for (const weightDecay of [0, 1e-4]) {
        const step = { learningRate: 0.1, weightDecay, t: 2 }, sgd = { momentum, nesterov, dampening: 0 };
        expectSame([length, step, sgd], three(length, specials), (by, value, velocity, gradient) => {
          const update = { ...step, value, slots: [velocity], gradient }, finite = by.sgdUpdateIsFinite(update, sgd);
          by.sgd(update, sgd);
          return finite;
        });
        expectSame([length, step], three(length, specials), (by, value, _, gradient) => {
          by.sgd({ ...step, value, slots: [], gradient }, { momentum: 0, nesterov: false, dampening: 0 });
        });
      }
    }
  });
});

describe("arrays that live in the kernels' memory", () => {
  test("are never used for anything else while a view of them lives", () => {
    const kept = resident(new Tensor(numbers(20000, 9), [20000])).data.subarray(100, 200), before = kept.slice();
    for (let i = 0; i < 100; i++) {
      const other = resident(new Tensor(numbers(20000, i + 10), [20000]));
      simd.addTo(other.data, residentZeros(other).data);
    }
    expectSameBits(kept, before, "a kept view");
  });

  test("keep apart from one another", () => {
    const value = resident(new Tensor(numbers(16411, 2), [16411]));
    const beside = Array.from({ length: 6 }, () => residentZeros(value));
    beside.forEach((zeros, i) => zeros.data.fill(i + 1));
    expectSameBits(value.data, numbers(16411, 2), "the first");
    beside.forEach((zeros, i) => expect(zeros.data.every((number) => number === i + 1)).toBe(true));
  });
});
