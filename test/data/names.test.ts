/** Two tables in one training: the same index must mean the same class, and the same number the same column. */
import {
  Accuracy, Affine, augment, CrossEntropy, Dataset, fitTable, fromCsv, fromRows, measure, MeanSquaredError,
  modelFromBytes, modelToBytes, NamedDataset, ReLU, Sequential, SGD, split, Standardization, stratifiedSplit, tensor, Trainer,
  type RowsOptions,
} from "chainrule";
import { errorOf } from "../tools.ts";

const lines = (count: number, row: (i: number) => string) => Array.from({ length: count }, (_, i) => row(i)).join("\n");
const first = fromCsv(`size,weight,kind\n${lines(30, (i) => `${i % 3},${i},${["ant", "bee", "cat"][i % 3]}`)}`, {
  label: "kind",
});
const { classes, features } = first;
const fewer = "size,weight,kind\n1,4,bee\n2,5,cat\n", moved = "weight,kind,size\n4,bee,1\n5,cat,2\n0,ant,0\n";

async function trained(data: Dataset, validation?: Dataset): Promise<Trainer> {
  const network = new Sequential([new Affine(2, 4), new ReLU(), new Affine(4, 3)], { seed: 1 });
  const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.01 }) });
  await trainer.fit(data, { epochs: 1, ...(validation && { validation }) });
  return trainer;
}

describe("a second table", () => {
  test("fault 72: that numbers its classes otherwise is refused by evaluate, measure, validation and fit", async () => {
    const second = fromCsv(fewer, { label: "kind" }).data, trainer = await trained(first.data);
    const calls = [
      () => trainer.evaluate(second), () => measure(trainer.network, second, { accuracy: new Accuracy() }),
      () => new Trainer(trainer.network, { loss: trainer.loss, optimizer: trainer.optimizer }).evaluate(second),
    ];
    for (const call of calls) {
      const error = errorOf(call);
      expect(error.given).toBe('the classes "bee", "cat"');
      expect(error.allowed).toBe('those of the training data: "ant", "bee", "cat"');
      expect(error.advice).toContain("classes: first.classes");
    }
    await expect(trainer.fit(second, { epochs: 1 })).rejects.toThrow(/got the classes/);
    expect(trainer.history).toHaveLength(1);
    await expect(trained(first.data, second)).rejects.toThrow(/fit validation: .*got the classes/);
  });

  test("fault 72: with its columns in another order is refused", async () => {
    const { data } = fromCsv(moved, { label: "kind" }), trainer = await trained(first.data);
    expect(errorOf(() => trainer.evaluate(data))).toMatchObject({
      given: 'the features "weight", "size"', allowed: 'those of the training data: "size", "weight"',
    });
  });

  test.each([fewer, moved])("read with the classes and features of the first is understood: %j", async (text) => {
    const second = fromCsv(text, { label: "kind", classes, features });
    expect(second.classes).toEqual(["ant", "bee", "cat"]);
    expect([...second.data.x.data.subarray(0, 4)]).toEqual([1, 4, 2, 5]);
    expect((second.data.labels as number[]).slice(0, 2)).toEqual([1, 2]);
    expect((await trained(first.data)).evaluate(second.data).loss).toBeGreaterThan(0);
  });

  test("of a class that the first lacks is refused with its row", () => {
    expect(errorOf(() => fromCsv("size,weight,kind\n1,2,ant\n3,4,dog\n", { label: "kind", classes }))).toMatchObject({
      where: "row 1, column kind", given: '"dog"', allowed: 'one of the classes "ant", "bee", "cat"',
    });
  });

  test("read by another schema is refused", async () => {
    const schemaOf = (text: string) => fitTable(text, { label: "kind" });
    const abc = "size,kind\n1,ant\n2,bee\n3,cat\n", bc = "size,kind\n1,bee\n2,cat\n4,bee\n";
    const network = new Sequential([new Affine(1, 3)], { seed: 1 });
    const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.01 }) });
    await trainer.fit(schemaOf(abc).dataset(abc), { epochs: 1 });
    expect(errorOf(() => trainer.evaluate(schemaOf(bc).dataset(bc))).given).toBe('the classes "bee", "cat"');
    expect(trainer.evaluate(schemaOf(abc).dataset(bc)).loss).toBeGreaterThan(0);
  });

  test("of numbers to predict is compared by its columns alone", async () => {
    const network = new Sequential([new Affine(2, 1)], { seed: 1 }), optimizer = new SGD({ learningRate: 0.01 });
    const trainer = new Trainer(network, { loss: new MeanSquaredError(), optimizer });
    await trainer.fit(fromCsv("a,b,y\n1,2,3\n", { targets: ["y"] }).data, { epochs: 1 });
    expect(errorOf(() => trainer.evaluate(fromCsv("b,a,y\n2,1,3\n", { targets: ["y"] }).data)).given)
      .toBe('the features "b", "a"');
  });
});

