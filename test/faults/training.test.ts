import {
  Affine, checkpointToBytes, CrossEntropy, Dataset, loadWeightsFromBytes, modelToBytes, NegativeLogLikelihood,
  Parameter, readCheckpoint, ReLU, Sequential, SGD, Softmax, tensor, Trainer, zeros, type Labels,
} from "chainrule";
import { EpochTotals } from "../../src/train/evaluation.ts";
import { double, errorOf, expectClose, numbers, rejectionOf } from "../tools.ts";
import { data, makeNetwork, makeTrainer, weightsOf } from "../train/network.ts";

const ce = (logits: number[][], labels: unknown) =>
  errorOf(() => new CrossEntropy().forward(tensor(logits), labels as Labels));

describe("labels", () => {
  test.each([2, -1, 1.5, NaN])("fault 16: the class %d of two is refused with index and value", (label) => {
    expect(ce([[1, 2], [3, 4]], [0, label])).toMatchObject({
      where: "CrossEntropy labels, at index 1", given: String(label), allowed: "a class from 0 to 1",
    });
  });

  test("fault 17: -100 is no hidden way to ignore a row", () => {
    expect(ce([[1, 2]], [-100]).given).toBe("-100");
  });

  test.each([[[0.7, 0.7]], [[1.5, -0.5]], [[0, 0]]])(
    "fault 18: soft labels %j that are no probabilities are refused",
    (row) => {
      expect(ce([[1, 2]], tensor([row])).allowed).toContain("at least 0, with sum 1 to within 0.001");
    },
  );

  test("fault 19: one-hot rows are not taken for indices, nor indices for rows", () => {
    expect(ce([[1, 2], [3, 4]], [[0, 1], [1, 0]]).given).toBe("an array of 2");
    expect(ce([[1, 2], [3, 4]], tensor([0, 1])).given).toBe("a Tensor [2]");
  });

  test.each([[[3, 1], [3]], [[3], [3, 1]], [[3, 1], [1, 3]], [[3, 2], [1, 2]]])(
    "fault 20: a prediction %j against targets %j is a shape error, never broadcast", (prediction, targets) => {
      expect(errorOf(() => new CrossEntropy().forward(zeros(prediction), zeros(targets))).name).toBe(
        "ShapeError",
      );
    },
  );

  test.each([NaN, -0.1, 1.1, Infinity, "0.1"])("fault 22: a label smoothing of %p is refused", (labelSmoothing) => {
    expect(errorOf(() => new CrossEntropy({ labelSmoothing: labelSmoothing as number }))).toMatchObject({
      where: "CrossEntropy labelSmoothing", allowed: "a finite number at least 0 and at most 1",
    });
  });

  test("fault 17: a batch whose rows are all ignored is refused, not a loss of NaN", () => {
    const loss = new CrossEntropy({ ignoreIndex: -100 });
    expect(errorOf(() => loss.forward(tensor([[1, 2], [3, 4]]), [-100, -100]))).toMatchObject({
      name: "DataError", where: "CrossEntropy labels", given: "2 labels, all of them -100, which is ignored",
    });
  });

  test("fault 17: no label is ignored unless it is said to be", () => {
    expect(errorOf(() => new CrossEntropy().forward(tensor([[1, 2]]), [-100])).given).toBe("-100");
  });

  test("fault 30: images and labels that differ in number are refused", () => {
    expect(errorOf(() => new Dataset([[1], [2], [3]], [0, 1])).given).toBe("3 rows and 2 labels");
  });

  test("fault 30: rows and labels are shuffled together", async () => {
    // Each row says its own class: only if they stay together can the loss be exactly 0.
    const losses: number[] = [];
    const rows = [...Array(20).keys()].map((i) => (i % 2 === 0 ? [10000, -10000] : [-10000, 10000]));
    const same = new Sequential([new Affine(2, 2, { init: tensor([[1, 0], [0, 1]]) })]);
    const trainer = new Trainer(same, {
      loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.1 }),
      callbacks: [{ onStepEnd: (_, { loss }) => void losses.push(loss) }],
    });
    await trainer.fit(new Dataset(rows, rows.map((_, i) => i % 2)), { epochs: 2, batchSize: 3 });
    expect(losses).toEqual(Array(14).fill(0));
  });
});

