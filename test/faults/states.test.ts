import {
  Adam, Affine, BatchNorm, BestWeights, checkpoint, checkpointToBytes, CrossEntropy, Dataset, Dropout, EarlyStopping,
  ExponentialMovingAverage, keepSchedule, movingAverage, networkToJson, Parameter, readCheckpoint, ReduceOnPlateau,
  schedule, scheduleOnPlateau, Sequential, SGD, stepDecay, stepLimit, tensor, Trainer, type Callback, type Json, type Optimizer,
} from "chainrule/node";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorOf } from "../tools.ts";

const folder = mkdtempSync(join(tmpdir(), "states-"));
afterAll(() => { rmSync(folder, { recursive: true }); });

const network = () => new Sequential([new Affine(1, 2), new BatchNorm(2), new Dropout({ keep: 0.9 })], { seed: 3 });
const data = new Dataset([[1], [2], [3], [4]], [0, 1, 1, 0]);

/** Something with state() and load(), and a state of it after some training. */
interface Kept {
  state(): Json;
  load(state: Json): void;
}

async function trained(
  callbacks: readonly Callback[] = [], optimizer: Optimizer = new Adam({ learningRate: 0.01 }), net = network(),
) {
  const trainer = new Trainer(net, { loss: new CrossEntropy(), optimizer, callbacks });
  await trainer.fit(data, { epochs: 2, batchSize: 2, validation: data });
  return trainer;
}

async function ofCallback(callback: Callback, net?: Sequential): Promise<Kept> {
  const trainer = await trained([callback], undefined, net);
  return {
    state: () => callback.state?.(trainer) ?? null,
    load: (state) => { callback.load?.(state, trainer); },
  };
}

const average = new ExponentialMovingAverage({ decay: 0.9 });
const KEPT: readonly (readonly [string, () => Promise<Kept>])[] = [
  ["a network", async () => (await trained()).network],
  ...[new SGD({ learningRate: 0.1, momentum: 0.9 }), new Adam({ learningRate: 0.1 })].map((optimizer) =>
    [`${optimizer.constructor.name}`, async () => {
      const { network: { parameters } } = await trained([], optimizer);
      return { state: () => optimizer.state(parameters), load: (state: Json) => { optimizer.load(state, parameters); } };
    }] as const),
  ["ReduceOnPlateau", () => {
    const plateau = new ReduceOnPlateau({ patience: 1 });
    plateau.next(3, 1);
    return Promise.resolve(plateau);
  }],
  ["BestWeights", () => ofCallback(new BestWeights())],
  ["BestWeights without a trainer", async () => {
    const best = new BestWeights();
    await trained([best]);
    return best;
  }],
  ["EarlyStopping", () => ofCallback(new EarlyStopping({ patience: 5 }))],
  ["movingAverage", () => ofCallback(movingAverage(average))],
  ["schedule", () => ofCallback(schedule(stepDecay({ learningRate: 0.1, factor: 0.5, every: 2 })))],
  ["schedule of a plateau", () => ofCallback(scheduleOnPlateau(new ReduceOnPlateau({ patience: 1 })))],
  ["keepSchedule", () => {
    const made = network(), dropout = made.layers[2];
    return dropout instanceof Dropout ? ofCallback(keepSchedule(dropout, () => 0.9), made) : Promise.reject(new Error());
  }],
  ["stepLimit", () => ofCallback(stepLimit(100))],
  ["checkpoint", () => ofCallback(checkpoint(join(folder, "run"), { best: (record) => record.loss, everyEpochs: 100 }))],
];

/** What versions before did not write, and what means the same as nothing. */
const DEFAULTS: Readonly<Record<string, Json>> = { measure: null, last: null, isOver: false };

/** All states in which one value, at any depth, is another one or missing. */
function* changed(state: Json): Generator<Json> {
  for (const other of [null, -1, 0.5, 1e300, "x", "NaN", true, [], {}, [0], { x: 0 }]) yield other;
  if (typeof state !== "object" || state === null) return;
  const names = Object.keys(state);
  for (const name of names.length > 8 ? [...names.slice(0, 2), ...names.slice(-2)] : names) {
    const part = (state as Record<string, Json>)[name];
    const put = (value?: Json): Json => {
      if (Array.isArray(state)) return state.flatMap((one: Json, i) => String(i) !== name ? [one] : value === undefined ? [] : [value]);
      const { [name]: _, ...rest } = state as Record<string, Json>;
      return value === undefined ? rest : { ...rest, [name]: value };
    };
    yield put();
    for (const value of changed(part)) yield put(value);
  }
}

