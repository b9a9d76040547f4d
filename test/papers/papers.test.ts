/** 22 layers from papers, written with the public operations as users write them: all pass, train and are saved. */
import {
  Affine, checkLayer, checkpointToBytes, CrossEntropy, Dataset, Flatten, format, Graph, modelFromBytes, modelToBytes, ReLU,
  readCheckpoint, Reshape, Sequential, SGD, Sigmoid, Trainer, type AnyLayer, type Layer, type LayerCheckOptions,
  type Network, type Shape,
} from "chainrule";
import { numbers, spread32 } from "../tools.ts";
import { Attention, Bilinear, Experts, GLU, Highway, Maxout, PReLU, RMSNorm, SqueezeExcite } from "./gates.ts";
import {
  ConcreteDropout, Conv1d, DropBlock, GradientReversal, Log, LoRA, Pairs, RunningMaximum, SpectralNorm, StraightThrough,
  StreamingMean, WeightNorm, Zoneout,
} from "./noise-and-state.ts";

interface Paper {
  readonly name: string;
  readonly make: (seed: number) => AnyLayer;
  readonly shapes: Shape | readonly Shape[];
  readonly options: LayerCheckOptions;
}
type Row = readonly [name: string, make: Paper["make"], shapes: Paper["shapes"], options?: LayerCheckOptions];

/** [2 rows × 2 inputs, 2 outputs]. */
const filters = [[0.5, 1], [-1, 1], [0.25, -0.5], [2, 0]];
/** By PyTorch 1.13, in float64: prelu, glu and conv1d. */
const x = [[1, -2, 0.5, -0.25]];
const torch = {
  prelu: [[1, -0.4, 0.5, -0.1]], glu: [[0.6224593312018546, -0.8756469982284039]],
  conv: [[[-0.75, 3.5], [-4.25, -2], [5.5625, 0.875]]],
};

const rows: readonly Row[] = [
  ["PReLU", () => new PReLU([0.1, 0.2, 0.3, 0.4]), [4], { expected: [{ x, y: torch.prelu }] }],
  ["Maxout", () => new Maxout(), [6]],
  ["RMSNorm", () => new RMSNorm(4), [4]],
  ["Highway", (seed) => new Highway(4, seed), [4]],
  ["SqueezeExcite", () => new SqueezeExcite(4, 2), [4, 3]],
  ["ConcreteDropout", (seed) => new ConcreteDropout(0.1, seed), [5]],
  ["DropBlock", (seed) => new DropBlock(0.2, seed), [12]],
  ["WeightNorm", () => new WeightNorm(4, 3), [4]],
  ["LoRA", () => new LoRA(4, 2), [4]],
  ["Experts", () => new Experts(3, 2, 0.1), [3]],
  ["GLU", () => new GLU(), [4], { expected: [{ x, y: torch.glu }] }],
  ["Bilinear", () => new Bilinear(3, 2), [[3], [3]]],
  ["RunningMaximum", () => new RunningMaximum(4), [4]],
  ["Conv1d", () => new Conv1d(2, filters), [4, 2], {
    expected: [{ x: [[[1, 2], [-1, 0.5], [3, -2], [0.25, 1]]], y: torch.conv }],
  }],
  ["Attention", () => new Attention(4), [3, 4]],
  ["StraightThrough", () => new StraightThrough(), [4]],
  ["GradientReversal", () => new GradientReversal(0.5), [4]],
  ["Zoneout", (seed) => new Zoneout(0.3, seed), [[5], [5]]],
  ["Log", () => new Log(), [4], { range: [0.05, Infinity] }],
  ["Pairs", () => new Pairs(), [4]],
  ["StreamingMean", () => new StreamingMean(4), [4]],
  ["SpectralNorm", () => new SpectralNorm(4), [4]],
];
const layers: readonly Paper[] = rows.map(([name, make, shapes, options = {}]) => ({ name, make, shapes, options }));

test("there are 22 of them, three with values of PyTorch", () => {
  expect(layers.length).toBe(22);
  expect(layers.filter(({ options }) => options.expected !== undefined).length).toBe(3);
});

test.each(layers)("$name passes every check", ({ make, shapes, options }) => {
  expect(format(checkLayer(make, shapes, options))).toContain("passed: all");
});

/** The layer between two affine ones; one with two inputs takes the same hidden numbers, and them bent. */
function networkOf({ name, make, shapes }: Paper): Network {
  const isList = Array.isArray(shapes[0]), inner = (isList ? shapes[0] : shapes) as Shape, made = make(1);
  const hidden = inner.reduce((a, b) => a * b, 1);
  if (isList) {
    const [out] = made.outputShape(inner, inner);
    return new Graph({ seed: 3 }).input("x", [2]).add("a", new Affine(2, hidden), "x").add("b", new ReLU(), "a")
      .add("mixed", made, "a", "b").add("y", new Affine(out, 2), "mixed").output("y");
  }
  const out = made.outputShape(inner).reduce((a, b) => a * b, 1);
  const before = name === "Log" ? [new Sigmoid()] : [], shaped = inner.length > 1 ? [new Reshape(inner)] : [];
  return new Sequential([
    new Affine(2, hidden), ...before, ...shaped, made as Layer, ...(inner.length > 1 ? [new Flatten()] : []),
    new Affine(out, 2),
  ], { seed: 3 });
}

const data = new Dataset(spread32(24, 2), [...Array(24).keys()].map((i) => i % 2));
const trainerOf = (network: Network) => {
  return new Trainer(network, { loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.05, momentum: 0.9 }) });
};
const fit = (trainer: Trainer, epochs: number) => trainer.fit(data, { epochs, batchSize: 8 });
const bits = (network: Network) => network.parameters.map(({ value }) => numbers(value));

test.each(layers)("$name trains, is saved, loaded and resumed bit for bit", async (paper) => {
  const whole = trainerOf(networkOf(paper)), before = bits(whole.network);
  const history = await fit(whole, 4);
  expect(history.every(({ loss }) => Number.isFinite(loss))).toBe(true);
  expect(bits(whole.network)).not.toEqual(before);

  const loaded = modelFromBytes(modelToBytes(whole.network));
  expect(numbers(loaded.predict(data.x))).toEqual(numbers(whole.network.predict(data.x)));

  const first = trainerOf(networkOf(paper));
  await fit(first, 2);
  const second = trainerOf(networkOf(paper));
  second.resume(readCheckpoint(checkpointToBytes(first)));
  await fit(second, 2);
  expect(bits(second.network)).toEqual(bits(whole.network));
  expect(second.history).toEqual(whole.history);
});

test("losses with terms of a layer's own are reported with them", () => {
  const [paper] = layers.filter(({ name }) => name === "ConcreteDropout");
  const p = 1 / (1 + Math.E), entropy = p * Math.log(p) + (1 - p) * Math.log(1 - p);
  const trainer = trainerOf(networkOf(paper));
  const reported = trainer.evaluate(data).loss, prediction = trainer.network.predict(data.x);
  const plain = new CrossEntropy().forward(prediction, data.labels);
  expect(reported - plain).toBeCloseTo(0.1 * entropy, 6);
});
