import { Dataset, tensor, type Callback, type Trainer } from "chainrule";
import { numbers } from "../tools.ts";
import { data, makeNetwork, makeTrainer, weightsOf } from "./network.ts";

const fitted = (trainer: Trainer, epochs = 2) =>
  trainer.fit(data(), { epochs, batchSize: 6, validation: data() });
const withCallbacks = (...callbacks: Callback[]) => makeTrainer(makeNetwork(), { callbacks });

describe("callbacks", () => {
  test("hear of start, steps, epochs and end, in order and one after the other", async () => {
    const heard: string[] = [];
    const listener = (name: string): Callback => ({
      onFitStart: () => void heard.push(`${name} start`),
      onStepEnd: (_, { epoch, step, steps }) => void heard.push(`${name} ${epoch}: ${step}/${steps}`),
      onEpochEnd: (_, { epoch }) => void heard.push(`${name} epoch ${epoch}`),
      onFitEnd: () => void heard.push(`${name} end`),
    });
    await fitted(withCallbacks(listener("a"), listener("b")));
    expect(heard.filter((line) => line.startsWith("a"))).toEqual([
      "a start", "a 1: 1/2", "a 1: 2/2", "a epoch 1", "a 2: 1/2", "a 2: 2/2", "a epoch 2", "a end",
    ]);
    expect(heard.slice(0, 4)).toEqual(["a start", "b start", "a 1: 1/2", "b 1: 1/2"]);
  });

  test("that are promises are waited for", async () => {
    const heard: string[] = [];
    const later = (what: string) => new Promise<void>((resolve) => {
      setTimeout(() => { heard.push(what); resolve(); }, 5);
    });
    await fitted(withCallbacks(
      { onFitStart: () => later("start"), onEpochEnd: () => later("epoch"), onFitEnd: () => later("end") },
      { onFitStart: () => void heard.push("second") },
    ), 1);
    expect(heard).toEqual(["start", "second", "epoch", "end"]);
  });

  test("get the record that fit gives, validation in it", async () => {
    const records: unknown[] = [];
    const given = await fitted(withCallbacks({ onEpochEnd: (_, record) => void records.push(record) }));
    expect(records).toEqual(given);
    expect(given[0].validation).toMatchObject({ rows: 11 });
  });

  test("get the loss of each step, whose mean over rows is the epoch's", async () => {
    const losses: number[] = [];
    const [record] = await fitted(withCallbacks({ onStepEnd: (_, { loss }) => void losses.push(loss) }), 1);
    expect(record.loss).toBeCloseTo((losses[0] * 6 + losses[1] * 5) / 11, 12);
  });

  test("find the record in the history already", async () => {
    const lengths: number[] = [];
    await fitted(withCallbacks({ onEpochEnd: (trainer) => void lengths.push(trainer.history.length) }));
    expect(lengths).toEqual([1, 2]);
  });

  test("may set the learning rate, which holds from the next step on", async () => {
    const rest = withCallbacks({ onEpochEnd: (trainer) => { trainer.optimizer.learningRate = 0; } });
    const [, second] = await fitted(rest), once = makeTrainer();
    await fitted(once, 1);
    expect(weightsOf(rest)).toEqual(weightsOf(once));
    expect(second.learningRate).toBe(0);
  });

  test("may evaluate and predict without changing the run", async () => {
    const curious = withCallbacks({
      onStepEnd: (trainer) => {
        trainer.evaluate(data());
        trainer.network.predict([[1, 2, 3]]);
      },
    });
    const plain = makeTrainer();
    expect(await fitted(curious)).toEqual(await fitted(plain));
    expect(weightsOf(curious)).toEqual(weightsOf(plain));
  });
});

describe("a callback that throws", () => {
  test.each(["onFitStart", "onStepEnd", "onEpochEnd", "onFitEnd"] as const)(
    "in %s ends fit with its own error, and the trainer can be used again", async (name) => {
      let broken = true;
      const trainer = withCallbacks({ [name]: () => { if (broken) throw new RangeError("mine"); } });
      await expect(fitted(trainer)).rejects.toThrow(new RangeError("mine"));
      broken = false;
      expect(await fitted(trainer, 1)).toHaveLength(1);
    },
  );

  test("leaves every layer in the mode it had", async () => {
    const trainer = withCallbacks({ onStepEnd: () => { throw new RangeError("mine"); } });
    trainer.network.layers[2].eval();
    await expect(fitted(trainer)).rejects.toThrow("mine");
    expect(trainer.network.layers.map(({ mode }) => mode)).toEqual(["train", "train", "eval", "train"]);
  });
});

describe("evaluate", () => {
  test("returns the mean loss and the accuracy, whatever the batch size", () => {
    const trainer = makeTrainer(), all = trainer.evaluate(data());
    const small = trainer.evaluate(data(), { batchSize: 2 });
    expect(small).toMatchObject({ rows: 11, accuracy: all.accuracy });
    expect(small.loss).toBeCloseTo(all.loss, 6);
  });

  test("has no accuracy where labels are no classes", () => {
    const set = new Dataset(tensor([[1, 2, 3]]), tensor([[0.3, 0.7]]));
    expect(makeTrainer().evaluate(set)).toMatchObject({ rows: 1, accuracy: undefined });
  });

  test("its accuracy is what classify says", () => {
    const trainer = makeTrainer(), { x, labels } = data();
    const right = trainer.network.classify(x).filter((guess, i) => guess === (labels as number[])[i]).length;
    expect(trainer.evaluate(data()).accuracy).toBe(right / 11);
  });

  test("changes no weight, no gradient, no mode and no mask to come", () => {
    const trainer = makeTrainer(), other = makeTrainer();
    trainer.network.layers[0].eval();
    trainer.evaluate(data());
    expect([trainer.network, ...trainer.network.layers].map(({ mode }) => mode))
      .toEqual(["train", "eval", "train", "train", "train"]);
    expect(weightsOf(trainer)).toEqual(weightsOf(other));
    expect(trainer.network.parameters.map(({ grad }) => numbers(grad))).toEqual(
      other.network.parameters.map(({ grad }) => numbers(grad)),
    );
    expect(trainer.step(data().x, data().labels)).toBe(other.step(data().x, data().labels));
  });
});
