import {
  BestWeights, checkpointToBytes, CrossEntropy, Dataset, Dropout, EarlyStopping, ExponentialMovingAverage, keepSchedule, linearRamp,
  movingAverage, readCheckpoint, ReduceOnPlateau, schedule, scheduleOnPlateau, SGD, stepLimit, tensor, timeLimit, Trainer,
  type Callback, type Json, type Sequential,
} from "chainrule";
import { errorOf } from "../tools.ts";
import { data, makeNetwork, makeTrainer } from "./network.ts";
import { CALLBACKS, digestOf, OPTIMIZERS, script } from "./runs.ts";

const epochs = 3, batchSize = 4;

/** Saves wherever a callback may: after each step, and after each epoch. */
function saver(into: Map<string, Uint8Array>): Callback {
  const save = (trainer: Trainer, at: string) => void into.set(at, checkpointToBytes(trainer));
  return {
    onStepEnd: (trainer, { epoch, step }) => save(trainer, `epoch ${epoch}, step ${step}`),
    onEpochEnd: (trainer, { epoch }) => save(trainer, `epoch ${epoch}`),
  };
}

async function resumesEverywhere(start: ReturnType<typeof script>, place: "first" | "last"): Promise<void> {
  const saved = new Map<string, Uint8Array>(), validation = data();
  const whole = place === "first" ? start(saver(saved)) : start({}, saver(saved));
  await whole.fit(data(), { validation, epochs, batchSize });
  const wanted = digestOf(whole);
  for (const [at, bytes] of saved) {
    const resumed = start();
    resumed.resume(readCheckpoint(bytes));
    await resumed.fit(data(), { validation });
    expect([at, digestOf(resumed)]).toEqual([at, wanted]);
  }
}

describe("fault 54: a run that goes on from any step, or epoch, is bit for bit the run that was never interrupted, with", () => {
  test.each(Object.keys(OPTIMIZERS))("%s", (name) => resumesEverywhere(script(OPTIMIZERS[name]), "last"));

  test.each(Object.keys(CALLBACKS))("%s, saved after it", (name) => {
    return resumesEverywhere(script(OPTIMIZERS.Adam, CALLBACKS[name]), "last");
  });

  test.each(Object.keys(CALLBACKS))("%s, saved before it has heard of the step", (name) => {
    return resumesEverywhere(script(OPTIMIZERS.Adam, CALLBACKS[name]), "first");
  });
});

test("fault 54: a run in float64, with clipping and a penalty, does so too", async () => {
  const start = (callbacks: readonly Callback[] = []) =>
    makeTrainer(makeNetwork().to("float64"), { callbacks, clip: { norm: 0.5 }, penalty: { cost: () => 1, addGradients: () => undefined } });
  const saved = new Map<string, Uint8Array>(), set = data().rows([...Array(11).keys()]);
  const double = new Dataset(tensor(set.x.toArray(), "float64"), set.labels), whole = start([saver(saved)]);
  await whole.fit(double, { epochs: 2, batchSize });
  for (const bytes of saved.values()) {
    const resumed = start();
    resumed.resume(readCheckpoint(bytes));
    await resumed.fit(double);
    expect(JSON.stringify(resumed.network.state())).toBe(JSON.stringify(whole.network.state()));
    expect(resumed.history).toEqual(whole.history);
  }
});

test('the Trainer of "chainrule", as in a browser, resumes from what readCheckpoint returns, not from bytes or a path', () => {
  const optimizer = new SGD({ learningRate: 0.1 }), trainer = new Trainer(makeNetwork(), { loss: new CrossEntropy(), optimizer });
  const bytes = checkpointToBytes(trainer);
  expect(errorOf(() => trainer.resume(bytes as never)).allowed).toContain("what readCheckpoint returns");
  expect(errorOf(() => trainer.resume("run.safetensors" as never)).allowed).toContain('loadCheckpoint of "chainrule/node"');
  expect(() => trainer.resume(readCheckpoint(bytes))).not.toThrow();
});

