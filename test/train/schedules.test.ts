import { linearRamp, ReduceOnPlateau, schedule, scheduleOnPlateau, SGD, type Callback } from "chainrule";
import { errorOf, rejectionOf } from "../tools.ts";
import { data, makeNetwork, makeTrainer } from "./network.ts";

/** Hears the rate that each step uses. */
function listening(rates: number[]): Callback {
  return { onStepEnd: ({ optimizer }) => void rates.push(optimizer.learningRate) };
}

const fit = { epochs: 2, batchSize: 6 };

describe("schedule", () => {
  test("sets the rate before each step, and goes on in the next fit", async () => {
    const rates: number[] = [], ramp = schedule(linearRamp({ from: 0, to: 8, steps: 8 }));
    const trainer = makeTrainer(makeNetwork(), { callbacks: [ramp, listening(rates)] });
    const records = await trainer.fit(data(), fit);
    await trainer.fit(data(), { ...fit, epochs: 1 });
    expect(rates).toEqual([0, 1, 2, 3, 4, 5]);
    expect(records.map(({ learningRate }) => learningRate)).toEqual([1, 3]);
  });

  test("by epochs holds the rate for all steps of one", async () => {
    const rates: number[] = [], rule = schedule((t) => 0.5 + t, { every: "epoch" });
    await makeTrainer(makeNetwork(), { callbacks: [rule, listening(rates)] }).fit(data(), fit);
    expect(rates).toEqual([0.5, 0.5, 1.5, 1.5]);
  });

  test("its count can be put back", async () => {
    const rates: number[] = [], rule = schedule((t) => t);
    rule.made = 5;
    const trainer = makeTrainer(makeNetwork(), { callbacks: [rule, listening(rates)] });
    await trainer.fit(data(), { ...fit, epochs: 1 });
    expect(rates).toEqual([5, 6]);
  });

  test("a rate the optimizer refuses ends fit", async () => {
    const trainer = makeTrainer(makeNetwork(), { callbacks: [schedule(() => NaN)] });
    expect((await rejectionOf(trainer.fit(data(), fit))).where).toBe("SGD learningRate");
  });

  test("refuses what is no schedule", () => {
    expect(errorOf(() => schedule(0.1 as never)).where).toBe("schedule");
    expect(errorOf(() => schedule(() => 1, { every: "row" as never })).where).toBe("schedule every");
  });
});

describe("scheduleOnPlateau", () => {
  const halving = () => new ReduceOnPlateau({ factor: 0.5, patience: 0, threshold: 0, mode: "max" });

  test("sets the rate after each epoch by what is watched", async () => {
    const watch = () => 1, optimizer = new SGD({ learningRate: 8e-3 });
    const callbacks = [scheduleOnPlateau(halving(), { watch })];
    const trainer = makeTrainer(makeNetwork(), { optimizer, callbacks });
    const records = await trainer.fit(data(), { ...fit, epochs: 3 });
    expect(records.map(({ learningRate }) => learningRate)).toEqual([8e-3, 8e-3, 4e-3]);
  });

  test("without a watch and without validation says so", async () => {
    const trainer = makeTrainer(makeNetwork(), { callbacks: [scheduleOnPlateau(halving())] });
    expect(await rejectionOf(trainer.fit(data(), fit))).toMatchObject({
      where: "watch", advice: expect.stringContaining("validation set") as string,
    });
  });
});
