/** The adaptive optimizers by the kernels against the loops that define it. */
import { adaGrad, adam, adamUpdateIsFinite, rmsProp, type AdamStep } from "../../src/ops/adaptive.ts";
import { resident, residentZeros } from "../../src/backends/resident.ts";
import { Tensor } from "../../src/tensor/tensor.ts";
import { awkward, expectSameBothWays } from "../backends/both-ways.ts";

const USUAL: AdamStep = {
  learningRate: 0.001, weightDecay: 0, t: 1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decoupled: false,
};
const STEPS: readonly (readonly [string, Partial<AdamStep>])[] = [
  ["as usual", {}], ["the hundredth", { t: 100 }], ["with decay", { weightDecay: 0.1 }],
  ["with decay of its own", { weightDecay: 0.1, decoupled: true }], ["that is long", { learningRate: 10 }],
  ["with an epsilon that float32 has not", { epsilon: 1e-60 }], ["without means", { beta1: 0, beta2: 0 }],
];

describe.each(STEPS)("a step of Adam %s", (_, change) => {
  const step = { ...USUAL, ...change };

  test.each([1, 255, 256, 259, 5000])("of %p numbers gives the loops' bits and their verdict", (length) => {
    for (const specials of [0, 1, 5]) for (const scale of [1, 1e-22, 1e25]) {
      const numbers = [2, 4, 6, 8].map((seed) => awkward(length, seed * 7 + length, 0.8, specials));
      expectSameBothWays({ length, specials, scale }, () => {
        const [value, mean, square, slopes] = numbers.map((array) => array.slice());
        for (let i = 0; i < length; i++) {
          square[i] = Math.abs(square[i]);
          slopes[i] *= scale;
        }
        const kept = [mean, square], before = [value.slice(), mean.slice(), square.slice()];
        const finite = adamUpdateIsFinite({ value, kept }, slopes, step);
        expect([value, mean, square]).toEqual(before);
        adam({ value, kept }, slopes, step);
        const isFinite = [value, mean, square].every((array) => array.every(Number.isFinite));
        expect(finite).toBe(isFinite);
        return [value, mean, square];
      });
    }
  });
});

describe.each([0, 0.1])("with decay %p", (weightDecay) => {
  const common = { learningRate: 0.01, weightDecay, t: 3, epsilon: 1e-8 };
  const someWay = (keeps: number, take: (numbers: { value: Float32Array; kept: Float32Array[] }, g: Float32Array) => void) => {
    for (const length of [1, 255, 256, 259, 5000]) for (const specials of [0, 5]) {
      const numbers = [2, 4, 6, 8, 10].map((seed) => awkward(length, seed * 7 + length, 0.8, specials));
      expectSameBothWays({ length, specials }, () => {
        const [value, gradient, square, ...rest] = numbers.map((array) => array.slice());
        const kept = [square.map(Math.abs), ...rest].slice(0, keeps);
        take({ value, kept }, gradient);
        return [value, ...kept];
      });
    }
  };

  test.each([[false, 0, 1], [true, 0, 2], [false, 0.9, 2], [true, 0.9, 3]])(
    "a step of RMSProp, centered %p, with momentum %p", (centered, momentum, keeps) => {
      someWay(keeps, (numbers, g) => rmsProp(numbers, g, { ...common, decayRate: 0.99, centered, momentum }));
    },
  );

  test("a step of AdaGrad", () => {
    someWay(1, (numbers, g) => adaGrad(numbers, g, { ...common, learningRateDecay: 0.1 }));
  });
});

test("numbers that live in the kernels' memory are stepped there", () => {
  const start = awkward(20011, 3), slopes = awkward(20011, 5);
  expectSameBothWays("at home", () => {
    const value = resident(new Tensor(start, [20011])), kept = [residentZeros(value), residentZeros(value)];
    const gradient = residentZeros(value);
    gradient.data.set(slopes);
    const numbers = { value: value.data, kept: kept.map(({ data }) => data) };
    for (let t = 1; t <= 3; t++) {
      expect(adamUpdateIsFinite(numbers, gradient.data, { ...USUAL, t })).toBe(true);
      adam(numbers, gradient.data, { ...USUAL, t });
    }
    return [numbers.value, ...numbers.kept];
  });
});
