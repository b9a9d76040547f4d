import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import {
  Affine, BestWeights, checkpoint, checkpointToBytes, CrossEntropy, Dataset, Dropout, EarlyStopping, Huber, keepSchedule, MeanSquaredError, readCheckpoint,
  ReduceOnPlateau, ReLU, schedule, scheduleOnPlateau, Sequential, split, stepLimit, SGD, tensor, toys, Trainer, type Callback, type EpochRecord, type Json,
} from "chainrule/node";
import { errorOf, rejectionOf, spread32 } from "../tools.ts";
import { data, makeNetwork, makeTrainer, weightsOf } from "./network.ts";

const folder = mkdtempSync(join(tmpdir(), "chainrule-several-"));
afterAll(() => rmSync(folder, { recursive: true }));

const trainerOf = (seed: number, ...callbacks: Callback[]) => makeTrainer(makeNetwork(seed), { callbacks });
const fit = (trainer: Trainer, epochs: number, validation = data()) => trainer.fit(data(), { epochs, batchSize: 6, validation });
/** Watches these values, epoch by epoch. */
const valuesOf = (...values: number[]) => ({ watch: ({ epoch }: EpochRecord) => values[epoch - 1] });
const other = () => new Dataset(spread32(7, 3), [1, 1, 0, 0, 1, 0, 0]);

/** The weights after so many epochs of a trainer that no callback touches. */
async function weightsAfter(epochs: number, seed: number): Promise<number[][]> {
  const trainer = trainerOf(seed);
  await fit(trainer, epochs);
  return weightsOf(trainer);
}

describe("fault 68: a callback that serves several trainers begins anew with each:", () => {
  test("EarlyStopping gives each network its own best weights, and each its own patience", async () => {
    const stopping = new EarlyStopping({ ...valuesOf(3, 1, 2, 2, 0), patience: 2 });
    for (const seed of [4, 5, 6]) {
      const trainer = trainerOf(seed, stopping);
      expect(await fit(trainer, 5)).toHaveLength(4);
      expect(weightsOf(trainer)).toEqual(await weightsAfter(2, seed));
    }
  });

  test("EarlyStopping, also if their fits run at the same time", async () => {
    const stopping = new EarlyStopping({ ...valuesOf(3, 1, 2, 2, 0), patience: 2 });
    const trainers = [4, 5].map((seed) => trainerOf(seed, stopping));
    await Promise.all(trainers.map((trainer) => fit(trainer, 5)));
    expect(trainers.map(({ history }) => history.length)).toEqual([4, 4]);
    expect(weightsOf(trainers[0])).toEqual(await weightsAfter(2, 4));
    expect(weightsOf(trainers[1])).toEqual(await weightsAfter(2, 5));
  });

  test("BestWeights never puts one network's weights into another", async () => {
    const best = new BestWeights(valuesOf(1, 2)), [first, second] = [4, 5].map((seed) => trainerOf(seed, best));
    await fit(first, 2);
    await fit(second, 2);
    const before = weightsOf(first);
    expect(errorOf(() => best.restore(first.network))).toMatchObject({ name: "CallOrderError", where: "BestWeights.restore" });
    expect(weightsOf(first)).toEqual(before);
    best.restore(second.network);
    expect(weightsOf(second)).toEqual(await weightsAfter(1, 5));
  });

  test("schedule counts the steps of each by itself", async () => {
    const rates: number[] = [], rule = schedule((t) => 1 / (1 + t));
    const listen: Callback = { onStepEnd: ({ optimizer }) => void rates.push(optimizer.learningRate) };
    for (const seed of [4, 5]) await fit(trainerOf(seed, rule, listen), 1);
    expect(rates).toEqual([1, 1 / 2, 1, 1 / 2]);
    expect(rule.made).toBe(2);
  });

  test.each(["one callback", "a callback each"])("scheduleOnPlateau, with one plateau and %s", async (way) => {
    const plateau = new ReduceOnPlateau({ patience: 0, factor: 0.3 }), rates: number[] = [];
    const options = valuesOf(1, 2), one = scheduleOnPlateau(plateau, options);
    for (const seed of [4, 5]) {
      const trainer = trainerOf(seed, way === "one callback" ? one : scheduleOnPlateau(plateau, options));
      await fit(trainer, 2);
      rates.push(trainer.optimizer.learningRate);
    }
    expect(rates).toEqual([0.1 * 0.3, 0.1 * 0.3]);
  });

  test("stepLimit counts the steps of two fits that run at the same time by themselves", async () => {
    const limit = stepLimit(3), trainers = [4, 5].map((seed) => trainerOf(seed, limit));
    await Promise.all(trainers.map((trainer) => fit(trainer, 5)));
    for (const { history } of trainers) expect(history.reduce((sum, { steps }) => sum + steps, 0)).toBe(3);
  });

  test("checkpoint saves the best of each, whatever the trainer before it has reached", async () => {
    const path = join(folder, "best"), saver = checkpoint(path, { best: ({ epoch }) => epoch + offset });
    let offset = 0;
    await fit(trainerOf(4, saver), 1);
    const first = readFileSync(path);
    offset = 10;
    await fit(trainerOf(5, saver), 1);
    expect(readFileSync(path).equals(first)).toBe(false);
  });

  test("keepSchedule of layers of another network is refused before the first step", async () => {
    const rule = keepSchedule(new Dropout({ keep: 0.7 }), () => 0.8);
    expect(await rejectionOf(fit(trainerOf(4, rule), 1))).toMatchObject({ name: "OptionError", where: "keepSchedule" });
  });
});