describe("rows", () => {
  test.each([
    [[[1, 2], [3]], "row 1"],
    [[[1], new Array(1)], "row 1"],
    [[["1"], [2]], "row 0"],
    [[[1], , [3]], "row 1"],
  ])("fault 31: %j is refused with the number of the row", (rows, where) => {
    expect(
      errorOf(
        () =>
          new Dataset(
            rows as number[][],
            rows.map(() => 0),
          ),
      ).where,
    ).toContain(where);
  });

  test.each([NaN, Infinity])("fault 23: %d in a row is refused by the data set, with the row", (value) => {
    expect(errorOf(() => new Dataset([[1, 2], [value, 4]], [0, 1])).where).toContain("row 1");
  });

  test("fault 23: NaN in a row given to step stops before the update, weights kept", () => {
    const trainer = makeTrainer(), before = weightsOf(trainer);
    expect(errorOf(() => trainer.step([[1, 2, NaN]], [0])).given).toBe("NaN at [0, 2] of x");
    expect(weightsOf(trainer)).toEqual(before);
  });

  test("fault 26: an empty data set and an empty batch are refused: there is no mean over 0", () => {
    expect(errorOf(() => new Dataset([], [])).where).toBe("Dataset");
    expect(errorOf(() => makeTrainer().step(zeros([0, 3]), [])).allowed).toBe("a batch of at least one row");
    expect(errorOf(() => new CrossEntropy().forward(zeros([0, 2]), [])).allowed).toContain(
      "at least one row",
    );
  });

  test.each([0, -1, 1.5, NaN])("fault 27: a batch size of %d is refused, in fit and in evaluate", async (batchSize) => {
    expect((await rejectionOf(makeTrainer().fit(data(), { epochs: 1, batchSize }))).where).toBe(
      "fit batchSize",
    );
    expect(errorOf(() => makeTrainer().evaluate(data(), { batchSize })).where).toBe("evaluate batchSize");
  });

  test("fault 28: a batch larger than the set is one short batch", async () => {
    expect(await makeTrainer().fit(data(), { epochs: 1, batchSize: 1000 })).toMatchObject([{ steps: 1 }]);
  });

  test("fault 29: a short last batch counts by its rows, in the loss and in the accuracy", () => {
    // Row 0 is wrong at a loss of 20,000, rows 1 and 2 are right at 0: means over 3 rows, not over 2 batches.
    const same = new Sequential([new Affine(2, 2, { init: double([[1, 0], [0, 1]]) })]);
    const set = new Dataset(double([[-10000, 10000], [10000, -10000], [10000, -10000]]), [0, 0, 0]);
    const { loss, accuracy } = makeTrainer(same).evaluate(set, { batchSize: 2 });
    expectClose([loss, accuracy ?? NaN], [20000 / 3, 2 / 3], 1e-11);
  });
});

describe("losses", () => {
  test("fault 21: logits of ±10,000 give losses of exactly 0 and 20,000, where a probability would be 0", () => {
    const network = new Sequential([new Affine(1, 2, { init: tensor([[10000, -10000]]) }), new Softmax()]);
    const trainer = new Trainer(network, {
      loss: new CrossEntropy(),
      optimizer: new SGD({ learningRate: 0 }),
    });
    expect([trainer.step([[1]], [0]), trainer.step([[1]], [1])]).toEqual([0, 20000]);
  });

  test("fault 21: a second softmax is never silent", () => {
    const p = new Sequential([new ReLU(), new Softmax()]).forward(tensor([[1, 2]]));
    expect(errorOf(() => new CrossEntropy().forward(p, [0])).advice).toContain("NegativeLogLikelihood");
    expect(() => new NegativeLogLikelihood().forward(p, [0])).not.toThrow();
  });

  test("fault 24: a run that diverges stops with epoch, step, learning rate and the advice to lower it", async () => {
    const trainer = makeTrainer(makeNetwork(), { optimizer: new SGD({ learningRate: 1e37 }) });
    const error = await rejectionOf(trainer.fit(data(), { epochs: 5, batchSize: 4 }));
    expect(`${error.where} ${error.advice}`).toMatch(
      /epoch \d+, step \d+ of 3 .*Lower the learning rate \(now 1e\+37\)/,
    );
    expect(weightsOf(trainer).flat().every(Number.isFinite)).toBe(true);
  });

  test("fault 61: one class, constant inputs and a column of zeros give no NaN", async () => {
    const set = new Dataset([[0, 1, 1], [0, 1, 1]], [0, 0]);
    for (const { loss } of await makeTrainer().fit(set, { epochs: 5 }))
      expect(loss).toBeGreaterThanOrEqual(0);
  });
});

