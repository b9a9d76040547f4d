import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  Adam, Affine, checkpoint, CrossEntropy, Dataset, Dropout, EarlyStopping, Huber, L2, loadCheckpoint, loadModel, ReLU, saveCheckpoint,
  saveModel, Sequential, SGD, stepLimit, Trainer, type Callback, type TrainerOptions,
} from "chainrule/node";
import { readCheckpoint } from "../../src/serialize/checkpoint/resume.ts";
import { checkpointToBytes } from "../../src/serialize/checkpoint/write.ts";
import { errorOf, numbers, rejectionOf, spread32 } from "../tools.ts";
import { data, makeNetwork, makeTrainer } from "./network.ts";
import { digestOf, OPTIMIZERS, script } from "./runs.ts";

let folder = "";
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), "checkpoints-")); });
afterAll(() => { rmSync(folder, { recursive: true }); });

const batchSize = 4, epochs = 3;
const make = script(OPTIMIZERS.Adam);

/** The bytes of a run saved in its fifth step, of three an epoch. */
async function interrupted(start = make): Promise<Uint8Array> {
  let bytes: Uint8Array = new Uint8Array();
  const save: Callback = {
    onStepEnd(trainer, { epoch, step }) {
      if (epoch === 2 && step === 2) bytes = checkpointToBytes(trainer);
    },
  };
  await start({}, save).fit(data(), { epochs, batchSize, validation: data() });
  return bytes;
}

describe("resume", () => {
  test("takes a path, bytes, and what loadCheckpoint gives", async () => {
    const path = join(folder, "run.safetensors"), bytes = await interrupted();
    writeFileSync(path, bytes);
    const digests = [path, bytes, loadCheckpoint(path), readCheckpoint(bytes)].map((from) => {
      const trainer = make();
      trainer.resume(from);
      return digestOf(trainer);
    });
    expect(new Set(digests).size).toBe(1);
  });

  test.each([undefined, 3, {}, null])("refuses %p", (from) => {
    expect(errorOf(() => make().resume(from as never)).where).toBe("resume");
  });

  test("refuses a file that is not there, and a model without a run", () => {
    const path = join(folder, "model.safetensors");
    saveModel(makeNetwork(), path);
    expect(errorOf(() => make().resume(join(folder, "none")))).toMatchObject({ name: "DataError", where: join(folder, "none") });
    expect(errorOf(() => make().resume(path))).toMatchObject({ given: "a model file", allowed: "a checkpoint" });
  });

  test("refuses what is not known to be allowed to differ, with the nearest that is", async () => {
    const bytes = await interrupted();
    expect(errorOf(() => make().resume(bytes, { allow: ["dat" as never] })).advice).toContain('Did you mean "data"?');
  });

  test("gives the history of the epochs before, and fit the records of those it ends", async () => {
    const trainer = make();
    trainer.resume(await interrupted());
    expect(trainer.history.map(({ epoch }) => epoch)).toEqual([1]);
    expect((await trainer.fit(data(), { validation: data() })).map(({ epoch }) => epoch)).toEqual([2, 3]);
  });

  test("with epochs, fit makes that many more, the one under way counted", async () => {
    const trainer = make();
    trainer.resume(await interrupted());
    expect((await trainer.fit(data(), { validation: data(), epochs: 4 })).map(({ epoch }) => epoch)).toEqual([2, 3, 4, 5]);
  });

  test("of a run that was saved between two fits leaves it to fit to say how many epochs", async () => {
    const one = make(), other = make(), path = join(folder, "between.safetensors");
    await one.fit(data(), { epochs: 2, batchSize });
    saveCheckpoint(one, path);
    other.resume(path);
    expect((await rejectionOf(other.fit(data()))).where).toBe("fit epochs");
    await one.fit(data(), { epochs: 1, batchSize });
    await other.fit(data(), { epochs: 1, batchSize });
    expect(digestOf(other)).toBe(digestOf(one));
  });

  test("and saved again before fit, goes on as if it had not been", async () => {
    const bytes = await interrupted(), middle = make(), last = make(), once = make();
    middle.resume(bytes);
    last.resume(checkpointToBytes(middle));
    once.resume(bytes);
    for (const trainer of [last, once]) await trainer.fit(data(), { validation: data() });
    expect(digestOf(last)).toBe(digestOf(once));
  });

  test("calls onFitStart and onFitEnd, and tells of no step twice", async () => {
    const heard: string[] = [], trainer = make({}, {
      onFitStart: () => void heard.push("start"),
      onStepEnd: (_, { epoch, step }) => void heard.push(`${epoch}.${step}`),
      onFitEnd: () => void heard.push("end"),
    });
    trainer.resume(await interrupted());
    await trainer.fit(data(), { validation: data() });
    expect(heard).toEqual(["start", "2.3", "3.1", "3.2", "3.3", "end"]);
  });

  test("a limit of steps counts those before the interruption", async () => {
    const limited = script(OPTIMIZERS.SGD, () => [stepLimit(7)]), trainer = limited();
    trainer.resume(await interrupted(limited));
    expect((await trainer.fit(data(), { validation: data() })).map(({ steps }) => steps)).toEqual([3, 1]);
  });

  test("puts frozen parameters and modes back", async () => {
    const one = make(), other = make();
    one.network.parameters[0].frozen = true;
    one.network.layers[2].eval();
    other.resume(checkpointToBytes(one));
    expect(other.network.parameters[0].frozen).toBe(true);
    expect(other.network.layers[2].mode).toBe("eval");
  });
});