describe("fault 68: fits of one trainer, one after the other", () => {
  test("are refused by an EarlyStopping that has put earlier weights back, before the first step", async () => {
    const trainer = trainerOf(4, new EarlyStopping({ ...valuesOf(1, 2, 3), patience: 9 }));
    await fit(trainer, 2);
    const before = weightsOf(trainer), { advice, name } = await rejectionOf(fit(trainer, 1));
    expect([name, advice]).toEqual(["CallOrderError", expect.stringContaining("restoreBest: false")]);
    expect([weightsOf(trainer), trainer.history.length]).toEqual([before, 2]);
  });

  test("are one run for it if the last epoch was the best, or restoreBest is false", async () => {
    const falling = trainerOf(4, new EarlyStopping(valuesOf(3, 2, 1)));
    const stopping = new EarlyStopping({ ...valuesOf(3, 1, 2, 2, 0), patience: 2, restoreBest: false }), loop = trainerOf(4, stopping);
    for (let epoch = 1; epoch <= 3; epoch++) await fit(falling, 1);
    for (let epoch = 1; epoch <= 5; epoch++) await fit(loop, 1);
    expect(weightsOf(falling)).toEqual(await weightsAfter(3, 4));
    expect(weightsOf(loop)).toEqual(await weightsAfter(4, 4));
    stopping.restore(loop.network);
    expect(weightsOf(loop)).toEqual(await weightsAfter(2, 4));
  });

  test("in a loop, with restoreBest false and restore after it, end as one fit of as many epochs does", async () => {
    const { train, validation } = split(toys.spirals({ rows: 200, seed: 1 }), { validation: 0.3 });
    const run = async (restoreBest: boolean, fits: number, epochs: number) => {
      const stop = new EarlyStopping({ patience: 100, restoreBest });
      const network = new Sequential([new Affine(2, 32), new ReLU(), new Affine(32, 3)], { seed: 1 });
      const optimizer = new SGD({ learningRate: 0.5, momentum: 0.9 });
      const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer, callbacks: [stop] });
      for (let i = 0; i < fits; i++) await trainer.fit(train, { epochs, validation });
      if (!restoreBest) stop.restore(network);
      return [weightsOf(trainer), stop.value, trainer.history.map(({ loss }) => loss)];
    };
    expect(await run(false, 40, 1)).toEqual(await run(true, 1, 40));
  });

  test("go on from the last weights, not the best, if the one before was stopped by something else", async () => {
    const trainer = trainerOf(4, new EarlyStopping({ ...valuesOf(1, 2, 3, 4), patience: 9 }), {
      onEpochEnd: (it, { epoch }) => { if (epoch === 2) it.stop(); },
    });
    await fit(trainer, 4);
    expect(weightsOf(trainer)).toEqual(await weightsAfter(1, 4));
    const last: number[][][] = [], whole = trainerOf(4, { onEpochEnd: (it) => void last.push(weightsOf(it)) });
    await fit(whole, 3);
    const seen: number[][][] = [], stop = new EarlyStopping({ ...valuesOf(1, 2, 3, 4), patience: 9 });
    const again = trainerOf(4, stop, {
      onEpochEnd(it, { epoch }) {
        seen.push(weightsOf(it));
        if (epoch === 2) it.stop();
      },
    });
    await fit(again, 4);
    await fit(again, 1);
    expect(seen).toEqual(last);
  });

  test("with a new trainer it begins anew, from the best weights", async () => {
    const stop = new EarlyStopping({ ...valuesOf(1, 2), patience: 9 }), first = trainerOf(4, stop);
    await fit(first, 2);
    const second = new Trainer(first.network, { loss: first.loss, optimizer: new SGD({ learningRate: 0.1 }), callbacks: [stop] });
    expect(await fit(second, 1)).toHaveLength(1);
    expect(stop.record).toBe(second.history[0]);
  });

  test("with another validation set the best is judged anew, with the same numbers in another Dataset it is not", async () => {
    for (const [set, epoch] of [[other(), 2], [data(), 1]] as const) {
      const best = new BestWeights(valuesOf(1, 5)), trainer = trainerOf(4, best);
      await fit(trainer, 1);
      await fit(trainer, 1, set);
      expect(best.record?.epoch).toBe(epoch);
    }
  });
});

