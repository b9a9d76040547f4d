import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  checkpoint, checkpointToBytes, Dataset, EarlyStopping, readCheckpoint, saveOnSignal, schedule, stepLimit, Tensor,
  type Callback, type Json, type Trainer,
} from "chainrule/node";
import { data } from "./network.ts";
import { CALLBACKS, OPTIMIZERS, script } from "./runs.ts";

const epochs = 3, batchSize = 4, path = join(mkdtempSync(join(tmpdir(), "moments-")), "run.safetensors");
afterAll(() => { rmSync(join(path, ".."), { recursive: true }); });

/** Of every number that training has made. */
function digestOf(trainer: Trainer): string {
  const { network, optimizer, history, callbacks } = trainer;
  const kept = callbacks.map((callback) => callback.state?.(trainer)).filter((state) => state !== undefined);
  const all = JSON.stringify([network.state(), optimizer.state?.(network.parameters), history, kept, optimizer.learningRate]);
  return createHash("sha256").update(all).digest("hex");
}

/** Acts once, at one of the moments of a run: "step 2.3", "validation 1.1", "epoch 2", "awaited epoch 2", "end". */
class Moments implements Callback {
  readonly seen: string[] = [];
  private readonly act: (at: string, trainer: Trainer) => void;
  private validated = 0;
  private at = "";

  constructor(act: (at: string, trainer: Trainer) => void) {
    this.act = act;
  }

  onStepEnd(trainer: Trainer, { epoch, step, steps }: { epoch: number; step: number; steps: number }): void {
    this.validated = 0;
    this.at = step === steps ? `${epoch}` : "";
    this.reach(`step ${epoch}.${step}`, trainer);
  }
  async onEpochEnd(trainer: Trainer, { epoch }: { epoch: number }): Promise<void> {
    this.at = "";
    this.reach(`epoch ${epoch}`, trainer);
    await Promise.resolve();
    this.reach(`awaited epoch ${epoch}`, trainer);
  }
  onYield(trainer: Trainer): void {
    // The first follows the last step itself, the second the one batch of validation.
    if (this.at !== "" && ++this.validated === 2) this.reach(`validation ${this.at}`, trainer);
  }
  async onFitEnd(trainer: Trainer): Promise<void> {
    if (trainer.isPaused) return;
    this.reach("end", trainer);
    await Promise.resolve();
    this.reach("awaited end", trainer);
  }
  private reach(at: string, trainer: Trainer): void {
    this.seen.push(at);
    this.act(at, trainer);
  }
}

/** As somebody outside would: a moment later, but before the next step. */
const fromOutside = (trainer: Trainer) => queueMicrotask(() => trainer.stop());
const nothing = () => undefined;

const MOMENTS = [1, 2, 3].flatMap((epoch) => [
  ...[1, 2, 3].map((step) => `step ${epoch}.${step}`), `validation ${epoch}`, `epoch ${epoch}`, `awaited epoch ${epoch}`,
]).concat("end", "awaited end");

const RUNS: Readonly<Record<string, (more?: readonly Callback[]) => Trainer>> = Object.fromEntries(
  Object.entries(CALLBACKS).map(([name, callbacks]) => [
    name, (more: readonly Callback[] = []) => script(OPTIMIZERS.Adam, (one) => [...callbacks(one), ...more])(),
  ]),
);

async function wholeRun(make: (more?: readonly Callback[]) => Trainer): Promise<string> {
  const trainer = make([new Moments(nothing)]);
  await trainer.fit(data(), { epochs, batchSize, validation: data() });
  return digestOf(trainer);
}

test("the moments of a run are these", async () => {
  const moments = new Moments(nothing);
  await RUNS.none([moments]).fit(data(), { epochs, batchSize, validation: data() });
  expect(moments.seen).toEqual(MOMENTS);
});