test("a checkpoint is a model file, too", async () => {
  const path = join(folder, "both.safetensors"), trainer = make();
  await trainer.fit(data(), { epochs: 1, batchSize });
  saveCheckpoint(trainer, path);
  expect(numbers(loadModel(path).predict(spread32(2, 3)))).toEqual(numbers(trainer.network.predict(spread32(2, 3))));
});

describe("fault 56: a run is not gone on with as another, all differences are listed, and nothing changes:", () => {
  const refused = async (trainer: Trainer, allow: readonly never[] = []) => {
    const bytes = await interrupted(), before = digestOf(trainer);
    const { given } = errorOf(() => trainer.resume(bytes, { allow }));
    expect(digestOf(trainer)).toBe(before);
    return given;
  };
  const other = (options: Partial<TrainerOptions>) => script(OPTIMIZERS.Adam, () => [], options)();

  test("seed", async () => {
    expect(await refused(other({ seed: 8 }))).toBe("in the file the seed 3, not 8");
  });

  test("loss", async () => {
    expect(await refused(other({ loss: new CrossEntropy({ labelSmoothing: 0.1 }) }))).toBe("in the file loss.weighting.smoothing 0, not 0.1");
    expect(await refused(other({ loss: new Huber() }))).toBe('in the file loss.type "CrossEntropy", not "Huber"');
  });

  test("optimizer, and its settings", async () => {
    expect(await refused(script(OPTIMIZERS.SGD)())).toBe('in the file optimizer.type "Adam", not "SGD"');
    expect(await refused(other({ optimizer: new Adam({ learningRate: 1, beta1: 0.8 }) }))).toBe("in the file optimizer.beta1 0.9, not 0.8");
  });

  test("clipping and penalty", async () => {
    expect(await refused(other({ clip: { norm: 1 }, penalty: new L2(0.1) }))).toBe(
      'in the file gradients.maxNorm nothing, not 1; gradients.penalty nothing, not {"type":"L2","strength":0.1}',
    );
  });

  test("callbacks", async () => {
    expect(await refused(script(OPTIMIZERS.Adam, () => [new EarlyStopping()])())).toBe('in the file callback.0 nothing, not "EarlyStopping"');
  });

  test("layers, and what they are set to", async () => {
    const given = await refused(makeTrainer(makeNetwork(), { seed: 8 }));
    expect(given).toContain("Dropout as layer 1, not Affine");
    expect(given).toContain("the seed 3, not 8");
    const softer = make();
    const [dropout] = softer.network.layers;
    if (dropout instanceof Dropout) dropout.keep = 0.5;
    expect(await refused(softer)).toBe("in the file network.layers.0.arguments.0.keep 0.9, not 0.5");
  });

  test("the data, the validation set and the batch size, by fit", async () => {
    const trainer = make();
    trainer.resume(await interrupted());
    const before = digestOf(trainer), others = new Dataset(spread32(12, 3), Array(12).fill(0));
    const { given } = await rejectionOf(trainer.fit(others, { batchSize: 5 }));
    expect(given).toMatch(/^in the file batches of 4, not 5; data "\[11, 3\] float32, CRC-32 \w{8}", not "\[12, 3\] .*; validation ".*", not null$/);
    expect(digestOf(trainer)).toBe(before);
    await trainer.fit(data(), { validation: data() });
    expect(trainer.history).toHaveLength(epochs);
  });

  test("one label of the data", async () => {
    const labels = [...(data().labels as number[])], trainer = make();
    labels[10] = 1 - labels[10];
    trainer.resume(await interrupted());
    expect((await rejectionOf(trainer.fit(new Dataset(data().x, labels), { validation: data() }))).given).toMatch(/^in the file data /);
  });

  test("but where that is allowed, by name, it goes on", async () => {
    const trainer = script(OPTIMIZERS.SGD, () => [], { seed: 8 })();
    trainer.resume(await interrupted(), { allow: ["seed", "optimizer", "data", "batchSize", "validation"] });
    await trainer.fit(new Dataset(spread32(12, 3), Array(12).fill(0)), { batchSize: 5 });
    expect(trainer.history).toHaveLength(epochs);
  });
});

test("an optimizer without state() is refused before the first step, with what to write", async () => {
  const optimizer = { learningRate: 1, step: () => undefined };
  const trainer = makeTrainer(makeNetwork(), { optimizer, callbacks: [checkpoint(join(folder, "never"))] });
  expect((await rejectionOf(trainer.fit(data(), { epochs: 1 }))).advice).toContain("state(parameters)");
});

test("resume during a fit is refused", async () => {
  const bytes = await interrupted(), errors: string[] = [];
  const trainer = make({}, { onEpochEnd: (one) => void errors.push(errorOf(() => one.resume(readCheckpoint(bytes))).name) });
  await trainer.fit(data(), { epochs: 1 });
  expect(errors).toEqual(["CallOrderError"]);
});

describe("the checkpoint callback", () => {
  const savedAt = async (options: object): Promise<string[]> => {
    const path = join(folder, "when.safetensors"), times: string[] = [];
    rmSync(path, { force: true });
    const look = (at: string) => {
      if (readdirSync(folder).includes("when.safetensors")) times.push(at);
      rmSync(path, { force: true });
    };
    const looking: Callback = {
      onStepEnd: (_, { epoch, step }) => look(`${epoch}.${step}`), onEpochEnd: (_, { epoch }) => look(`${epoch}`),
    };
    await make(checkpoint(path, options), looking).fit(data(), { epochs: 2, batchSize });
    return times;
  };

  test("saves after every epoch, unless it is told otherwise", async () => {
    expect(await savedAt({})).toEqual(["1", "2"]);
  });

  test("after so many steps, or epochs, or when the best is reached", async () => {
    expect(await savedAt({ everySteps: 2 })).toEqual(["1.2", "2.1", "2.3"]);
    expect(await savedAt({ everyEpochs: 2 })).toEqual(["2"]);
    expect(await savedAt({ best: ({ epoch }: { epoch: number }) => epoch })).toEqual(["1"]);
    expect(await savedAt({ everySeconds: 1e6 })).toEqual([]);
  });

  test.each([{ everySteps: 0 }, { everyEpochs: 1.5 }, { everySeconds: -1 }, { best: 3 }, { every: 3 }])("refuses %j", (options) => {
    expect(errorOf(() => checkpoint("run", options as object)).name).toBe("OptionError");
  });

  test("remembers the best one over an interruption", async () => {
    const path = join(folder, "best.safetensors");
    const worse = (record: { epoch: number }) => (record.epoch === 2 ? -1 : record.epoch);
    const start = () => make({}, checkpoint(path, { best: worse }));
    await start().fit(data(), { epochs: 3, batchSize });
    const saved = readFileSync(path), trainer = start();
    trainer.resume(path);
    await trainer.fit(data(), { epochs: 3 });
    expect(readFileSync(path).equals(saved)).toBe(true);
  });
});

test("fault 24: a run that diverges leaves the checkpoint before it whole: with a lower rate it goes on from there", async () => {
  const path = join(folder, "diverged.safetensors");
  const wild: Callback = { onStepStart: ({ optimizer }, { epoch }) => { if (epoch === 2) optimizer.learningRate = 1e38; } };
  const diverging = make(checkpoint(path), wild);
  expect((await rejectionOf(diverging.fit(data(), { epochs, batchSize }))).name).toBe("NumericError");
  const trainer = make();
  trainer.resume(path);
  trainer.optimizer.learningRate = 0.001;
  await trainer.fit(data());
  expect(trainer.history).toHaveLength(epochs);
});

test("fault 37: the best weights within a checkpoint are a copy, and are put back after resume", async () => {
  const start = script(OPTIMIZERS.SGD, () => [new EarlyStopping({ watch: ({ epoch }) => epoch, patience: 9 })]);
  const whole = start(), trainer = start();
  await whole.fit(data(), { epochs, batchSize, validation: data() });
  trainer.resume(await interrupted(start));
  await trainer.fit(data(), { validation: data() });
  const first = start();
  await first.fit(data(), { epochs: 1, batchSize, validation: data() });
  const weights = (one: Trainer) => one.network.parameters.map(({ value }) => numbers(value));
  expect(weights(trainer)).toEqual(weights(first));
  expect(weights(trainer)).toEqual(weights(whole));
});

describe("fault 62: a callback that", () => {
  test("throws ends fit, and what was saved before goes on to the same end", async () => {
    const path = join(folder, "throws.safetensors"), whole = make(), trainer = make();
    const failing: Callback = { onStepEnd(_, { epoch, step }) { if (epoch === 2 && step === 2) throw new RangeError("mine"); } };
    await expect(make(checkpoint(path, { everySteps: 1 }), failing).fit(data(), { epochs, batchSize })).rejects.toThrow("mine");
    await whole.fit(data(), { epochs, batchSize });
    trainer.resume(path);
    await trainer.fit(data());
    expect(digestOf(trainer)).toBe(digestOf(whole));
  });

  test("saves, evaluates, sets the rate and stops leaves a file that goes on from there", async () => {
    const path = join(folder, "all.safetensors"), trainer = make();
    const busy: Callback = {
      onStepEnd(one, { epoch, step }) {
        if (epoch !== 2 || step !== 1) return;
        one.evaluate(data());
        one.optimizer.learningRate = 0.5;
        saveCheckpoint(one, path);
        one.stop();
      },
    };
    await make(busy).fit(data(), { epochs, batchSize });
    trainer.resume(path);
    expect(trainer.optimizer.learningRate).toBe(0.5);
    expect((await trainer.fit(data())).map(({ steps }) => steps)).toEqual([3, 3]);
  });
});

test("fault 63: a second fit at once is refused after resume, too, and the first goes on", async () => {
  const trainer = make();
  trainer.resume(await interrupted());
  const first = trainer.fit(data(), { validation: data() });
  expect((await rejectionOf(trainer.fit(data()))).name).toBe("CallOrderError");
  expect(await first).toHaveLength(2);
});

test("groups of the optimizer are part of what must be the same", async () => {
  const start = (factor: number) => {
    const network = new Sequential([new Affine(3, 4), new ReLU(), new Affine(4, 2)]);
    const groups = [{ parameters: [network.parameters[1]], learningRateFactor: factor }];
    return new Trainer(network, { loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.1, groups }) });
  };
  const bytes = checkpointToBytes(start(2));
  expect(errorOf(() => start(3).resume(bytes)).given).toBe("in the file optimizer.groups.0.1.factor 2, not 3");
});
