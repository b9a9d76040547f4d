import {
  Affine, fitTable, modelFromBytes, modelToBytes, predictRows, readTable, schemaOf, Sequential, TableSchema, tensor,
} from "chainrule";
import { errorOf } from "../../tools.ts";

/** Ages 20, 30, 40 and a gap: mean 30, median 30, standard deviation √(200/3). */
const people = "Sex,Age,kind\nmale,20,a\nfemale,30,b\nfemale,,a\nmale,40,b\n";
const deviation = Math.sqrt(200 / 3);

describe("fitTable", () => {
  test("scales numbers, gives each word a column, and fills gaps by the median", () => {
    const schema = fitTable(people, { label: "kind" });
    expect(schema.features).toEqual(["Sex=female", "Sex=male", "Age"]);
    const low = Math.fround(-10 / deviation), high = Math.fround(10 / deviation);
    expect(schema.dataset(people).x.toArray()).toEqual([[0, 1, low], [1, 0, 0], [1, 0, 0], [0, 1, high]]);
    expect(schema.dataset(people).labels).toEqual([0, 1, 0, 1]);
    expect(schema.classes).toEqual(["a", "b"]);
  });

  test("learns the same from the same rows in another order", () => {
    const [names, ...rows] = people.trim().split("\n");
    const reversed = [names, ...rows.reverse()].join("\n");
    expect(fitTable(reversed, { label: "kind" }).toJSON()).toEqual(fitTable(people, { label: "kind" }).toJSON());
  });

  test("columns go by their names: another file may have them in another order", () => {
    const schema = fitTable(people, { label: "kind" });
    const other = "kind,Age,Sex\nb,40,male\n";
    expect(schema.dataset(other).x.toArray()).toEqual([[0, 1, Math.fround(10 / deviation)]]);
    expect(schema.dataset(other).labels).toEqual([1]);
  });
});

describe("a model file", () => {
  const table = readTable("size,price\n1,100\n2,200\n3,300\n");
  const schema = fitTable(table, { label: "price", task: "number" });
  // Output = input: the scaled size is the scaled price.
  const network = new Sequential([new Affine(1, 1, { init: tensor([[1]]) })], { seed: 1 });

  test("carries the schema: raw rows in, answers in the label's own unit out", () => {
    const loaded = modelFromBytes(modelToBytes(network, { schema }));
    expect(schemaOf(loaded).toJSON()).toEqual(schema.toJSON());
    const [{ value }] = predictRows(loaded, [{ size: 2.5 }]) as { value: number }[];
    expect(value).toBeCloseTo(250, 4);
  });

  test("saved again, a loaded network keeps its schema", () => {
    const again = modelFromBytes(modelToBytes(modelFromBytes(modelToBytes(network, { schema }))));
    expect(schemaOf(again).toJSON()).toEqual(schema.toJSON());
  });

  test("a network without a schema says how to get one", () => {
    expect(errorOf(() => predictRows(network, [{ size: 1 }])).advice).toContain("saveModel(network, path, { schema })");
  });

  test("a schema comes back from JSON", () => {
    const again = TableSchema.fromJSON(JSON.parse(JSON.stringify(schema)));
    expect(again.inputs(table).toArray()).toEqual(schema.inputs(table).toArray());
  });
});
