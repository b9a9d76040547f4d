import {
  Adam, Affine, BatchNorm, ChainruleError, Conv2d, CrossEntropy, Dataset, Dropout, ReLU, Sequential, SGD, Trainer,
} from "chainrule";
import * as charts from "chainrule/charts";
import { experiment } from "chainrule/experiment";
import * as pictures from "chainrule/pictures";
import { runWorker } from "chainrule/queue";
import { errorOf } from "../tools.ts";
import { publicCalls } from "./public-calls.ts";

const loss = new CrossEntropy(), optimizer = new SGD({ learningRate: 0.1 });
const network = () => new Sequential([new Affine(2, 2)], { seed: 1 });
const trainer = () => new Trainer(network(), { loss, optimizer });
const data = new Dataset([[1, 2], [3, 4]], [0, 1]);

/** What takes options, and the names of those that may be left out. */
const TAKERS: readonly (readonly [name: string, options: readonly string[], make: (options: never) => unknown])[] = [
  ["Affine", ["init", "bias", "weight", "constraint", "seed"], (options) => new Affine(2, 2, options)],
  ["BatchNorm", ["momentum", "epsilon"], (options) => new BatchNorm(2, options)],
  ["Conv2d", ["stride", "padding", "dilation", "groups", "bias"], (options) => new Conv2d(1, 1, 3, options)],
  ["Dropout", ["scaling", "seed"], (options) => new Dropout(Object.assign({ keep: 0.8 }, options))],
  ["Sequential", ["seed", "name"], (options) => new Sequential([new ReLU()], options)],
  ["CrossEntropy", ["reduction", "labelSmoothing", "classWeights", "ignoreIndex"], (one) => new CrossEntropy(one)],
  ["SGD", ["momentum", "dampening", "nesterov", "weightDecay", "groups"],
    (options) => new SGD(Object.assign({ learningRate: 0.1 }, options))],
  ["Adam", ["beta1", "beta2", "epsilon", "weightDecay", "groups"],
    (options) => new Adam(Object.assign({ learningRate: 0.1 }, options))],
  ["Trainer", ["seed", "callbacks", "clip", "penalty"],
    (options) => new Trainer(network(), Object.assign({ loss, optimizer }, options))],
  ["evaluate", ["batchSize"], (options) => trainer().evaluate(data, options)],
  ["stop", ["forGood"], (options) => { trainer().stop(options); }],
];

describe.each(TAKERS)("%s throws for null, which is not the default", (name, options, make) => {
  test.each(options)("as %s", (option) => {
    const error = errorOf(() => make({ [option]: null } as never));
    expect(error).toMatchObject({ name: "OptionError", where: `${name} ${option}`, given: "null" });
  });
});

test.each(["epochs", "batchSize", "lastBatch", "validation"])("fit throws for null as %s", async (option) => {
  const given = { epochs: 1, [option]: null };
  await expect(trainer().fit(data, given as never)).rejects.toMatchObject({ where: `fit ${option}`, given: "null" });
});

test("an option that is undefined counts as left out", () => {
  const options = { momentum: undefined, groups: undefined } as unknown as { momentum: number };
  expect(new SGD({ learningRate: 0.1, ...options }).momentum).toBe(0);
});

async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The names of a call's options, which it tells if it is given an unknown one. */
async function optionsOf(call: (options: object) => unknown): Promise<readonly string[]> {
  const error = await thrownBy(() => call({ "?": 1 }));
  const isTold = error instanceof ChainruleError && error.given === 'an unknown option "?"';
  return isTold ? error.allowed.split(", ") : [];
}

/** The options for which the call takes null, or throws without naming them. */
async function takenAsNull(call: (options: object) => unknown, right: object): Promise<readonly string[]> {
  const names = await optionsOf(call);
  const errors = await Promise.all(names.map((name) => thrownBy(() => call({ ...right, [name]: null }))));
  return names.filter((name, i) => !(errors[i] instanceof ChainruleError && errors[i].where.includes(name)));
}

describe.each(publicCalls)("$name", ({ call, make }) => {
  const put = (place: number, given: unknown) => {
    const all = [...make()];
    all[place] = given;
    return call(...(all as never[]));
  };

  test("fault 90: throws for null as any argument", async () => {
    const errors = await Promise.all(make().map((_, place) => thrownBy(() => put(place, null))));
    expect(errors.filter((error) => !(error instanceof ChainruleError))).toEqual([]);
  });

  test("fault 90: throws for null as any option, and names it", async () => {
    const places = [...make(), undefined].keys();
    const taken = await Promise.all([...places].map((place) => {
      const right: unknown = make()[place];
      const isOptions = right === undefined || Object.getPrototypeOf(right) === Object.prototype;
      return isOptions ? takenAsNull((options) => put(place, options), Object(right) as object) : [];
    }));
    expect(taken.flat()).toEqual([]);
  });
});

const title = "t", x = [[1, 2], [3, 4]], series = [{ name: "a", points: [{ x: 1, y: 1 }] }];
type Drawing = readonly [name: string, draw: (options: never) => unknown, right: object];

const DRAWINGS: readonly Drawing[] = [
  ["lineChart", charts.lineChart, { title, series, x: {}, y: {} }],
  ["barChart", charts.barChart, { title, bars: [{ name: "a", value: 1 }] }],
  ["heatMap", charts.heatMap,
    { title, x: { label: "x", values: [1, 2] }, y: { label: "y", values: [1, 2] }, cells: x }],
  ["histogram", charts.histogram, { title, values: [1, 2] }],
  ["tiles", charts.tiles, { title, width: 1, height: 1, tiles: [{ values: [1] }] }],
  ["layerDiagram", (options) => pictures.layerDiagram(network(), options), {}],
  ["computationalGraph", (options) => pictures.computationalGraph(network(), x, [0, 1], options), {}],
  ["thinnedNetwork", (options) => pictures.thinnedNetwork(network(), x, options), {}],
  ["activationHistograms", (options) => pictures.activationHistograms(network(), x, [0, 1], options), {}],
  ["decisionRegions", (options) => pictures.decisionRegions(network(), data, options), {}],
  ["firstLayerWeights", (options) => pictures.firstLayerWeights(network(), options), {}],
  ["maskTiles", (options) => pictures.maskTiles(network(), x, options), {}],
  ["toMermaid", (options) => pictures.toMermaid(network(), options), {}],
  ["toDot", (options) => pictures.toDot(network(), options), {}],
];

test.each(DRAWINGS)("%s throws for null as any option, and names it", async (_, draw, right) => {
  const call = draw as (options: object) => unknown;
  expect(await optionsOf(call)).not.toEqual([]);
  expect(await takenAsNull(call, right)).toEqual([]);
});

test.each([
  ["experiment", experiment as () => unknown], ["runWorker", runWorker as () => unknown],
])("%s throws without its options, and names them", async (name, call) => {
  const error = await thrownBy(call);
  expect(error).toMatchObject({ name: "OptionError", where: name });
});
