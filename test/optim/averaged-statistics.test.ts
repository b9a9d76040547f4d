import {
  Affine, BatchNorm, checkpointToBytes, CrossEntropy, Dataset, Dropout, ExponentialMovingAverage, Layer, movingAverage, readCheckpoint,
  ReLU, Sequential, SGD, split, Tensor, tensor, toys, Trainer, type Callback, type Json,
} from "chainrule";
import { errorOf, expectClose, numbers } from "../tools.ts";

const statistics = ({ runningMean, runningVariance }: BatchNorm) => [...numbers(runningMean), ...numbers(runningVariance)];

/** A BatchNorm whose running statistics are set by hand to 8 and 16, then to 4 and 8. */
function averaged(decay = 0.75) {
  const norm = new BatchNorm(1), network = new Sequential([new Dropout({ keep: 0.7 }), norm], { seed: 1 });
  const average = new ExponentialMovingAverage({ decay });
  for (const value of [8, 4]) {
    norm.runningMean = tensor([value]);
    norm.runningVariance = tensor([2 * value]);
    average.update(network);
  }
  return { norm, network, average };
}

describe("fault 75: a moving average beside BatchNorm", () => {
  test("averages the running statistics by the formula: 8 + 0.25·(4 - 8), 16 + 0.25·(8 - 16)", () => {
    const { norm, network, average } = averaged();
    expect(average.using(network, () => statistics(norm))).toEqual([7, 14]);
    expect(statistics(norm)).toEqual([4, 8]);
  });

  test("puts them in place with the parameters of the network, if these are given alone, too", () => {
    const { norm, network, average } = averaged();
    expect(average.using(network.parameters, () => statistics(norm))).toEqual([7, 14]);
    expect(() => average.using(network, () => { throw new Error("mine"); })).toThrow("mine");
    expect(statistics(norm)).toEqual([4, 8]);
  });

  test("leaves the statistics of a network alone whose parameters are not those given", () => {
    const { norm, network, average } = averaged(), other = new Affine(2, 2);
    average.update(other.parameters);
    expect(average.using(other.parameters, () => statistics(norm))).toEqual([4, 8]);
    expect(network.layers).toHaveLength(2);
  });

  test("a decay of 0 predicts as the network does", async () => {
    const { train, validation } = split(toys.spirals({ rows: 90, seed: 1 }), { validation: 0.3 });
    const network = new Sequential([new Affine(2, 8), new BatchNorm(8), new ReLU(), new Affine(8, 3)], { seed: 1 });
    const average = new ExponentialMovingAverage({ decay: 0 }), optimizer = new SGD({ learningRate: 0.3 });
    await new Trainer(network, { loss: new CrossEntropy(), optimizer, callbacks: [movingAverage(average)] }).fit(train, { epochs: 3 });
    const now = numbers(network.predict(validation.x));
    expectClose(average.using(network, () => network.predict(validation.x)), now, 1e-5);
  });

  test("goes on from its state, by way of JSON", () => {
    const { norm, network, average } = averaged(), other = new ExponentialMovingAverage({ decay: 0.75 });
    other.load(JSON.parse(JSON.stringify(average.state(network))) as Json, network);
    expect(other.using(network, () => statistics(norm))).toEqual([7, 14]);
    norm.runningMean = tensor([3]);
    other.update(network);
    expect(other.using(network, () => numbers(norm.runningMean))).toEqual([6]);
  });

  test.each<[string, (state: { parameters: Json; statistics: Json[] }) => unknown]>([
    ["too few layers", ({ statistics: [first] }) => [first]],
    ["another shape", ({ statistics: all }) => [all[0], all[1], { runningMean: { dtype: "float32", shape: [2], data: [1, 2] } }]],
    ["a field that is not there", ({ statistics: all }) => [all[0], all[1], { other: { dtype: "float32", shape: [1], data: [1] } }]],
    ["no list", () => ({})],
    ["true", () => true],
  ])("refuses a state with %s, with nothing changed", (_, change) => {
    const { norm, network, average } = averaged(), state = average.state(network) as { parameters: Json; statistics: Json[] };
    const broken = { ...state, statistics: change(state) } as Json;
    expect(errorOf(() => average.load(broken, network)).name).toBe("DataError");
    expect(average.using(network, () => statistics(norm))).toEqual([7, 14]);
  });

  test("takes a state without statistics, and begins them with the next update", () => {
    const { norm, network, average } = averaged(), { parameters } = average.state(network) as { parameters: Json };
    average.load(parameters, network);
    average.update(network);
    expect(average.using(network, () => statistics(norm))).toEqual([4, 8]);
  });

  test("resumes bit for bit", async () => {
    const data = new Dataset([[0, 1], [1, 0], [1, 1], [0, 0]], [0, 1, 0, 1]);
    const make = (average: ExponentialMovingAverage, ...more: Callback[]) => new Trainer(
      new Sequential([new Affine(2, 4), new BatchNorm(4), new Affine(4, 2)], { seed: 1 }),
      { loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.1 }), callbacks: [movingAverage(average), ...more] },
    );
    let bytes = new Uint8Array();
    const save: Callback = { onEpochEnd: (it, { epoch }) => { if (epoch === 2) bytes = Uint8Array.from(checkpointToBytes(it)); } };
    const [one, other] = [0.8, 0.8].map((decay) => new ExponentialMovingAverage({ decay }));
    const whole = make(one, save), resumed = make(other);
    await whole.fit(data, { epochs: 4, batchSize: 2 });
    resumed.resume(readCheckpoint(bytes));
    await resumed.fit(data);
    expect(other.state(resumed.network)).toEqual(one.state(whole.network));
  });

  test("averages what a layer of one's own keeps in its fields, too", () => {
    class Centre extends Layer {
      mean = tensor([8]);
      forward = (x: Tensor) => x;
      backward = (dy: Tensor) => dy;
    }
    const centre = new Centre(), network = new Sequential([centre, new Affine(1, 1)], { seed: 1 });
    const average = new ExponentialMovingAverage({ decay: 0.75 });
    average.update(network);
    centre.mean = tensor([4]);
    average.update(network);
    expect(average.using(network, () => numbers(centre.mean))).toEqual([7]);
  });
});

