import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import {
  loadModel, loadNumbers, loadTensors, loadWeights, networkFromJson, tensor, type Json,
} from "chainrule/node";
import { data, digestOf, FIT, NETWORKS, RUNS, validation } from "../fixtures/version-0.1/networks.ts";
import { numbers } from "../tools.ts";

const pathOf = (name: string) => new URL(`../fixtures/version-0.1/${name}`, import.meta.url).pathname;
const json = (name: string): unknown => JSON.parse(readFileSync(pathOf(name), "utf8"));
const expected = json("expected.json") as {
  models: Record<string, number[]>; runs: Record<string, { epochs: number; done: string; oneMore: string }>;
};

describe("a file of version 0.1 gives what it gave then:", () => {
  describe.each(Object.keys(NETWORKS))("%s", (name) => {
    const { x, network } = NETWORKS[name], wanted = expected.models[name];

    test("the model predicts the same numbers, with the same modes and frozen parameters", () => {
      const again = loadModel(pathOf(`${name}.model.safetensors`));
      expect(numbers(again.predict(x))).toEqual(wanted);
      expect(again.layers[0].mode).toBe("eval");
      expect(again.parameters.map(({ frozen }) => frozen)).toEqual(again.parameters.map((_, i) => i === 0));
    });

    test("the weights of the model go into a network made by hand", () => {
      const again = network();
      loadWeights(again, pathOf(`${name}.model.safetensors`));
      expect(numbers(again.predict(x))).toEqual(wanted);
    });

    test("the safetensors of weights alone are the model's parameters", async () => {
      const tensors = await loadTensors(pathOf(`${name}.weights.safetensors`));
      const again = loadModel(pathOf(`${name}.model.safetensors`));
      again.parameters.forEach(({ value }, i) => expect(tensors.get(`${i}`)?.toTensor(value.dtype)).toEqual(value));
      expect(tensors.size).toBe(again.parameters.length);
    });

    test("the description makes the network that the constructors make", () => {
      const again = networkFromJson(json(`${name}.network.json`) as Json);
      expect(again.summary()).toBe(network().summary());
    });
  });

  test.each(["numbers.npy", "numbers.npy.gz", "numbers.csv.gz"])("%s", async (name) => {
    expect((await loadNumbers(pathOf(name))).toTensor("float32")).toEqual(tensor([[1, -2, 0.1], [4, 5, 6]]));
  });

  describe.each([...RUNS.keys()])("the run %s goes on bit for bit", (name) => {
    const { start, moments } = RUNS.get(name) ?? { start: () => { throw new Error(name); }, moments: [] };
    const { epochs, done, oneMore } = expected.runs[name];

    test.each(moments)("from its %s", async (moment) => {
      const trainer = start(), more = moment === "end" ? { epochs: 1, batchSize: FIT.batchSize } : {};
      trainer.resume(pathOf(`${name}.${moment}.checkpoint`));
      await trainer.fit(data(), { ...more, validation: validation() });
      expect([trainer.history.length, digestOf(trainer)]).toEqual(moment === "end" ? [epochs + 1, oneMore] : [epochs, done]);
    });
  });
});
