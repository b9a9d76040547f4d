/**
 * Each element of each result of each layer and loss: the expression that explains it, evaluated by itself in float64,
 * gives the element that the pass computed.
 */
import {
  Affine, AlphaDropout, AvgPool2d, BatchNorm, BinaryCrossEntropy, Conv2d, CrossEntropy, DropConnect, Dropout, ELU,
  Embedding, Flatten, GaussianDropout, GELU, GlobalAvgPool2d, Graph, Add, Concat, Multiply, Hinge, Huber, Identity,
  Layer, LayerNorm, LeakyReLU, LogSoftmax, MaxPool2d, MeanSquaredError, NegativeLogLikelihood, ReLU, residual, Reshape,
  Sequential, Sigmoid, SiLU, Softmax, Softplus, SpatialDropout, StochasticDepth, Tanh, Tensor,
  type Labels, type Loss, type Network,
} from "chainrule";
import { Explainer } from "../../src/trace/element.ts";
import { shownValue } from "../../src/trace/expressions/shown.ts";
import { record } from "../../src/trace/record.ts";
import { spread } from "../tools.ts";

const chain = (...layers: Layer[]) => new Sequential(layers, { seed: 3 }).to("float64");
const flat = (layer: Layer) => chain(layer, new Flatten());
const rows = (x: Tensor) => Array.from({ length: x.shape[0] }, (_, i) => i % 2);
const batch = spread(3, 4);

const layers: readonly (readonly [string, Network, Tensor])[] = [
  ...[
    new ReLU(), new LeakyReLU({ slope: 0.2 }), new ELU({ alpha: 1.5 }), new GELU(), new GELU({ approximate: "tanh" }),
    new SiLU(), new Tanh(), new Softplus(), new LogSoftmax(), new Identity(), new Affine(4, 3),
    new Affine(4, 3, { bias: false }), new Dropout({ keep: 0.6 }), new Dropout({ keep: 0.6, scaling: "at-eval" }),
    new Dropout({ keep: 1 }), new GaussianDropout({ keep: 0.6 }), new AlphaDropout({ keep: 0.6 }),
    new AlphaDropout({ keep: 1 }), new StochasticDepth({ keep: 0.6 }), new DropConnect(4, 3, { keep: 0.6 }),
    new BatchNorm(4), new BatchNorm(4, { affine: false }), new LayerNorm(4), new LayerNorm(4, { affine: false }),
  ].map((layer) => [`${layer}`, chain(layer), batch] as const),
  ...[new Sigmoid(), new Softmax()].map((layer) => [`${layer}`, chain(layer, new Affine(4, 4)), batch] as const),
  ["LayerNorm of two axes", flat(new LayerNorm([2, 4])), spread(3, 2, 4)],
  ["Conv2d, stride and padding", flat(new Conv2d(2, 3, 2, { stride: 2, padding: 1 })), spread(2, 2, 5, 4)],
  ["Conv2d, groups and dilation", flat(new Conv2d(4, 6, [3, 2], { groups: 2, dilation: [1, 2] })), spread(2, 4, 5, 4)],
  ["MaxPool2d", flat(new MaxPool2d(2)), spread(2, 2, 4, 4)],
  ["MaxPool2d, overlapping", flat(new MaxPool2d(3, { stride: 2, padding: 1, ceilMode: true })), spread(2, 2, 6, 5)],
  ["AvgPool2d", flat(new AvgPool2d(2)), spread(2, 2, 4, 4)],
  ["AvgPool2d, overlapping", flat(new AvgPool2d(3, { stride: 2, padding: 1, ceilMode: true })), spread(2, 2, 6, 5)],
  [
    "AvgPool2d, padding not counted",
    flat(new AvgPool2d(3, { stride: 2, padding: 1, ceilMode: true, countPadding: false })), spread(2, 2, 6, 5),
  ],
  ["GlobalAvgPool2d", chain(new GlobalAvgPool2d()), spread(2, 3, 3, 2)],
  ["BatchNorm of images", chain(new BatchNorm(3), new GlobalAvgPool2d()), spread(2, 3, 3, 2)],
  ["SpatialDropout", flat(new SpatialDropout({ keep: 0.6 })), spread(2, 3, 2, 2)],
  ["Reshape", flat(new Reshape([2, 6])), spread(2, 3, 4)],
  ["Embedding", flat(new Embedding(5, 3)), new Tensor(Float64Array.of(0, 4, 2, 2), [2, 2])],
  ["residual", chain(residual(new Affine(4, 4), new ReLU(), new Affine(4, 4)), new Softmax()), batch],
  ...[new Add(), new Multiply(), new Concat()].map((merge) => [`${merge}`, new Graph({ seed: 2 })
    .input("x", [4]).add("a", new Affine(4, 4), "x").add("b", new Affine(4, 4), "x").add("merged", merge, "a", "b", "a")
    .add("out", new Affine(merge instanceof Concat ? 12 : 4, 2), "merged").output("out").to("float64"), batch] as const),
];