describe("fault 68: a run that is resumed with another validation set, or loss, is judged anew by", () => {
  /** Resumes a run of two epochs, of which the first was the better one, for two more. */
  async function resumed(make: () => Callback, change: "validation" | "loss" | "nothing"): Promise<Trainer> {
    let bytes = new Uint8Array();
    const save: Callback = { onEpochEnd(it, { epoch }) { if (epoch === 2) bytes = Uint8Array.from(checkpointToBytes(it)); } };
    const labels = tensor([...Array(11).keys()].map((i) => [i / 10, 1 - i / 10])), set = new Dataset(data().x, labels);
    const start = (loss: MeanSquaredError | Huber, ...callbacks: Callback[]) => makeTrainer(makeNetwork(), { loss, callbacks });
    await start(new MeanSquaredError(), make(), save).fit(set, { epochs: 4, batchSize: 6, validation: set });
    const trainer = start(change === "loss" ? new Huber() : new MeanSquaredError(), make());
    trainer.resume(readCheckpoint(bytes), { allow: ["validation", "loss"] });
    const validation = change === "validation" ? set.rows([1, 2, 3]) : set;
    await trainer.fit(set, { validation: new Dataset(validation.x, validation.labels) });
    return trainer;
  }
  const values = valuesOf(1, 5, 4, 6);

  test.each([["validation", 3], ["loss", 3], ["nothing", 1]] as const)("BestWeights (%s)", async (change, epoch) => {
    const { callbacks } = await resumed(() => new BestWeights(values), change);
    expect((callbacks[0] as BestWeights).record?.epoch).toBe(epoch);
  });

  test.each([["validation", 3], ["loss", 3], ["nothing", 1]] as const)("EarlyStopping (%s)", async (change, epoch) => {
    const { callbacks } = await resumed(() => new EarlyStopping({ ...values, patience: 9 }), change);
    expect((callbacks[0] as EarlyStopping).record?.epoch).toBe(epoch);
  });

  test.each([["validation", 1], ["loss", 1], ["nothing", 2]] as const)("a plateau (%s)", async (change, cuts) => {
    const trainer = await resumed(() => scheduleOnPlateau(new ReduceOnPlateau({ patience: 0, factor: 0.3 }), values), change);
    const before = 0.1 * 0.3;
    expect(trainer.optimizer.learningRate).toBe(cuts === 1 ? before * 0.3 : before * 0.3 * 0.3);
  });

  test.each([["validation", true], ["loss", true], ["nothing", false]] as const)("checkpoint's best (%s)", async (change, isSaved) => {
    const path = join(folder, `judged-${change}`);
    await resumed(() => checkpoint(path, { best: values.watch }), change);
    const saved = makeTrainer(makeNetwork(), { loss: change === "loss" ? new Huber() : new MeanSquaredError(), callbacks: [checkpoint(path, { best: values.watch })] });
    saved.resume(path, { allow: ["loss"] });
    expect(saved.history).toHaveLength(isSaved ? 3 : 1);
  });
});

test("a state loaded by hand goes to the trainer that comes next, and its weights to any network they fit", async () => {
  const best = new BestWeights(valuesOf(1, 2)), trainer = trainerOf(4, best);
  await fit(trainer, 2);
  const again = new BestWeights(valuesOf(3)), state = JSON.parse(JSON.stringify(best.state())) as Json;
  again.load(state);
  const network = makeNetwork(9);
  again.restore(network);
  expect(network.parameters.map(({ value }) => [...value.data])).toEqual(await weightsAfter(1, 4));
  await fit(trainerOf(5, again), 1);
  expect(again.value).toBe(1);
});

test("weights of another network are refused when a state is loaded, with nothing changed", async () => {
  const best = new BestWeights(valuesOf(1)), stranger = makeTrainer(new Sequential([new Dropout({ keep: 0.7 })]), {});
  await fit(trainerOf(4, best), 1);
  const again = new BestWeights(valuesOf(1));
  expect(errorOf(() => again.load(best.state(), stranger)).name).toBe("DataError");
  expect(again.record).toBeUndefined();
});