/** Names in order, and without what stands for nothing. */
const sorted = (state: Json): string => JSON.stringify(state, (_, value: unknown) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const isEmpty = (one: unknown) => /^\[(\{\},?)*\]$/.test(JSON.stringify(one));
  const said = Object.entries(value).filter(([name, one]) =>
    one !== (DEFAULTS[name] ?? null) && !(name === "statistics" && isEmpty(one)));
  // Averages of parameters alone are a plain list.
  if (said.length === 1 && said[0][0] === "parameters" && Array.isArray(said[0][1])) return said[0][1];
  return Object.fromEntries(said.sort(([a], [b]) => a < b ? -1 : 1));
});

test.each(KEPT)("%s takes back a state as it stands, or refuses it and stays as it was", async (_, make) => {
  const kept = await make(), before = kept.state();
  kept.load(before);
  expect(sorted(kept.state())).toBe(sorted(before));
  let refused = 0;
  for (const state of changed(before)) {
    kept.load(before);
    let isRefused = false;
    try {
      kept.load(state);
    } catch {
      isRefused = true;
      refused++;
    }
    if (isRefused) {
      expect(errorOf(() => { kept.load(state); }).name).toMatch(/^(Data|Option|Shape)Error$/);
      expect(sorted(kept.state())).toBe(sorted(before));
    } else expect(sorted(kept.state())).toBe(sorted(state));
  }
  expect(refused).toBeGreaterThan(5);
});

test.each([["state", { state: () => 1 }], ["load", { load: () => undefined }]])(
  "a callback that has only %s() is refused by a checkpoint, which would lose what it has seen", async (which, half) => {
    const trainer = await trained([half]), { given, advice } = errorOf(() => checkpointToBytes(trainer));
    expect(given).toContain(`only ${which}()`);
    expect(advice).toContain("both");
  });

test("a callback without state() and load() is no part of a checkpoint", async () => {
  const bytes = checkpointToBytes(await trained([{ onEpochEnd: () => undefined }]));
  expect(() => { new Trainer(network(), { loss: new CrossEntropy(), optimizer: new Adam({ learningRate: 0.01 }) })
    .resume(readCheckpoint(bytes)); }).not.toThrow();
});

describe("fields of a layer that anybody may set", () => {
  const layer = () => new Affine(1, 2);

  test.each([5, undefined, null, "", {}])("a name of %p is refused by the next call, and by files", (name) => {
    const named = Object.assign(layer(), { name }), inside = new Sequential([layer()]);
    expect(errorOf(() => named.forward(tensor([[1]]))).where).toBe("Layer name");
    Object.assign(inside.layers[0], { name });
    expect(errorOf(() => inside.predict([[1]])).where).toBe("Layer name");
    expect(errorOf(() => networkToJson(inside)).name).toMatch(/Error$/);
  });

  test.each([1, "no", undefined, null])("a needsInputGradient of %p is refused by the next call", (value) => {
    const set = layer();
    Reflect.set(set, "needsInputGradient", value);
    expect(errorOf(() => set.forward(tensor([[1]]))).where).toBe("Affine.needsInputGradient");
  });

  test("running statistics of another shape are refused, in train and in eval", () => {
    const norm = new BatchNorm(2);
    norm.runningMean = tensor([1, 2, 3]);
    expect(errorOf(() => norm.forward(tensor([[1, 2], [3, 4]]))).name).toBe("ShapeError");
    expect(errorOf(() => norm.eval().forward(tensor([[1, 2], [3, 4]]))).name).toBe("ShapeError");
  });
});

test.each(["", 5, undefined, null])("a parameter named %p is refused", (name) => {
  expect(errorOf(() => new Parameter(name as string, tensor([1]))).where).toBe("Parameter name");
});

test.each([-1, 0.5, NaN, "1"])("a schedule refuses that %p steps were made", (made) => {
  const callback = schedule(() => 0.1);
  expect(errorOf(() => { callback.made = made as number; }).where).toBe("schedule made");
  expect(callback.made).toBe(0);
});
