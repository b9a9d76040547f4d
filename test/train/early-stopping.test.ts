import { jest } from "@jest/globals";
import {
  BestWeights, EarlyStopping, ExponentialMovingAverage, movingAverage, stepLimit, timeLimit, type Callback,
  type EpochRecord, type Trainer,
} from "chainrule";
import { errorOf, rejectionOf } from "../tools.ts";
import { data, makeNetwork, makeTrainer, weightsOf } from "./network.ts";

const withCallbacks = (...callbacks: Callback[]) => makeTrainer(makeNetwork(), { callbacks });
const fit = (trainer: Trainer, epochs: number) =>
  trainer.fit(data(), { epochs, batchSize: 6, validation: data() });

/** Watches these values, epoch by epoch. */
const valuesOf = (...values: number[]) => ({ watch: ({ epoch }: EpochRecord) => values[epoch - 1] });

/** The weights after so many epochs, left alone. */
async function weightsAfter(epochs: number): Promise<number[][]> {
  const trainer = withCallbacks();
  await fit(trainer, epochs);
  return weightsOf(trainer);
}

describe("EarlyStopping", () => {
  test("stops after its patience, and puts the best epoch's weights back", async () => {
    const stopping = new EarlyStopping({ ...valuesOf(3, 1, 2, 2, 0), patience: 2 });
    const trainer = withCallbacks(stopping);
    expect(await fit(trainer, 5)).toHaveLength(4);
    expect(stopping.record?.epoch).toBe(2);
    expect(weightsOf(trainer)).toEqual(await weightsAfter(2));
  });

  test("puts them back also when it never fires", async () => {
    const trainer = withCallbacks(new EarlyStopping({ ...valuesOf(1, 2, 3), patience: 9 }));
    expect(await fit(trainer, 3)).toHaveLength(3);
    expect(weightsOf(trainer)).toEqual(await weightsAfter(1));
  });

  test("leaves the last weights where it is told to", async () => {
    const trainer = withCallbacks(new EarlyStopping({ ...valuesOf(1, 2), restoreBest: false }));
    await fit(trainer, 2);
    expect(weightsOf(trainer)).toEqual(await weightsAfter(2));
  });

  test("in mode max looks for high values, better by more than minDelta", async () => {
    const stopping = new EarlyStopping({ ...valuesOf(1, 1.5, 3, 3.5), mode: "max", minDelta: 1 });
    await fit(withCallbacks(stopping), 4);
    expect(stopping.value).toBe(3);
  });

  test("watches the validation loss where nothing is said, and needs one", async () => {
    const stopping = new EarlyStopping(), trainer = withCallbacks(stopping);
    const records = await fit(trainer, 2);
    expect(stopping.value).toBe(Math.min(...records.map(({ validation }) => validation?.loss ?? NaN)));
    const without = withCallbacks(new EarlyStopping()).fit(data(), { epochs: 1 });
    expect((await rejectionOf(without)).where).toBe("watch");
  });

  test("refuses a watch that gives NaN, naming the epoch", async () => {
    const trainer = withCallbacks(new EarlyStopping(valuesOf(1, NaN)));
    expect(await rejectionOf(fit(trainer, 2))).toMatchObject({
      name: "NumericError", where: "EarlyStopping watch", given: "NaN in epoch 2",
    });
  });

  test.each([["patience", 0], ["mode", "up"], ["minDelta", -1], ["watch", "loss"], ["restoreBest", 1]])(
    "refuses %s %p", (option, value) => {
      expect(errorOf(() => new EarlyStopping({ [option]: value })).where).toBe(`EarlyStopping ${option}`);
    },
  );

  test("an option of another name is refused, with the nearest", () => {
    expect(errorOf(() => new EarlyStopping({ restoreBestWeights: true } as never)).advice)
      .toBe("Did you mean restoreBest?");
  });
});

describe("BestWeights", () => {
  test("changes nothing until restore is called", async () => {
    const best = new BestWeights(valuesOf(2, 1, 3)), trainer = withCallbacks(best);
    expect(errorOf(() => best.restore(trainer.network)).name).toBe("CallOrderError");
    await fit(trainer, 3);
    expect(weightsOf(trainer)).toEqual(await weightsAfter(3));
    best.restore(trainer.network);
    expect(weightsOf(trainer)).toEqual(await weightsAfter(2));
  });

  test("keeps a copy, which further training does not reach", async () => {
    const best = new BestWeights(valuesOf(1, 2, 3)), trainer = withCallbacks(best);
    await fit(trainer, 1);
    await fit(trainer, 2);
    best.restore(trainer.network);
    expect(weightsOf(trainer)).toEqual(await weightsAfter(1));
  });
});

describe("limits", () => {
  test("stepLimit ends in the middle of an epoch, and counts anew in each fit", async () => {
    const trainer = withCallbacks(stepLimit(3));
    expect((await fit(trainer, 5)).map(({ steps }) => steps)).toEqual([2, 1]);
    expect((await fit(trainer, 5)).map(({ steps }) => steps)).toEqual([2, 1]);
  });

  test("timeLimit lets fit end after the step in which time is up", async () => {
    const start = performance.now();
    let now = start;
    const clock = jest.spyOn(performance, "now").mockImplementation(() => now);
    try {
      const slow: Callback = { onStepEnd: () => { now += 25; } };
      const [record] = await fit(withCallbacks(slow, timeLimit(0.02)), 5);
      expect(record.steps).toBe(1);
      now = start;
      expect((await fit(withCallbacks(slow, timeLimit(0.06)), 5)).map(({ steps }) => steps)).toEqual([2, 1]);
    } finally {
      clock.mockRestore();
    }
  });

  test.each([0, 1.5, NaN])("a limit of %p steps is refused", (steps) => {
    expect(errorOf(() => stepLimit(steps)).where).toBe("stepLimit steps");
  });

  test.each([0, -1, NaN])("a limit of %p seconds is refused", (seconds) => {
    expect(errorOf(() => timeLimit(seconds)).where).toBe("timeLimit seconds");
  });
});

test("a moving average is kept step by step, and evaluating it disturbs nothing", async () => {
  const average = new ExponentialMovingAverage({ decay: 0.5 });
  const trainer = withCallbacks(movingAverage(average), {
    onStepEnd: (it) => void average.using(it.network.parameters, () => it.evaluate(data())),
  });
  await fit(trainer, 2);
  expect(weightsOf(trainer)).toEqual(await weightsAfter(2));
  average.using(trainer.network.parameters, () => {
    expect(weightsOf(trainer)).not.toEqual(weightsOf(withCallbacks()));
  });
});
