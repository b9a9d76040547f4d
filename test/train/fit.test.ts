import { Affine, Dataset, SGD, Sequential, Trainer, type Callback, type Tensor } from "chainrule";
import { double, expectClose, numbers, rejectionOf, spread32 } from "../tools.ts";
import { data, makeNetwork, makeTrainer, weightsOf } from "./network.ts";

const batchSize = 4;

describe("fit", () => {
  test("gives a record for each epoch, with its number, steps and learning rate", async () => {
    const records = await makeTrainer().fit(data(), { epochs: 2, batchSize });
    expect(records).toMatchObject([
      { epoch: 1, steps: 3, learningRate: 0.1 }, { epoch: 2, steps: 3, learningRate: 0.1 },
    ]);
  });

  test("lowers the loss of data that can be learnt", async () => {
    const trainer = makeTrainer(), set = new Dataset([[1, 0, 0], [0, 1, 0]], [0, 1]);
    const before = trainer.evaluate(set).loss;
    await trainer.fit(set, { epochs: 50 });
    expect(trainer.evaluate(set).loss).toBeLessThan(before / 2);
  });

  test("the same seeds give the same run, bit for bit", async () => {
    const [a, b] = [makeTrainer(), makeTrainer()];
    expect(await a.fit(data(), { epochs: 3, batchSize })).toEqual(
      await b.fit(data(), { epochs: 3, batchSize }),
    );
    expect(weightsOf(a)).toEqual(weightsOf(b));
  });

  test("2 and then 3 epochs are 5, bit for bit: order, masks and velocity go on", async () => {
    const parts = makeTrainer(), whole = makeTrainer();
    const first = await parts.fit(data(), { epochs: 2, batchSize });
    const then = await parts.fit(data(), { epochs: 3, batchSize });
    expect([...first, ...then]).toEqual(await whole.fit(data(), { epochs: 5, batchSize }));
    expect(weightsOf(parts)).toEqual(weightsOf(whole));
    expect(then.map(({ epoch }) => epoch)).toEqual([3, 4, 5]);
  });

  test("the history has the records of all fits, and is a copy", async () => {
    const trainer = makeTrainer();
    await trainer.fit(data(), { epochs: 1 });
    await trainer.fit(data(), { epochs: 2 });
    (trainer.history as unknown[]).pop();
    expect(trainer.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  });

  test("0 epochs change nothing", async () => {
    const trainer = makeTrainer(), before = weightsOf(trainer);
    expect(await trainer.fit(data(), { epochs: 0 })).toEqual([]);
    expect(weightsOf(trainer)).toEqual(before);
  });

  test("gives batches of 32 unless told otherwise", async () => {
    const [{ steps }] = await makeTrainer().fit(new Dataset(spread32(65, 3), Array(65).fill(0)), {
      epochs: 1,
    });
    expect(steps).toBe(3);
  });
});

describe("the order of rows", () => {
  /** The one number of each row, in the order in which training sees them. */
  async function seen(seed: number, epochs = 1): Promise<number[]> {
    const rows: number[] = [];
    const loss = { forward: (y: Tensor) => (rows.push(...y.data), 0), backward: () => double([[0], [0]]) };
    const same = new Sequential([new Affine(1, 1, { init: double([[1]]) })]);
    const trainer = new Trainer(same, { loss, optimizer: new SGD({ learningRate: 0 }), seed });
    const values = [...Array(20).keys()];
    await trainer.fit(new Dataset(double(values.map((value) => [value])), values), { epochs, batchSize: 2 });
    return rows;
  }

  test("has every row once an epoch, another order each", async () => {
    const rows = await seen(1, 2), first = rows.slice(0, 20), second = rows.slice(20);
    for (const epoch of [first, second])
      expect([...epoch].sort((a, b) => a - b)).toEqual([...Array(20).keys()]);
    expect(first).not.toEqual(second);
  });

  test("follows the trainer's seed", async () => {
    expect(await seen(1)).toEqual(await seen(1));
    expect(await seen(1)).not.toEqual(await seen(2));
  });
});

describe("the loss of an epoch", () => {
  test("weighs each row alike, also those of a short last batch", async () => {
    // Each row's loss is its own number 0 .. 10: their mean is 5, whatever the batches.
    const loss = {
      forward: (y: Tensor) => numbers(y).reduce((a, b) => a + b) / y.shape[0],
      backward: () => undefined as never,
    };
    const rows = [...Array(11).keys()].map((value) => [value]);
    const trainer = new Trainer(new Sequential([new Affine(1, 1, { init: double([[1]]) })]), {
      loss, optimizer: new SGD({ learningRate: 0 }),
    });
    expectClose(
      [trainer.evaluate(new Dataset(double(rows), Array(11).fill(0)), { batchSize: 4 }).loss],
      [5],
      1e-15,
    );
  });

  test("in fit, with a learning rate of 0, is that of evaluate, whatever the batches", async () => {
    const network = makeNetwork().to("float64");
    network.layers[2].eval();
    const trainer = makeTrainer(network, { optimizer: new SGD({ learningRate: 0 }) });
    const set = new Dataset(double(data().x.toArray()), data().labels);
    const [{ loss, accuracy }] = await trainer.fit(set, { epochs: 1, batchSize });
    const whole = trainer.evaluate(set);
    expectClose([loss], [whole.loss], 1e-14);
    expect(accuracy).toBe(whole.accuracy);
  });
});

describe("stop", () => {
  const stopAt = (wanted: number): Callback => ({
    onStepEnd: (trainer, { step }) => { if (step === wanted) trainer.stop(); },
  });

  test("ends fit after the step that is running, with a record of what was done", async () => {
    const trainer = makeTrainer(makeNetwork(), { callbacks: [stopAt(2)] });
    expect(await trainer.fit(data(), { epochs: 5, batchSize })).toMatchObject([{ epoch: 1, steps: 2 }]);
  });

  test("before the first epoch leaves nothing to do", async () => {
    const trainer = makeTrainer(makeNetwork(), { callbacks: [{ onFitStart: (one) => one.stop() }] });
    expect(await trainer.fit(data(), { epochs: 5 })).toEqual([]);
  });

  test("does not hold for the next fit", async () => {
    const trainer = makeTrainer();
    trainer.stop();
    expect(await trainer.fit(data(), { epochs: 2 })).toHaveLength(2);
  });
});

describe("fit refuses", () => {
  const refused = (options: object, set: unknown = data()) =>
    rejectionOf(makeTrainer().fit(set as Dataset, { epochs: 1, ...options }));

  test.each([0, -1, 1.5, NaN, "4", null])("the batch size %p", async (size) => {
    const problem = await refused({ batchSize: size === null ? Infinity : size });
    expect(problem).toMatchObject({ where: "fit batchSize", allowed: "an integer at least 1" });
  });

  test.each([-1, 1.5, NaN, undefined])("%p epochs", async (epochs) => {
    expect((await refused({ epochs })).where).toBe("fit epochs");
  });

  test("no options, and one it does not know", async () => {
    expect((await rejectionOf(makeTrainer().fit(data(), undefined as never))).where).toBe("fit epochs");
    expect((await refused({ batchsize: 3 })).advice).toBe("Did you mean batchSize?");
  });

  test("what is no Dataset", async () => {
    expect((await refused({}, [[1, 2, 3]])).where).toBe("Trainer fit data");
  });

  test("rows of another width than the network takes, before the first step", async () => {
    expect((await refused({}, new Dataset([[1, 2]], [0]))).given).toBe("[2] from the input");
  });

  test("a label the network has no output for, with its index, before the first step", async () => {
    const trainer = makeTrainer(), before = weightsOf(trainer);
    const set = new Dataset(spread32(11, 3), [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 2]);
    expect(await rejectionOf(trainer.fit(set, { epochs: 1 }))).toMatchObject({
      where: "CrossEntropy labels, at index 10",
    });
    expect(weightsOf(trainer)).toEqual(before);
  });

  test("a validation set the network cannot take, before the first step", async () => {
    expect((await refused({ validation: new Dataset([[1]], [0]) })).given).toBe("[1] from the input");
  });

  test("a second fit while one is running, which goes on undisturbed", async () => {
    const trainer = makeTrainer(), alone = makeTrainer();
    const running = trainer.fit(data(), { epochs: 2, batchSize });
    expect(await rejectionOf(trainer.fit(data(), { epochs: 1 }))).toMatchObject({
      name: "CallOrderError", where: "fit", given: "a call while fit trains the same weights",
    });
    expect(await running).toEqual(await alone.fit(data(), { epochs: 2, batchSize }));
  });
});