describe.each(Object.keys(RUNS))("fault 67: with %s, a run goes on to the bits and the history of the uninterrupted one", (name) => {
  const make = RUNS[name], validation = data();

  test("stopped from outside at any moment, in the same process", async () => {
    const wanted = await wholeRun(make);
    for (const moment of MOMENTS) {
      const trainer = make([new Moments((at, one) => { if (at === moment) fromOutside(one); })]);
      const first = await trainer.fit(data(), { epochs, batchSize, validation });
      const then = trainer.isPaused ? await trainer.fit(data(), { validation }) : [];
      expect([moment, digestOf(trainer)]).toEqual([moment, wanted]);
      expect([...first, ...then]).toEqual(trainer.history);
      expect(trainer.history.map(({ steps }) => steps)).toEqual(trainer.history.map(() => 3));
    }
  });

  test("stopped from outside at any moment, saved then, and resumed", async () => {
    const wanted = await wholeRun(make);
    for (const moment of MOMENTS) {
      const trainer = make([new Moments((at, one) => { if (at === moment) fromOutside(one); })]);
      await trainer.fit(data(), { epochs, batchSize, validation });
      if (!trainer.isPaused) continue;
      const resumed = make([new Moments(nothing)]);
      resumed.resume(readCheckpoint(checkpointToBytes(trainer)));
      await resumed.fit(data(), { validation });
      expect([moment, digestOf(resumed)]).toEqual([moment, wanted]);
    }
  });

  test("stopped by a signal at any moment, with checkpoint and saveOnSignal on one file", async () => {
    const wanted = await wholeRun(make);
    for (const moment of MOMENTS) {
      const saved: string[] = [];
      const trainer: Trainer = make([
        checkpoint(path), saveOnSignal(path, { onSaved: (signal) => { saved.push(signal); trainer.stop(); } }),
        new Moments((at) => { if (at === moment) process.emit("SIGINT"); }),
      ]);
      await trainer.fit(data(), { epochs, batchSize, validation });
      expect([moment, saved]).toEqual([moment, ["SIGINT"]]);
      const resumed = make([checkpoint(`${path}.2`), saveOnSignal(path), new Moments(nothing)]);
      resumed.resume(path);
      await resumed.fit(data(), { validation });
      expect([moment, digestOf(resumed)]).toEqual([moment, wanted]);
    }
    expect(process.listenerCount("SIGINT")).toBe(0);
  });

  test("stopped twice in a row, at any moment and one of the next three", async () => {
    const wanted = await wholeRun(make);
    for (const [i, moment] of MOMENTS.entries()) {
      for (const second of MOMENTS.slice(i + 1, i + 4)) {
        const at = [moment, second];
        const stopping = () => new Moments((here, one) => { if (here === at[0]) { at.shift(); fromOutside(one); } });
        let trainer = make([stopping()]);
        await trainer.fit(data(), { epochs, batchSize, validation });
        for (let parts = 1; trainer.isPaused; parts++) {
          expect(parts).toBeLessThan(4);
          const next = make([stopping()]);
          next.resume(readCheckpoint(checkpointToBytes(trainer)));
          await next.fit(data(), { validation });
          trainer = next;
        }
        expect([moment, second, digestOf(trainer)]).toEqual([moment, second, wanted]);
      }
    }
  });
});

