import {
  Affine, CrossEntropy, Dataset, Dropout, NumericError, SGD, Sequential, tensor, Trainer, type Tensor,
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
  test("stops the step with the advice to lower the learning rate, which is named", () => {
    const { network, state } = unstable();
    state.broken = true;
    expect(
      errorOf(() => makeTrainer(network, { optimizer: momentum() }).step([[1, 2, 3]], [0])),
    ).toMatchObject({
      name: "NumericError",
      where: "the loss",
      given: "NaN",
      advice:
        "Odd is the first layer to give a number that is not finite (output [1, 8]). " +
        "Nothing was changed. Lower the learning rate (now 0.25), or scale the input to about 1.",
    });
  });

  test("stops fit, naming epoch and step", async () => {
    const { network, state } = unstable();
    const trainer = makeTrainer(network, {
      callbacks: [{ onStepEnd: (_, { epoch, step }) => { state.broken = epoch === 2 && step === 1; } }],
    });
    const problem = await rejectionOf(trainer.fit(data(), { epochs: 3, batchSize: 4 }));
    expect(problem).toBeInstanceOf(NumericError);
    expect(problem.where).toBe("the loss in epoch 2, step 2 of 3");
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

  test.each([NaN, Infinity])("from %d in the input points at the row", (value) => {
    expect(errorOf(() => makeTrainer().step([[1, 2, 3], [1, value, 3]], [0, 1]))).toMatchObject({
      name: "NumericError", advice: `The input itself has ${value} in row 1: clean the data.`,
    });
  });

  test("from a weight points at the first layer that shows it", () => {
    const network = makeNetwork();
    network.layers[3].parameters[0].value.data[0] = NaN;
    expect(errorOf(() => makeTrainer(network).step(data().x, data().labels)).advice)
      .toMatch(/^Affine\(8 → 2\) is the first layer/);
  });

  test("from the loss itself, of finite numbers, names no layer", () => {
    const loss = { forward: () => NaN, backward: () => tensor([[0, 0]]) };
    const trainer = makeTrainer(makeNetwork(), { loss });
    expect(errorOf(() => trainer.step([[1, 2, 3]], [0])).advice).toMatch(/^Nothing was changed\./);
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
      name: "NumericError", where: 'SGD, parameter "weight"', given: "an update that overflows",
    });
    expect(weightsOf(trainer)).toEqual(before);
  });

  test("in fit names epoch and step as well", async () => {
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

  test("from a backward that gives NaN names the parameter, and changes nothing", () => {
    const odd = new GivesBack({ dx: (dy) => tensor(numbers(dy).map(() => [NaN])) });
    const network = new Sequential([new Affine(3, 1, { seed: 1 }), odd, new Affine(1, 2, { seed: 2 })]);
    const trainer = makeTrainer(network), before = weightsOf(trainer);
    expect(errorOf(() => trainer.step([[1, 2, 3]], [0]))).toMatchObject({
      where: 'SGD, parameter "weight"', given: "a gradient that is not finite",
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
