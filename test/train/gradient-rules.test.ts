import {
  Affine, CrossEntropy, Dataset, L2, MeanSquaredError, Sequential, SGD, tensor, Trainer, type TrainerOptions,
} from "chainrule";
import { errorOf, expectClose, numbers } from "../tools.ts";

/** y = 3x with the weight 3: at x = 1, t = 1 the error is 2 and, squared, has the gradient 4. */
function trainerOf(options: Partial<TrainerOptions>): Trainer {
  const layer = new Affine(1, 1, { init: tensor([[3]]), bias: false });
  const optimizer = new SGD({ learningRate: 0.5 });
  return new Trainer(new Sequential([layer]), { loss: new MeanSquaredError(), optimizer, ...options });
}

const step = (trainer: Trainer) => trainer.step([[1]], tensor([[1]]));
const weight = ({ network }: Trainer) => numbers(network.parameters[0].value)[0];

test.each([
  ["loss", { loss: { forward: () => 1 } }], ["penalty", { penalty: { addGradients: () => undefined } }],
  ["penalty", { penalty: { cost: () => 1 } }],
])("a Trainer throws for a %s that has one of its two methods", (what, options) => {
  const error = errorOf(() => trainerOf(options as unknown as Partial<TrainerOptions>));
  expect(error).toMatchObject({ name: "OptionError", where: `Trainer ${what}` });
});

describe("a Trainer", () => {
  test("clips by norm: the gradient of 4 becomes 2, and the 4 can be read", () => {
    const trainer = trainerOf({ clip: { norm: 2 } });
    expect(trainer.gradientNorm).toBeUndefined();
    expect(step(trainer)).toBe(4);
    expect(trainer.gradientNorm).toBe(4);
    expectClose([weight(trainer)], [2], 1e-5);
  });

  test("clips by value", () => {
    const trainer = trainerOf({ clip: { value: 1 } });
    step(trainer);
    expect(weight(trainer)).toBe(2.5);
  });

  test("adds a penalty to the loss and to the gradient, but not to evaluate's", () => {
    const trainer = trainerOf({ penalty: new L2(0.5) });
    expect(trainer.evaluate(new Dataset([[1]], tensor([[1]]))).loss).toBe(4);
    expect(step(trainer)).toBe(4 + 0.5 * 9);
    expect(weight(trainer)).toBe(3 - 0.5 * (4 + 3));
  });

  test("clips the penalty, too", () => {
    const trainer = trainerOf({ clip: { value: 5 }, penalty: new L2(0.5) });
    step(trainer);
    expect(weight(trainer)).toBe(0.5);
  });

  test("fault 25: stops at a gradient that is not finite before it changes a weight", () => {
    const loss = { forward: () => 1, backward: () => tensor([[NaN]]) };
    const trainer = trainerOf({ clip: { norm: 2 }, loss });
    expect(errorOf(() => step(trainer))).toMatchObject({
      name: "NumericError", where: "the loss, backward", given: "NaN at [0, 0] of dx",
      advice: expect.stringContaining("but clipGradientNorm, parameter") as string,
    });
    expect(weight(trainer)).toBe(3);
  });

  test.each([
    [{ norm: 1, value: 1 }, "Trainer clip"], [{}, "Trainer clip"], [{ norm: 0 }, "Trainer clip norm"],
    [{ value: NaN }, "Trainer clip value"], [1, "Trainer clip"], [{ by: 1 }, "Trainer clip"],
  ])("refuses the clip %j", (clip, where) => {
    expect(errorOf(() => trainerOf({ clip: clip as never }))).toMatchObject({ name: "OptionError", where });
  });

  test("refuses a penalty that is none", () => {
    expect(errorOf(() => trainerOf({ penalty: 0.1 as never })).where).toBe("Trainer penalty");
  });
});

describe("losses that do not count all rows alike", () => {
  /** The logits are the inputs. */
  const identity = () => new Sequential([new Affine(2, 2, { init: tensor([[1, 0], [0, 1]]), bias: false })]);
  const rows = [[0, 0], [0, 5], [0, 0], [0, 0], [3, 0]], labels = [0, 2, 1, 2, 0];
  const counting = [0, 2, 4];

  test.each(["mean", "sum"] as const)("have loss and accuracy of the rows that count (%s)", (reduction) => {
    const make = (options: object = {}) => new Trainer(identity(), {
      loss: new CrossEntropy({ reduction, ...options }), optimizer: new SGD({ learningRate: 0.1 }),
    });
    const all = make({ ignoreIndex: 2 }).evaluate(new Dataset(rows, labels), { batchSize: 3 });
    const counted = new Dataset(counting.map((row) => rows[row]), counting.map((row) => labels[row]));
    const alone = make().evaluate(counted);
    expect(all.accuracy).toBe(2 / 3);
    expectClose([all.loss], [alone.loss], 1e-6);
  });
});