describe("stop", () => {
  const stopping = (act: (trainer: Trainer) => void): Callback => ({
    onStepEnd(trainer, { epoch, step }) { if (epoch === 2 && step === 2) act(trainer); },
  });
  const fit = async (trainer: Trainer) => trainer.fit(data(), { epochs, batchSize });

  test("by a callback ends the run for good: its last epoch has its record, and nothing is left after resume", async () => {
    const trainer = RUNS.none([stopping((one) => one.stop()), checkpoint(path)]);
    expect((await fit(trainer)).map(({ steps }) => steps)).toEqual([3, 2]);
    expect(trainer.isPaused).toBe(false);
    const resumed = RUNS.none([checkpoint(path)]);
    resumed.resume(path);
    expect(await resumed.fit(data())).toEqual([]);
    expect(resumed.history).toEqual(trainer.history);
  });

  test("by a limit in the step in which it is paused, too, ends the run for good once it goes on", async () => {
    const limited = (more: readonly Callback[]) => script(OPTIMIZERS.SGD, () => [stepLimit(5), ...more])();
    const whole = limited([]), trainer = limited([stopping(fromOutside)]);
    await fit(whole);
    expect((await fit(trainer)).length).toBe(1);
    expect((await trainer.fit(data())).map(({ steps }) => steps)).toEqual([2]);
    expect(trainer.history).toEqual(whole.history);
  });

  test("says itself which it is, whoever calls", async () => {
    const over = RUNS.none([stopping((one) => queueMicrotask(() => one.stop({ forGood: true })))]);
    expect((await fit(over)).map(({ steps }) => steps)).toEqual([3, 2]);
    const paused = RUNS.none([stopping((one) => one.stop({ forGood: false }))]);
    expect((await fit(paused)).map(({ steps }) => steps)).toEqual([3]);
    expect(paused.isPaused).toBe(true);
  });

  test("from outside in the last moments of the last epoch leaves nothing to do, and the best weights are put back", async () => {
    const late = new Moments((at, one) => { if (at === "epoch 3") fromOutside(one); });
    const best = new EarlyStopping({ patience: 9, watch: ({ epoch }) => epoch });
    const trainer = script(OPTIMIZERS.Adam, () => [best, late])();
    await fit(trainer);
    expect(trainer.isPaused).toBe(false);
    const alone = script(OPTIMIZERS.Adam)();
    await alone.fit(data(), { epochs: 1, batchSize });
    const weightsOf = (one: Trainer) => one.network.parameters.map(({ value }) => [...value.data]);
    expect(weightsOf(trainer)).toEqual(weightsOf(alone));
  });

  test("a paused fit is not gone on with on other data, and with the same it still goes on", async () => {
    const trainer = RUNS.none([stopping(fromOutside)]);
    await fit(trainer);
    await expect(trainer.fit(new Dataset([[1, 2, 3]], [0]))).rejects.toMatchObject({ where: "fit, after stop" });
    await expect(trainer.fit(data(), { batchSize: 5 })).rejects.toMatchObject({ where: "fit, after stop" });
    const { x, labels } = data(), numbers = x.data.slice(), classes = [...labels as number[]];
    numbers[numbers.length - 1]++;
    classes[0] = 1 - classes[0];
    for (const other of [new Dataset(new Tensor(numbers, x.shape), labels), new Dataset(x, classes)]) {
      await expect(trainer.fit(other)).rejects.toMatchObject({ where: "fit, after stop", given: "other numbers" });
    }
    expect(await trainer.fit(data())).toHaveLength(2);
  });

  test("a paused fit goes on for as many epochs as are said, the one under way counted", async () => {
    const trainer = RUNS.none([stopping(fromOutside)]);
    await fit(trainer);
    expect((await trainer.fit(data(), { epochs: 4 })).map(({ epoch }) => epoch)).toEqual([2, 3, 4, 5]);
  });

  test.each([{ forgood: true }, { forGood: 1 }])("refuses %j", (options) => {
    expect(() => RUNS.none().stop(options as object)).toThrow("stop");
  });
});

test("a checkpoint saved again before fit still tells the callbacks that had not heard", async () => {
  let bytes: Uint8Array = new Uint8Array();
  const heard: Json[] = [];
  const counting = (): Callback => ({
    name: "counting", onStepEnd: (_, { epoch, step }) => void heard.push(`${epoch}.${step}`), state: () => null, load: () => undefined,
  });
  const saver: Callback = { onStepEnd(trainer, { epoch, step }) { if (epoch === 1 && step === 2) bytes = checkpointToBytes(trainer); } };
  await RUNS.none([saver, counting()]).fit(data(), { epochs: 1, batchSize });
  const again = RUNS.none([counting()]), last = RUNS.none([counting()]);
  again.resume(readCheckpoint(bytes));
  last.resume(readCheckpoint(checkpointToBytes(again)));
  heard.length = 0;
  await last.fit(data());
  expect(heard).toEqual(["1.2", "1.3"]);
});

test("hooks that are promises are awaited, each step too, and a rejection is what fit throws", async () => {
  const heard: string[] = [];
  const later = async (what: string) => { await Promise.resolve(); heard.push(what); };
  const slow = { onStepStart: () => later("start"), onStepEnd: () => later("end") };
  await script(OPTIMIZERS.SGD, () => [slow, schedule(() => (heard.push("next"), 0.1))])().fit(data(), { epochs: 1, batchSize: 6 });
  expect(heard).toEqual(["start", "next", "end", "start", "next", "end"]);
  for (const name of ["onStepStart", "onStepEnd", "onYield", "onFitClose"]) {
    const failing = script(OPTIMIZERS.SGD, () => [{ [name]: () => Promise.reject(new RangeError("mine")) }])();
    await expect(failing.fit(data(), { epochs: 1 })).rejects.toThrow("mine");
  }
});
