import {
  Affine, CrossEntropy, Dataset, Dropout, NegativeLogLikelihood, NumericError, SGD, Sequential, Softmax, tensor,
  Trainer, type Tensor,
} from "chainrule";
import { GivesBack } from "../fixtures/faulty.ts";
import { errorOf, numbers, rejectionOf, spread32 } from "../tools.ts";
import { data, makeNetwork, makeTrainer, weightsOf } from "./network.ts";

/** A network whose third layer gives NaN whenever it is told to. */
function unstable() {
  const state = { broken: false };
  const y = (x: Tensor) =>
    state.broken ? tensor([...Array(x.shape[0]).keys()].map(() => Array<number>(8).fill(NaN))) : x;
  const odd = new GivesBack({ y });
  odd.name = "Odd";
  const network = new Sequential([new Affine(3, 8), new Dropout({ keep: 0.7 }), odd, new Affine(8, 2)], {
    seed: 4,
  });
  return { network, state };
}

const momentum = () => new SGD({ learningRate: 0.25, momentum: 0.9 });

describe("a loss that is not finite", () => {
  test("fault 24, 40: stops the step, naming layer, pass and place, with the advice to lower the learning rate", () => {
    const { network, state } = unstable();
    state.broken = true;
    expect(
      errorOf(() => makeTrainer(network, { optimizer: momentum() }).step([[1, 2, 3]], [0])),
    ).toMatchObject({
      name: "NumericError",
      where: "layer 3 Odd, forward",
      given: "NaN at [0, 0] of y",
      allowed: "finite numbers",
      advice:
        "The loss is NaN. Nothing was changed. " +
        "Lower the learning rate (now 0.25), or scale the input to about 1.",
    });
  });

  test("fault 24: stops fit, naming epoch and step", async () => {
    const { network, state } = unstable();
    const trainer = makeTrainer(network, {
      callbacks: [{ onStepEnd: (_, { epoch, step }) => { state.broken = epoch === 2 && step === 1; } }],
    });
    const problem = await rejectionOf(trainer.fit(data(), { epochs: 3, batchSize: 4 }));
    expect(problem).toBeInstanceOf(NumericError);
    expect(problem.where).toBe("layer 3 Odd, forward in epoch 2, step 2 of 3");
    expect(trainer.history).toHaveLength(1);
  });

  test("leaves weights, velocity and mask counts: going on is as if that step had never been tried", () => {
    const { network, state } = unstable(), other = unstable();
    const tried = makeTrainer(network), never = makeTrainer(other.network);
    const { x, labels } = data();
    for (const trainer of [tried, never]) trainer.step(x, labels);
    state.broken = true;
    errorOf(() => tried.step(x, labels));
    state.broken = false;
    expect(tried.step(x, labels)).toBe(never.step(x, labels));
    expect(weightsOf(tried)).toEqual(weightsOf(never));
  });

  test("leaves the modes, also of a network in eval", () => {
    const { network, state } = unstable();
    state.broken = true;
    errorOf(() => makeTrainer(network.eval()).step([[1, 2, 3]], [0]));
    expect(network.layers.map(({ mode }) => mode)).toEqual(Array(4).fill("eval"));
  });

  test.each([NaN, Infinity])("fault 23: from %d in the input points at the row", (value) => {
    expect(errorOf(() => makeTrainer().step([[1, 2, 3], [1, value, 3]], [0, 1]))).toMatchObject({
      name: "NumericError", where: "the input", given: `${value} at [1, 1] of x`,
      advice: expect.stringContaining(`Row 1 of the batch holds ${value}: clean the data.`) as string,
    });
  });

  test("from a weight points at the weight, and says that it was there before", () => {
    const network = makeNetwork();
    network.layers[3].parameters[0].value.data[3] = NaN;
    expect(errorOf(() => makeTrainer(network).step(data().x, data().labels))).toMatchObject({
      where: "layer 4 Affine, forward", given: "NaN at [1, 1] of weight",
      advice: expect.stringContaining("It was there before this step") as string,
    });
  });

  test("fault 21: of a log of 0 names the loss, and the loss that stays finite there", () => {
    const network = new Sequential([new Affine(1, 2, { init: tensor([[1000, -1000]]) }), new Softmax()]);
    const trainer = makeTrainer(network, { loss: new NegativeLogLikelihood() });
    expect(errorOf(() => trainer.step([[1]], [1]))).toMatchObject({
      where: "the loss (NegativeLogLikelihood)", given: "Infinity",
      advice: expect.stringContaining("give CrossEntropy the logits") as string,
    });
  });

  test("from the loss itself, of finite numbers, names no layer", () => {
    const loss = { forward: () => NaN, backward: () => tensor([[0, 0]]) };
    const trainer = makeTrainer(makeNetwork(), { loss });
    expect(errorOf(() => trainer.step([[1, 2, 3]], [0]))).toMatchObject({ where: "the loss", given: "NaN" });
  });
});

describe("an update that is not finite", () => {
  test("is not made: all weights stay, and the step says so", () => {
    const network = new Sequential([new Affine(3, 2, { seed: 1 })]);
    const trainer = new Trainer(network, {
      loss: new CrossEntropy(),
      optimizer: new SGD({ learningRate: 1e39 }),
    });
    const before = weightsOf(trainer);
    expect(errorOf(() => trainer.step(spread32(2, 3), [0, 1]))).toMatchObject({
      name: "NumericError", where: 'SGD, parameter "weight"', given: "an update that overflows, -Infinity at [0, 0]",
    });
    expect(weightsOf(trainer)).toEqual(before);
  });

  test("fault 24: in fit names epoch and step as well", async () => {
    const trainer = makeTrainer(makeNetwork(), { optimizer: new SGD({ learningRate: 1e39 }) });
    expect((await rejectionOf(trainer.fit(data(), { epochs: 1, batchSize: 4 }))).where)
      .toBe('SGD, parameter "weight" in epoch 1, step 1 of 3');
  });

  test("leaves the mask counts", () => {
    const make = () => makeTrainer(makeNetwork(), { optimizer: new SGD({ learningRate: 0.1 }) });
    const tried = make(), never = make(), { x, labels } = data();
    tried.optimizer.learningRate = 1e39;
    errorOf(() => tried.step(x, labels));
    tried.optimizer.learningRate = 0.1;
    expect([tried.step(x, labels), weightsOf(tried)]).toEqual([never.step(x, labels), weightsOf(never)]);
  });

  test("fault 40: from a backward that gives NaN names that layer, and changes nothing", () => {
    const odd = new GivesBack({ dx: (dy) => tensor(numbers(dy).map(() => [NaN])) });
    const network = new Sequential([new Affine(3, 1, { seed: 1 }), odd, new Affine(1, 2, { seed: 2 })]);
    const trainer = makeTrainer(network), before = weightsOf(trainer);
    expect(errorOf(() => trainer.step([[1, 2, 3]], [0]))).toMatchObject({
      where: "layer 2 GivesBack, backward", given: "NaN at [0, 0] of dx",
      advice: expect.stringMatching(/^The loss is 0\.\d+, but SGD, parameter "weight" has a gradient/) as string,
    });
    expect(weightsOf(trainer)).toEqual(before);
  });
});

test("data that is learnt at once stays finite: one class, constant inputs, a column of zeros", async () => {
  const set = new Dataset(tensor(Array(6).fill([0, 1, 1])), Array(6).fill(0));
  const records = await makeTrainer().fit(set, { epochs: 20, batchSize: 1 });
  expect(records.every(({ loss }) => Number.isFinite(loss))).toBe(true);
  expect(records[19].accuracy).toBe(1);
});
