import {
  checkpointToBytes, CrossEntropy, Dataset, Dropout, EarlyStopping, ExponentialMovingAverage, keepSchedule, movingAverage, readCheckpoint,
  ReduceOnPlateau, schedule, scheduleOnPlateau, SGD, stepLimit, tensor, timeLimit, Trainer, type Callback, type Json,
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

test('the Trainer of "chainrule", as in a browser, resumes from what readCheckpoint gives, not from bytes or a path', () => {
  const optimizer = new SGD({ learningRate: 0.1 }), trainer = new Trainer(makeNetwork(), { loss: new CrossEntropy(), optimizer });
  const bytes = checkpointToBytes(trainer);
  expect(errorOf(() => trainer.resume(bytes as never)).allowed).toContain("what readCheckpoint gives");
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
