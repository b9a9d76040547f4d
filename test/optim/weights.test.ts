import {
  ExponentialMovingAverage, L1, L2, NonNegative, Parameter, SGD, tensor, UnitNorm, type ParameterOptions,
} from "chainrule";
import { double, errorOf, expectClose, numbers } from "../tools.ts";

const weights = (values: number[], options: ParameterOptions = {}) =>
  new Parameter("w", double(values), options);

describe("penalties", () => {
  test("L1 costs λ·Σ|w| and pulls by λ towards 0, at 0 not at all", () => {
    const made = weights([2, -3, 0]), l1 = new L1(0.5);
    made.grad.data.fill(1);
    expect(l1.cost([made])).toBe(2.5);
    l1.addGradients([made]);
    expect(numbers(made.grad)).toEqual([1.5, 0.5, 1]);
  });

  test("L2 costs λ·Σw² and pulls by 2·λ·w", () => {
    const made = weights([2, -3]), l2 = new L2(0.5);
    expect(l2.cost([made])).toBe(6.5);
    l2.addGradients([made]);
    expect(numbers(made.grad)).toEqual([2, -3]);
  });

  test("leave out what is frozen or opts out of decay, and count what is shared once", () => {
    const made = weights([2]), bias = weights([5], { decay: false }), frozen = weights([7]);
    frozen.frozen = true;
    expect(new L2(1).cost([made, bias, frozen, made])).toBe(4);
    new L1(1).addGradients([made, bias, frozen, made]);
    expect([made, bias, frozen].map(({ grad }) => grad.data[0])).toEqual([1, 0, 0]);
  });

  test.each([-1, NaN, Infinity])("a strength of %p is refused", (strength) => {
    expect(errorOf(() => new L1(strength)).where).toBe("L1 strength");
    expect(errorOf(() => new L2(strength)).where).toBe("L2 strength");
  });
});

describe("constraints", () => {
  test("UnitNorm scales each column to norm 1, and leaves one of zeros", () => {
    const w = double([[3, 0, 0.5], [4, 0, 0]]);
    new UnitNorm().apply(w);
    expectClose(w, [0.6, 0, 1, 0.8, 0, 0], 1e-15);
  });

  test("NonNegative makes what is negative 0, after the optimizer's update", () => {
    const made = weights([1, 1], { constraint: new NonNegative() });
    made.grad.data.set([2, 0.5]);
    new SGD({ learningRate: 1 }).step([made]);
    expect(numbers(made.value)).toEqual([0, 0.5]);
  });
});

describe("ExponentialMovingAverage", () => {
  const averaged = () => {
    const made = weights([1]), average = new ExponentialMovingAverage({ decay: 0.75 });
    average.update([made]);
    made.value = double([5]);
    average.update([made]);
    return { made, average };
  };

  test("starts as the first weights and moves a quarter of the way: 1 + 0.25·4", () => {
    const { made, average } = averaged();
    average.swap([made]);
    expect(numbers(made.value)).toEqual([2]);
    expect(average.isSwappedIn).toBe(true);
    average.swap([made]);
    expect(numbers(made.value)).toEqual([5]);
  });

  test("stands in while something runs, and is put back also after a throw", () => {
    const { made, average } = averaged();
    expect(average.using([made], () => numbers(made.value))).toEqual([2]);
    expect(() => average.using([made], () => { throw new Error("mine"); })).toThrow("mine");
    expect(numbers(made.value)).toEqual([5]);
    expect(average.isSwappedIn).toBe(false);
  });

  test("takes nothing in while it is swapped in", () => {
    const { made, average } = averaged();
    average.swap([made]);
    for (const refused of [
      () => average.update([made]), () => average.using([made], () => 0), () => average.state([made]),
    ]) {
      expect(errorOf(refused)).toMatchObject({ name: "CallOrderError", advice: "Call swap once more, or await what using returns." });
    }
  });

  test("does not swap what it has never seen, and then nothing else", () => {
    const { made, average } = averaged();
    expect(errorOf(() => average.swap([made, weights([3])])).name).toBe("CallOrderError");
    expect(numbers(made.value)).toEqual([5]);
  });

  test("goes on from its state, by way of JSON", () => {
    const { made, average } = averaged(), other = new ExponentialMovingAverage({ decay: 0.75 });
    other.load(JSON.parse(JSON.stringify(average.state([made]))) as never, [made]);
    other.update([made]);
    expect(other.using([made], () => numbers(made.value))).toEqual([2.75]);
    expect(errorOf(() => other.load([null, null], [made])).given).toBe("2 averages for 1 parameters");
    expect(errorOf(() => other.load([0], [made])).given).toContain('none that fits "w"');
    expect(other.using([made], () => numbers(made.value))).toEqual([2.75]);
  });

  test("keeps copies: later changes of the weights do not reach it", () => {
    const made = new Parameter("w", tensor([1])), average = new ExponentialMovingAverage({ decay: 0 });
    average.update([made]);
    made.value.data[0] = 9;
    expect(average.using([made], () => numbers(made.value))).toEqual([1]);
  });

  test.each([1, -0.1, NaN, undefined])("a decay of %p is refused", (decay) => {
    expect(errorOf(() => new ExponentialMovingAverage({ decay: decay as number })).where)
      .toBe("ExponentialMovingAverage decay");
  });
});

test("dampening works alike on one weight and on twenty thousand", () => {
  const after = (count: number) => {
    const made = new Parameter("w", tensor(new Array<number>(count).fill(1)));
    const sgd = new SGD({ learningRate: 0.1, momentum: 0.9, dampening: 0.3 });
    for (let step = 0; step < 3; step++) {
      made.grad.data.fill(0.7);
      sgd.step([made]);
    }
    return new Set(numbers(made.value));
  };
  expect(after(20000)).toEqual(after(1));
});