describe("using with a promise", () => {
  const made = () => {
    const layer = new Affine(1, 1, { init: "zeros" }), average = new ExponentialMovingAverage({ decay: 0.75 });
    layer.weight.value = tensor([[1]]);
    average.update(layer);
    layer.weight.value = tensor([[5]]);
    average.update(layer);
    return { layer, average };
  };
  const soon = () => new Promise((resolve) => { setTimeout(resolve, 1); });

  test("keeps the averages in place until it has settled", async () => {
    const { layer, average } = made();
    const seen = await average.using(layer, async () => {
      await soon();
      return numbers(layer.weight.value);
    });
    expect([seen, numbers(layer.weight.value), average.isSwappedIn]).toEqual([[2], [5], false]);
  });

  test("puts the weights back if it is rejected", async () => {
    const { layer, average } = made();
    await expect(average.using(layer, async () => {
      await soon();
      throw new Error("mine");
    })).rejects.toThrow("mine");
    expect([numbers(layer.weight.value), average.isSwappedIn]).toEqual([[5], false]);
  });

  test("refuses training meanwhile, and a second using", async () => {
    const { layer, average } = made(), running = average.using(layer.parameters, soon);
    for (const call of [() => average.update(layer), () => average.using(layer, () => 0), () => average.load([], layer)]) {
      expect(errorOf(call)).toMatchObject({ name: "CallOrderError", advice: expect.stringContaining("await") as string });
    }
    await running;
    expect(numbers(layer.weight.value)).toEqual([5]);
  });
});
