import {
  cosineDecay, exponentialDecay, linearRamp, multiStepDecay, oneCycle, ReduceOnPlateau, sequence, stepDecay,
  type Schedule,
} from "chainrule";
import { errorOf, expectClose } from "../tools.ts";

const learningRate = 8;
const path = (schedule: Schedule, steps: number) => Array.from({ length: steps }, (_, t) => schedule(t));

describe("schedules by hand", () => {
  test("stepDecay halves every two steps", () => {
    expect(path(stepDecay({ learningRate, every: 2, factor: 0.5 }), 5)).toEqual([8, 8, 4, 4, 2]);
  });

  test("multiStepDecay halves at its milestones, twice where one is there twice", () => {
    const schedule = multiStepDecay({ learningRate, milestones: [1, 3, 3], factor: 0.5 });
    expect(path(schedule, 5)).toEqual([8, 4, 4, 1, 1]);
  });

  test("exponentialDecay halves in every step", () => {
    expect(path(exponentialDecay({ learningRate, factor: 0.5 }), 4)).toEqual([8, 4, 2, 1]);
  });

  test("cosineDecay is halfway at half time, lowest at the end, and rises again after it", () => {
    const schedule = cosineDecay({ learningRate, steps: 4, lowest: 2 });
    expectClose([0, 2, 4, 6, 8].map(schedule), [8, 5, 2, 5, 8], 1e-14);
  });

  test("linearRamp goes straight up, and stays", () => {
    expect(path(linearRamp({ from: 0, to: 8, steps: 4 }), 6)).toEqual([0, 2, 4, 6, 8, 8]);
  });

  test("oneCycle rises to the highest in its share of the steps and ends at the lowest", () => {
    const options = { highest: 8, steps: 11, rising: 6 / 11, startDivisor: 4, endDivisor: 2 };
    expectClose([0, 5, 10, 11, 50].map(oneCycle({ ...options, shape: "linear" })), [2, 8, 1, 1, 1], 1e-14);
  });

  test("oneCycle in three phases falls as long as it rose", () => {
    const three = { rising: 0.25, threePhases: true };
    const options = { highest: 8, steps: 12, startDivisor: 4, endDivisor: 2, ...three };
    for (const shape of ["linear", "cosine"] as const) {
      expectClose([0, 1, 2, 3, 4, 11].map(oneCycle({ ...options, shape })), [2, 5, 8, 5, 2, 1], 1e-14);
    }
  });

  test("oneCycle has no NaN where a phase has no length", () => {
    expect(oneCycle({ highest: 8, steps: 10, rising: 0.1 })(0)).toBe(8);
    expect(path(oneCycle({ highest: 8, steps: 1 }), 2).every(Number.isFinite)).toBe(true);
  });

  test("sequence: each part counts from 0 when its turn comes, the last goes on", () => {
    const schedule = sequence([
      { schedule: linearRamp({ from: 0, to: 8, steps: 2 }), steps: 2 }, { schedule: () => 5, steps: 1 },
      { schedule: exponentialDecay({ learningRate, factor: 0.5 }) },
    ]);
    expect(path(schedule, 6)).toEqual([0, 4, 5, 8, 4, 2]);
  });

  test("sequence stays in a last part that has run out of steps", () => {
    expect(path(sequence([{ schedule: (t) => t, steps: 2 }]), 4)).toEqual([0, 1, 2, 3]);
  });
});