test("fault 65: the mean over 60,000 float32 losses is right to twelve digits", () => {
  // Multiples of 2^-53, so that integers of 2^-53 add up to the sum without any rounding.
  const losses = Array.from({ length: 60000 }, (_, i) => Math.fround((i * Math.SQRT2) % 1));
  const exact = losses.reduce((sum, value) => sum + BigInt(value * 2 ** 53), 0n);
  const tally = new EpochTotals(new CrossEntropy()), one = zeros([1, 1]);
  for (const value of losses) tally.add(value, one, one);
  const wanted = Number(exact) / 2 ** 53 / 60000;
  expect(Math.abs(tally.means.loss - wanted) / wanted).toBeLessThan(1e-12);
});

describe("shared parameters", () => {
  test("fault 14: are stepped once a step, with the summed gradient and one velocity", () => {
    // y = w·(w·x), w = 1, x = 1, dy = 1: dw = 2, so with momentum 0.5 and lr 0.1 w ← 1 - 0.1·2.
    const first = new Affine(1, 1, { init: double([[1]]), bias: false });
    const network = new Sequential([first, new Affine(1, 1, { weight: first.weight, bias: false })]);
    const loss = { forward: () => 0, backward: () => double([[1]]) };
    const trainer = new Trainer(network, { loss, optimizer: new SGD({ learningRate: 0.1, momentum: 0.5 }) });
    trainer.step([[1]], [0]);
    expectClose(first.weight.value, [0.8], 1e-15);
    // Then dw = 2·0.8 and v = 0.5·2 + 1.6 = 2.6.
    trainer.step([[1]], [0]);
    expectClose(first.weight.value, [0.54], 1e-15);
  });

  test("fault 14: given twice to an optimizer are stepped once", () => {
    const parameter = new Parameter("w", double([1]));
    parameter.grad.data.fill(1);
    new SGD({ learningRate: 0.5 }).step([parameter, parameter]);
    expect(numbers(parameter.value)).toEqual([0.5]);
  });
});

test("fault 63: a second fit at once is refused, and the first goes on", async () => {
  const trainer = makeTrainer(), running = trainer.fit(data(), { epochs: 2 });
  expect((await rejectionOf(trainer.fit(data(), { epochs: 1 }))).given).toBe(
    "a call while fit trains the same weights",
  );
  expect(await running).toHaveLength(2);
});