describe("what no state() has given is refused by load of", () => {
  const dropout = new Dropout({ keep: 0.7 }), trainer = makeTrainer();
  test.each<[string, Callback]>([
    ["EarlyStopping", new EarlyStopping()],
    ["schedule", schedule(() => 1)],
    ["scheduleOnPlateau", scheduleOnPlateau(new ReduceOnPlateau())],
    ["keepSchedule", keepSchedule(dropout, () => 1)],
    ["stepLimit", stepLimit(3)],
    ["timeLimit", timeLimit(3)],
    ["movingAverage", movingAverage(new ExponentialMovingAverage({ decay: 0.5 }))],
  ])("%s", (_, callback) => {
    const before = JSON.stringify(callback.state?.(trainer));
    for (const state of ["x", -1, {}, [2], { waited: 1, record: {} }] as readonly Json[]) {
      expect([state, errorOf(() => callback.load?.(state, trainer)).name]).toEqual([state, "DataError"]);
    }
    if (callback.name !== "timeLimit") expect(JSON.stringify(callback.state?.(trainer))).toBe(before);
  });
});

describe("a callback that was told something else is refused by resume, which says what, and accepted if that is allowed:", () => {
  const plateau = (patience: number) => scheduleOnPlateau(new ReduceOnPlateau({ patience, cooldown: 1 }));
  const average = (decay: number) => movingAverage(new ExponentialMovingAverage({ decay }));
  const keep = (from: number) => (network: Sequential) => {
    const dropout = network.layers.find((layer) => layer instanceof Dropout) ?? new Dropout({ keep: 1 });
    return keepSchedule(dropout, (epoch) => (epoch < 3 ? from : 0.6));
  };
  test.each<[string, (network: Sequential) => Callback, (network: Sequential) => Callback, string]>([
    ["patience", () => new EarlyStopping({ patience: 5 }), () => new EarlyStopping({ patience: 7 }), "EarlyStopping.patience 5, not 7"],
    ["minDelta", () => new BestWeights(), () => new BestWeights({ minDelta: 0.5 }), "BestWeights.minDelta 0, not 0.5"],
    ["mode", () => new BestWeights(), () => new BestWeights({ mode: "max" }), 'BestWeights.mode "min", not "max"'],
    ["a limit", () => stepLimit(100), () => stepLimit(90), "stepLimit.steps 100, not 90"],
    ["a plateau", () => plateau(3), () => plateau(4), "scheduleOnPlateau.patience 3, not 4"],
    ["a decay", () => average(0.5), () => average(0.75), "movingAverage.decay 0.5, not 0.75"],
    ["a schedule", () => schedule(linearRamp({ from: 1, to: 0, steps: 8 })), () => schedule(linearRamp({ from: 1, to: 0, steps: 16 })),
      "schedule.rates.1 0.875, not 0.9375"],
    ["its unit", () => schedule(() => 0.5), () => schedule(() => 0.5, { every: "epoch" }), 'schedule.every "step", not "epoch"'],
    ["a keep", keep(0.75), keep(0.5), "keepSchedule.keeps.0 0.75, not 0.5"],
  ])("%s", async (_, before, after, sentence) => {
    const network = makeNetwork(), trainer = makeTrainer(network, { callbacks: [before(network)] });
    await trainer.fit(data(), { epochs: 1, batchSize, validation: data() });
    const checkpoint = readCheckpoint(checkpointToBytes(trainer)), other = makeNetwork();
    const resumed = makeTrainer(other, { callbacks: [after(other)] }), state = JSON.stringify(other.state());
    expect(errorOf(() => resumed.resume(checkpoint)).given).toContain(sentence);
    expect(JSON.stringify(other.state())).toBe(state);
    resumed.resume(checkpoint, { allow: ["callbacks"] });
    expect(JSON.stringify(other.state())).toBe(JSON.stringify(network.state()));
  });

  test("a schedule that ends with an error, as a list does, is compared up to there", async () => {
    const listed = (rates: readonly number[]) => schedule((step) => {
      if (step < rates.length) return rates[step];
      throw new RangeError("no rate");
    });
    const trainer = makeTrainer(makeNetwork(), { callbacks: [listed([0.1, 0.2, 0.3, 0.4])] });
    const checkpoint = readCheckpoint(checkpointToBytes(trainer));
    const resume = (rates: readonly number[]) => makeTrainer(makeNetwork(), { callbacks: [listed(rates)] }).resume(checkpoint);
    expect(() => resume([0.1, 0.2, 0.3, 0.4])).not.toThrow();
    expect(errorOf(() => resume([0.1, 0.2, 0.5, 0.4])).given).toContain("schedule.rates.2 0.3, not 0.5");
  });
});