describe("ReduceOnPlateau", () => {
  const after = (options: object, values: number[]) => {
    const plateau = new ReduceOnPlateau({ factor: 0.5, ...options });
    let rate = 8;
    return values.map((value) => (rate = plateau.next(value, rate)));
  };

  test("halves when one value more than its patience has brought nothing better", () => {
    expect(after({ patience: 1 }, [1, 1, 1, 1, 1])).toEqual([8, 8, 4, 4, 2]);
  });

  test("in its cooldown counts nothing", () => {
    expect(after({ patience: 0, cooldown: 2 }, [1, 1, 1, 1, 1])).toEqual([8, 4, 4, 4, 2]);
  });

  test("counts as better what is better by more than the threshold", () => {
    const options = { patience: 0, threshold: 0.5 };
    expect(after(options, [1, 0.6])).toEqual([8, 4]);
    expect(after(options, [1, 0.4])).toEqual([8, 8]);
    expect(after({ ...options, thresholdMode: "absolute", mode: "max" }, [1, 1.6])).toEqual([8, 8]);
  });

  // By hand: with a threshold of 0.5 the margin of -4 is 2, so that what is better than -4 is below -6, or above -2.
  test("fault 76: a value below zero that stays, or gets worse, is a plateau, whatever the mode", () => {
    expect(after({ patience: 1 }, [-1, -1, -1])).toEqual([8, 8, 4]);
    expect(after({ patience: 1 }, [-1, -0.99995, -0.99995])).toEqual([8, 8, 4]);
    const options = { patience: 0, threshold: 0.5 };
    expect(after(options, [-4, -5.9])).toEqual([8, 4]);
    expect(after(options, [-4, -6.1])).toEqual([8, 8]);
    expect(after({ ...options, mode: "max" }, [-4, -2.1])).toEqual([8, 4]);
    expect(after({ ...options, mode: "max" }, [-4, -1.9])).toEqual([8, 8]);
  });

  test("after an infinite value a finite one that is better counts", () => {
    expect(after({ patience: 0, mode: "max" }, [-1e308, 1e308, Infinity, Infinity])).toEqual([8, 8, 8, 4]);
    const plateau = new ReduceOnPlateau({ patience: 0 });
    plateau.load({ best: "Infinity", waited: 0, cooling: 0 });
    expect(plateau.next(1, 8)).toBe(8);
  });

  test.each([true, "", "1", [5], undefined, "NaN"])("refuses a state whose best is %p", (best) => {
    const plateau = new ReduceOnPlateau();
    expect(errorOf(() => plateau.load({ best: best as never, waited: 0, cooling: 0 })).name).toBe("DataError");
  });

  test("does not go below the lowest", () => {
    expect(after({ patience: 0, lowest: 3 }, [1, 1, 1, 1])).toEqual([8, 4, 3, 3]);
  });

  test("goes on from its state, by way of JSON", () => {
    const [one, two] = [new ReduceOnPlateau({ patience: 1 }), new ReduceOnPlateau({ patience: 1 })];
    for (const value of [1, 1]) one.next(value, 8);
    two.load(JSON.parse(JSON.stringify(one.state())) as never);
    expect(two.next(1, 8)).toBe(0.8);
    expect(errorOf(() => two.load({ best: 1, waited: -1, cooling: 0 })).name).toBe("DataError");
    expect(errorOf(() => two.load(null)).name).toBe("DataError");
  });

  test("refuses NaN, remembering nothing of it", () => {
    const plateau = new ReduceOnPlateau(), before = plateau.state();
    expect(errorOf(() => plateau.next(NaN, 8)).name).toBe("NumericError");
    expect(plateau.state()).toEqual(before);
  });
});

test.each([
  ["stepDecay every", () => stepDecay({ learningRate, every: 0, factor: 0.5 })],
  ["stepDecay factor", () => stepDecay({ learningRate, every: 1, factor: 0 })],
  ["exponentialDecay learningRate", () => exponentialDecay(undefined as never)],
  ["multiStepDecay milestones", () => multiStepDecay({ learningRate, milestones: 3 as never, factor: 0.5 })],
  [
    "multiStepDecay milestones, at index 1",
    () => multiStepDecay({ learningRate, milestones: [1, 0.5], factor: 1 }),
  ],
  ["cosineDecay steps", () => cosineDecay({ learningRate, steps: NaN })],
  ["linearRamp from", () => linearRamp({ from: -1, to: 1, steps: 2 })],
  ["oneCycle rising", () => oneCycle({ highest: 1, steps: 10, rising: 0.6, threePhases: true })],
  ["sequence", () => sequence([])],
  ["sequence part 0 steps", () => sequence([{ schedule: () => 1 }, { schedule: () => 1 }])],
  ["sequence part 0 schedule", () => sequence([{ schedule: 1 as never }])],
  ["ReduceOnPlateau factor", () => new ReduceOnPlateau({ factor: 1 })],
  ["ReduceOnPlateau patience", () => new ReduceOnPlateau({ patience: 1.5 })],
])("%s out of range is refused", (where, make) => {
  expect(errorOf(make)).toMatchObject({ name: "OptionError", where });
});