describe("fault 63: two trainers of the same weights", () => {
  test("are refused while the first is in fit, wherever it waits, and the first goes on to its own bits", async () => {
    const network = makeNetwork(), refused: string[] = [];
    const second = makeTrainer(network), before = numbers(network.parameters[0].value);
    const first = makeTrainer(network, { callbacks: [{
      async onStepEnd() { refused.push((await rejectionOf(second.fit(data(), { epochs: 1 }))).allowed); },
    }] });
    await first.fit(data(), { epochs: 1, batchSize: 4 });
    const alone = makeTrainer();
    await alone.fit(data(), { epochs: 1, batchSize: 4 });
    expect(refused).toEqual(Array(3).fill("before or after it"));
    expect(weightsOf(first)).toEqual(weightsOf(alone));
    expect(numbers(network.parameters[0].value)).not.toEqual(before);
    expect(second.history).toEqual([]);
  });

  test.each<[string, (tried: { trainer: Trainer; network: Sequential; file: Uint8Array }) => unknown]>([
    ["step of the same trainer", ({ trainer }) => trainer.step(data().x, data().labels)],
    ["step of another trainer", ({ network }) => makeTrainer(network).step(data().x, data().labels)],
    ["resume of the same trainer", ({ trainer, file }) => { trainer.resume(readCheckpoint(file)); }],
    ["resume of another trainer", ({ network, file }) => { makeTrainer(network).resume(readCheckpoint(file)); }],
    ["the network's load", ({ network }) => { network.load(network.state()); }],
    ["weights from a file", ({ network }) => { loadWeightsFromBytes(network, modelToBytes(network)); }],
    ["a layer's load", ({ network }) => { network.layers[0].load(network.layers[0].state()); }],
    ["the optimizer's step", ({ trainer, network }) => { trainer.optimizer.step(network.parameters); }],
    ["another optimizer's load", ({ network: { parameters } }) => {
      new SGD({ learningRate: 0.1 }).load(new SGD({ learningRate: 0.1 }).state(parameters), parameters);
    }],
  ])("%s is refused beside fit, between steps and within an async hook, and the fit keeps its bits", async (what, call) => {
    const other = makeTrainer(), network = makeNetwork(), refused: string[] = [];
    other.step(data().x, data().labels);
    const file = checkpointToBytes(other);
    const tried = () => { refused.push(errorOf(() => call({ trainer, network, file })).name); };
    const trainer: Trainer = makeTrainer(network, { callbacks: [{
      async onStepEnd() {
        await Promise.resolve();
        tried();
      },
      onYield: tried,
    }] });
    await trainer.fit(data(), { epochs: 1, batchSize: 4 });
    const alone = makeTrainer();
    await alone.fit(data(), { epochs: 1, batchSize: 4 });
    expect(refused.length).toBeGreaterThan(3);
    expect(new Set(refused)).toEqual(new Set(["CallOrderError"]));
    expect(weightsOf(trainer)).toEqual(weightsOf(alone));
    if (what !== "the optimizer's step") expect(() => call({ trainer, network, file })).not.toThrow();
  });

  test("a hook may evaluate, predict, set the rate, load weights and make a step: the same bits each time", async () => {
    const run = async () => {
      const trainer = makeTrainer(makeNetwork(), { callbacks: [{
        onStepEnd({ network, optimizer }) {
          trainer.evaluate(data());
          network.predict(data().x);
          optimizer.learningRate *= 0.9;
          network.load(network.state());
          trainer.step(data().x, data().labels);
        },
      }] });
      await trainer.fit(data(), { epochs: 2, batchSize: 4 });
      return weightsOf(trainer);
    };
    expect(await run()).toEqual(await run());
  });

  test("two networks that train each other may step in each other's hooks, with a weight in common, too", async () => {
    const generator = new Affine(3, 3), critic = new Affine(3, 2), losses: number[] = [];
    const second = makeTrainer(new Sequential([critic]));
    const first = makeTrainer(new Sequential([generator, critic]), { callbacks: [{
      onStepEnd() { losses.push(second.step(data().x, data().labels)); },
    }] });
    await first.fit(data(), { epochs: 1, batchSize: 4 });
    expect(losses).toHaveLength(3);
  });

  test("follow each other, also after a fit that failed", async () => {
    const network = makeNetwork();
    const failing = makeTrainer(network, { callbacks: [{ onStepEnd() { throw new RangeError("mine"); } }] });
    await expect(failing.fit(data(), { epochs: 1 })).rejects.toThrow("mine");
    expect(await makeTrainer(network).fit(data(), { epochs: 1 })).toHaveLength(1);
    expect(await makeTrainer(network).fit(data(), { epochs: 1 })).toHaveLength(1);
  });

  test("may train at once if they have nothing in common, and not if two networks share one weight", async () => {
    const shared = new Affine(3, 2), other = new Affine(3, 2, { weight: shared.weight });
    const fit = (network: Sequential) => makeTrainer(network).fit(data(), { epochs: 2 });
    const both = [fit(makeNetwork(1)), fit(makeNetwork(2))];
    expect((await Promise.all(both)).map(({ length }) => length)).toEqual([2, 2]);
    const running = fit(new Sequential([shared]));
    expect((await rejectionOf(fit(new Sequential([other])))).given).toBe("a call while fit trains the same weights");
    expect(await running).toHaveLength(2);
  });
});
