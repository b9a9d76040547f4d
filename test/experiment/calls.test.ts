import { describe, expect, test } from "@jest/globals";
import { Affine, CrossEntropy, Sequential, SGD, toys } from "../../src/index.ts";
import { dataOf, networkOf, recipeOf, wordsOf } from "../../src/cli/experiment/calls.ts";
import { experiment, option } from "../../src/experiment.ts";

const right = {
  title: "T", options: {}, variants: { one: {} },
  data: () => ({ train: toys.twoMoons({ seed: 1 }), test: toys.twoMoons({ seed: 2 }) }),
  network: () => new Sequential([new Affine(2, 2)], { seed: 1 }),
  train: () => ({ loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.1 }), epochs: 2 }),
};
const context = { seed: 1, train: toys.twoMoons({ seed: 1 }) };

/** As JavaScript may have it. */
function subjectWith(changes: Readonly<Record<string, unknown>>) {
  return experiment(Object.assign({}, right, changes));
}

describe("what an experiment's functions give", () => {
  test.each([
    ["nothing", () => undefined, "got undefined"],
    ["a list of layers", () => [new Affine(2, 2)], "got an array of 1"],
    ["a Promise", async () => Promise.resolve(right.network()), "got a Promise. Leave out async"],
  ])("network() that gives %s is named", (_, network, words) => {
    expect(() => networkOf(subjectWith({ network }), {}, context)).toThrow(/^experiment network\(\): expected /);
    expect(() => networkOf(subjectWith({ network }), {}, context)).toThrow(words);
  });

  test.each([
    ["an unknown field", { batchsize: 20 }, 'an unknown option "batchsize". Did you mean batchSize?'],
    ["no epochs", { epochs: undefined }, "train() epochs: expected an integer at least 1, got undefined"],
    ["epochs as text", { epochs: "2" }, 'train() epochs: expected an integer at least 1, got "2"'],
    ["no loss", { loss: undefined }, "train() loss: expected as new CrossEntropy(), got undefined"],
    ["a class for an optimizer", { optimizer: SGD }, "train() optimizer: expected as new SGD({ learningRate: 0.1 }), "
      + "got the function SGD"],
    ["callbacks that are no list", { callbacks: {} }, "train() callbacks: expected a list of callbacks"],
    ["batches of no rows", { batchSize: 0 }, "train() batchSize: expected an integer at least 1, got 0"],
  ])("train() that gives %s is named", (_, changes, words) => {
    const subject = subjectWith({ train: () => ({ ...right.train(), ...changes }) });
    expect(() => recipeOf(subject, {}, context)).toThrow(words);
  });

  test("train() that is async is named", () => {
    expect(() => recipeOf(subjectWith({ train: async () => Promise.resolve(right.train()) }), {}, context))
      .toThrow("experiment train(): expected its value itself, got a Promise. Leave out async");
  });

  test("what the functions throw is told with the line of the file", async () => {
    const broken = (): never => { throw new ReferenceError("lr is not defined"); };
    const line = /: expected .+, got ReferenceError: lr is not defined \(calls\.test\.ts, line \d+\)/;
    expect(() => networkOf(subjectWith({ network: broken }), {}, context)).toThrow(line);
    expect(() => recipeOf(subjectWith({ train: broken }), {}, context)).toThrow(line);
    await expect(dataOf(subjectWith({ data: broken }), {}, { firstSeed: 1, seed: 1 })).rejects.toThrow(line);
  });

  test("what is thrown and is no Error is shown", () => {
    expect(wordsOf("no")).toBe('"no"');
  });
});

describe("options", () => {
  test.each([
    ["no settings", () => Reflect.apply(option.integer, undefined, [4]), "option.integer: expected an object with help"],
    ["no help", () => Reflect.apply(option.number, undefined, [4, { min: 1 }]), "option.number help: expected a line"],
    ["a misspelt setting", () => Reflect.apply(option.integer, undefined, [4, { help: "", mim: 1 }]), "Did you mean min?"],
    ["no list of choices", () => Reflect.apply(option.choice, undefined, ["a", { help: "", from: "a" }]),
      "option.choice from: expected a list of words"],
  ])("with %s are refused", (_, make, words) => {
    expect(make).toThrow(words);
  });
});