/** How many elements of a recording are explained; fails at the first that is not, or not truly. */
function explained(network: Network, x: Tensor, labels: Labels, loss: Loss): number {
  let count = 0;
  for (const step of record(network, x, labels, loss).steps) {
    const explainer = new Explainer(step);
    for (const result of step.results) {
      // What was drawn is not computed from anything.
      if (result.symbol === "mask") continue;
      result.values.forEach((value, i) => {
        const explanation = explainer.explain(result, i), at = `${step.layer} ${step.phase} ${result.name} ${i}`;
        const term = explanation?.term;
        if (term === undefined) throw new Error(`${at}: no equation`);
        const error = Math.abs(term.value - value) / Math.max(1, Math.abs(value));
        if (!(error <= 1e-12)) throw new Error(`${at}: explained as ${term.value}, computed as ${value}`);
        if (!(Math.abs(shownValue(term, 17) - term.value) <= 1e-12)) throw new Error(`${at}: shown as another number`);
        count++;
      });
    }
  }
  return count;
}

describe.each(["train", "eval"] as const)("in %s the explanation of each element gives its value:", (mode) => {
  test.each(layers)("%s", (_, network, x) => {
    network[mode]();
    expect(explained(network, x, rows(x), new CrossEntropy())).toBeGreaterThan(x.data.length);
  });
});

describe.each(["mean", "sum"] as const)("of a loss by %s, too:", (reduction) => {
  const targets = spread(3, 4), classWeights = [1, 2, 0.5, 3];
  const shares = new Tensor(Float64Array.of(0.1, 0.2, 0.3, 0.4, 0, 1, 0, 0, 0.25, 0.25, 0.25, 0.25), [3, 4]);
  const classes = [0, 3, 1];
  test.each<[string, Loss, Labels]>([
    ["MeanSquaredError", new MeanSquaredError({ reduction }), targets],
    ["Huber", new Huber({ reduction, delta: 0.7 }), targets],
    ["BinaryCrossEntropy", new BinaryCrossEntropy({ reduction }), shares],
    ["Hinge", new Hinge({ reduction }), classes],
    ["CrossEntropy", new CrossEntropy({ reduction }), classes],
    ["CrossEntropy of probabilities", new CrossEntropy({ reduction }), shares],
    ["CrossEntropy of probabilities, weighted", new CrossEntropy({ reduction, classWeights }), shares],
    ["CrossEntropy, smoothed", new CrossEntropy({ reduction, labelSmoothing: 0.1 }), classes],
    ["CrossEntropy, a row ignored", new CrossEntropy({ reduction, ignoreIndex: 9 }), [0, 9, 1]],
    [
      "CrossEntropy with all options",
      new CrossEntropy({ reduction, ignoreIndex: 9, labelSmoothing: 0.1, classWeights }), [0, 9, 1],
    ],
  ])("%s", (_, loss, labels) => {
    expect(explained(chain(new Affine(4, 4)), batch, labels, loss)).toBeGreaterThan(40);
  });

  test("NegativeLogLikelihood behind a Softmax", () => {
    const network = chain(new Affine(4, 4), new Softmax());
    expect(explained(network, batch, classes, new NegativeLogLikelihood({ reduction }))).toBeGreaterThan(40);
  });
});

test("the gradient of shared weights is what was there before, and what the step adds", () => {
  const first = new Affine(4, 4);
  const shared = chain(first, new ReLU(), new Affine(4, 4, { weight: first.weight }));
  expect(explained(shared, batch, [0, 1, 2], new CrossEntropy())).toBeGreaterThan(40);
});
