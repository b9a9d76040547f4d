/** The adaptive optimizers by the kernels against the loops that define it. */
import { adaGrad, adam, adamUpdateIsFinite, rmsProp, type AdamScalars, type Update } from "../../src/ops/adaptive.ts";
import { resident, residentZeros } from "../../src/backends/resident.ts";
import { Tensor } from "../../src/tensor/tensor.ts";
import { awkward, expectSameBothWays } from "../backends/both-ways.ts";

type Step = AdamScalars & Pick<Update, "learningRate" | "weightDecay" | "t">;

const USUAL: Step = {
  learningRate: 0.001, weightDecay: 0, t: 1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decoupled: false,
};
const STEPS: readonly (readonly [string, Partial<Step>])[] = [
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
        const update = { ...step, value, slots: [mean, square], gradient: slopes }, before = [value.slice(), mean.slice(), square.slice()];
        const finite = adamUpdateIsFinite(update, step);
        expect([value, mean, square]).toEqual(before);
        adam(update, step);
        const isFinite = [value, mean, square].every((array) => array.every(Number.isFinite));
        expect(finite).toBe(isFinite);
        return [value, mean, square];
      });
    }
  });
});

describe.each([0, 0.1])("with decay %p", (weightDecay) => {
  const common = { learningRate: 0.01, weightDecay, t: 3 }, epsilon = 1e-8;
  const someWay = (count: number, take: (update: Update) => void) => {
    for (const length of [1, 255, 256, 259, 5000]) for (const specials of [0, 5]) {
      const numbers = [2, 4, 6, 8, 10].map((seed) => awkward(length, seed * 7 + length, 0.8, specials));
      expectSameBothWays({ length, specials }, () => {
        const [value, gradient, square, ...rest] = numbers.map((array) => array.slice());
        const slots = [square.map(Math.abs), ...rest].slice(0, count);
        take({ ...common, value, slots, gradient });
        return [value, ...slots];
      });
    }
  };

  test.each([[false, 0, 1], [true, 0, 2], [false, 0.9, 2], [true, 0.9, 3]])(
    "a step of RMSProp, centered %p, with momentum %p", (centered, momentum, count) => {
      someWay(count, (update) => rmsProp(update, { decayRate: 0.99, centered, momentum, epsilon }));
    },
  );

  test("a step of AdaGrad", () => {
    someWay(1, (update) => adaGrad(update, { learningRateDecay: 0.1, epsilon }));
  });
});

test("numbers that live in the kernels' memory are stepped there", () => {
  const start = awkward(20011, 3), slopes = awkward(20011, 5);
  expectSameBothWays("at home", () => {
    const value = resident(new Tensor(start, [20011])), slots = [residentZeros(value), residentZeros(value)];
    const gradient = residentZeros(value);
    gradient.data.set(slopes);
    const numbers = { value: value.data, slots: slots.map(({ data }) => data), gradient: gradient.data };
    for (let t = 1; t <= 3; t++) {
      const update = { ...USUAL, ...numbers, t };
      expect(adamUpdateIsFinite(update, USUAL)).toBe(true);
      adam(update, USUAL);
    }
    return [numbers.value, ...numbers.slots];
  });
});
