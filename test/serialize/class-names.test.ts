import { describe, expect, test } from "@jest/globals";
import {
  Affine, checkpointToBytes, CrossEntropy, fromCsv, modelFromBytes, modelToBytes, Sequential, SGD, Trainer,
} from "chainrule";
import { errorOf } from "../tools.ts";

const { data } = fromCsv("length,weight,kind\n1,2,ant\n2,1,bee\n3,3,ant\n", { label: "kind" });
const trainerOf = (network: Sequential) =>
  new Trainer(network, { loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.1 }) });

async function trained(): Promise<Trainer> {
  const trainer = trainerOf(new Sequential([new Affine(2, 2)], { seed: 1 }));
  await trainer.fit(data, { epochs: 1 });
  return trainer;
}

describe("a model that was trained on a NamedDataset", () => {
  const names = { classes: ["ant", "bee"], features: ["length", "weight"] };

  test("has the names of classes and features after it was saved and loaded, twice", async () => {
    const { network } = await trained(), once = modelFromBytes(modelToBytes(network));
    expect(once.trainedOn).toEqual(names);
    expect(modelFromBytes(modelToBytes(once)).trainedOn).toEqual(names);
  });

  test("has them out of a checkpoint, too", async () => {
    expect(modelFromBytes(checkpointToBytes(await trained())).trainedOn).toEqual(names);
  });

  test("refuses, once loaded, rows whose classes are numbered otherwise", async () => {
    const network = modelFromBytes(modelToBytes((await trained()).network)) as Sequential;
    const other = fromCsv("length,weight,kind\n2,1,bee\n3,3,cat\n", { label: "kind" });
    expect(errorOf(() => trainerOf(network).evaluate(other.data))).toMatchObject({
      name: "DataError", given: 'the classes "bee", "cat"',
    });
  });

  test("is refused if its file has other than strings as names", () => {
    const network = new Sequential([new Affine(2, 2)]);
    network.trainedOn = { classes: [1, 2] as never, features: undefined };
    expect(errorOf(() => modelFromBytes(modelToBytes(network), "m"))).toMatchObject({
      name: "DataError", where: 'm, metadata "names"', allowed: "strings as classes",
    });
  });

  test("has none if it was trained on rows without names", () => {
    expect(modelFromBytes(modelToBytes(new Sequential([new Affine(2, 2)]))).trainedOn).toBeUndefined();
  });
});