test("names stay with what is split, scaled and augmented, and not with rows taken out by hand", () => {
  const { data } = first, options = { validation: 0.5, seed: 1 };
  const made = [
    split(data, options).train, stratifiedSplit(data, options).validation, new Standardization(data).apply(data),
    augment(data, { size: [1, 1] }),
  ];
  for (const { names } of made) expect(names).toEqual(data.names);
  const { x, labels } = data.rows([0]);
  expect(new Dataset(x, labels).names).toBeUndefined();
});

test("data without names, and a table without a line of names, are taken as they are", async () => {
  const trainer = await trained(first.data);
  expect(trainer.evaluate(new Dataset([[1, 2]], [2])).accuracy).toBeGreaterThanOrEqual(0);
  expect(fromRows([[1, 2, "ant"], [3, 4, "bee"]], { label: 2, classes }).data.names?.features).toBeUndefined();
});

test("features without a line of names are their places", () => {
  const { classes, features } = fromRows([[1, 2, "a"], [3, 4, "b"]], { label: 2 });
  expect(fromCsv("7,8,b\n9,10,b\n", { label: 2, classes, features })).toMatchObject({ features: ["0", "1"], data: { labels: [1, 1] } });
});

test("a network with names is saved and copied as one without", async () => {
  const { network } = await trained(first.data);
  expect(modelFromBytes(modelToBytes(network)).predict([[1, 2]])).toEqual(network.predict([[1, 2]]));
  expect(network.to("float64").predict(tensor([[1, 2]], "float64")).shape).toEqual([1, 3]);
});

test.each<[RowsOptions, string]>([
  [{ label: 2, classes: ["ant", "ant"] }, "an array of 2"], [{ label: 2, classes: [] }, "an array of 0"],
  [{ label: 2, classes: "ant" as never }, '"ant"'], [{ label: 2, features: [0, 0] }, '"0"'],
  [{ label: 2, features: [2] }, '"2"'], [{ label: 2, features: [3] }, "3"], [{ label: 2, features: 1 as never }, "1"],
  [{ label: 2, features: [0], ignore: [0] }, '"0"'],
])("fromRows refuses the options %j", (options, given) => {
  expect(errorOf(() => fromRows([[1, 2, "ant"]], options)).given).toBe(given);
});

test.each<[() => unknown, string]>([
  [() => new NamedDataset([[1]], [0], { classes: [1] as never }), "an array of 1"],
  [() => new NamedDataset([[1]], [0], null as never), "null"],
  [() => new NamedDataset([[1]], [1], { classes: ["a"] }), "1 names"],
  [() => new NamedDataset([[1]], [0], { features: ["a", "b"] }), "2 names"],
  [() => new NamedDataset([[1]], [0], { class: ["a"] } as never), 'an unknown option "class"'],
])("names that cannot be are refused: %p", (call, given) => {
  expect(errorOf(call).given).toBe(given);
});
