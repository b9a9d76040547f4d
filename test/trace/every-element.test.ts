/**
 * Each element of each result of each layer and loss: the expression that explains it, evaluated by itself in float64,
 * gives the element that the pass computed.
 */
import {
  Affine, AlphaDropout, AvgPool2d, BatchNorm, BinaryCrossEntropy, Conv2d, CrossEntropy, DropConnect, Dropout, ELU,
  Embedding, Flatten, GaussianDropout, GELU, GlobalAvgPool2d, Graph, Add, Concat, Multiply, Hinge, Huber, Identity,
  Layer, LayerNorm, LeakyReLU, LogSoftmax, MaxPool2d, MeanSquaredError, NegativeLogLikelihood, ReLU, residual, Reshape,
  Sequential, Sigmoid, SiLU, Softmax, Softplus, SpatialDropout, StochasticDepth, Tanh, Tensor,
  AdaGrad, Adam, AdamW, L1, L2, MaxNorm, NonNegative, RMSProp, SGD, UnitNorm,
  type Labels, type Loss, type Network, type Optimizer,
} from "chainrule";
import { Explainer, type Explanation } from "../../src/trace/element.ts";
import { equalityText, shownValue } from "../../src/trace/expressions/shown.ts";
import { significant } from "../../src/trace/expressions/significant.ts";
import { claimOf } from "./arithmetic.ts";
import { record, type RecordOptions } from "../../src/trace/record.ts";
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
function explained(network: Network, x: Tensor, labels: Labels, loss: Loss, options: RecordOptions = {}): number {
  let count = 0;
  const { steps } = record(network, x, labels, loss, options);
  for (const [at, step] of steps.entries()) {
    const explainer = new Explainer(steps, at);
    for (const result of step.results) {
      // What was drawn is not computed from anything.
      if (result.symbol === "mask") continue;
      result.values.forEach((value, i) => {
        const explanation = explainer.explain(result, i), at = `${step.layer} ${step.phase} ${result.name} ${i}`;
        const term = explanation?.term;
        if (term === undefined) throw new Error(`${at}: no equation`);
        const error = Math.abs(term.value - value) / Math.max(1, Math.abs(value));
        if (!(error <= 1e-12 && explanation?.agrees)) throw new Error(`${at}: explained as ${term.value}, computed as ${value}`);
        if (!(Math.abs(shownValue(term, 17) - term.value) <= 1e-12)) throw new Error(`${at}: shown as another number`);
        for (const digits of [3, 4]) checkClaims(explanation, digits, at);
        count++;
      });
    }
  }
  return count;
}

/** The arithmetic as it is shown gives the number as it is shown. */
function checkClaims({ term, value, intermediates }: Explanation, digits: number, at: string): void {
  for (const one of [{ term, value }, ...intermediates.map((part) => ({ term: part.term, value: part.term.value }))]) {
    const text = equalityText(one.term, one.value, digits), claim = claimOf(text);
    if (claim === undefined || text.includes("≈")) continue;
    if (significant(claim.left, digits) === claim.right || Number(claim.right) === claim.left) continue;
    throw new Error(`${at}: shown as ${text}, which is ${claim.left}`);
  }
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
    ["CrossEntropy, one of the classes ignored", new CrossEntropy({ reduction, ignoreIndex: 3 }), classes],
    [
      "CrossEntropy with all options",
      new CrossEntropy({ reduction, ignoreIndex: 9, labelSmoothing: 0.1, classWeights }), [0, 9, 1],
    ],
  ])("%s", (_, loss, labels) => {
    expect(explained(chain(new Affine(4, 4)), batch, labels, loss)).toBeGreaterThan(40);
  });

  test("CrossEntropy of logits whose probabilities are too small for float32", () => {
    // Two classes share the top: -ln P is 200 + ln 2, and exp(-200) is 0 in float32.
    const network = new Sequential([new Identity()]), x = new Tensor(Float32Array.of(0, 200, 200), [1, 3]);
    const { steps } = record(network, x, [0], new CrossEntropy({ reduction })), [, { results: [, loss] }] = steps;
    const explanation = new Explainer(steps, 1).explain(loss, 0);
    expect(explanation?.agrees).toBe(true);
    expect(explanation?.term.value).toBeCloseTo(200.693147, 5);
  });

  test("NegativeLogLikelihood behind a Softmax", () => {
    const network = chain(new Affine(4, 4), new Softmax());
    expect(explained(network, batch, classes, new NegativeLogLikelihood({ reduction }))).toBeGreaterThan(40);
  });
});

describe("of three steps of training, too:", () => {
  const weightDecay = 0.1, momentum = 0.9, learningRate = 0.05, constraint = new MaxNorm(0.8);
  const trained = () => chain(
    new Affine(4, 4, { constraint }), new ReLU(), new Dropout({ keep: 0.8 }),
    new Affine(4, 4, { constraint: new UnitNorm() }), new Affine(4, 3, { constraint: new NonNegative() }),
  );
  test.each<[string, Optimizer]>([
    ["SGD", new SGD({ learningRate })],
    ["SGD with weight decay", new SGD({ learningRate, weightDecay })],
    ["SGD with momentum", new SGD({ learningRate, momentum })],
    ["SGD with momentum and decay, damped", new SGD({ learningRate, momentum, weightDecay, dampening: 0.3 })],
    ["SGD with Nesterov's momentum", new SGD({ learningRate, momentum, nesterov: true, weightDecay })],
    ["Adam", new Adam({ learningRate })],
    ["Adam with decay", new Adam({ learningRate, weightDecay, beta1: 0.7 })],
    ["AdamW", new AdamW({ learningRate, weightDecay })],
    ["RMSProp", new RMSProp({ learningRate })],
    ["RMSProp, centered, with momentum and decay", new RMSProp({ learningRate, centered: true, momentum, weightDecay })],
    ["AdaGrad", new AdaGrad({ learningRate })],
    ["AdaGrad whose rate decays", new AdaGrad({ learningRate, learningRateDecay: 0.5, weightDecay })],
  ])("%s", (_, optimizer) => {
    expect(explained(trained(), batch, [0, 2, 1], new CrossEntropy(), { optimizer, steps: 3 })).toBeGreaterThan(600);
  });

  test.each<[string, RecordOptions]>([
    ["clipping by norm", { clip: { norm: 0.01 } }],
    ["clipping by norm that does nothing", { clip: { norm: 1000 } }],
    ["clipping by value", { clip: { value: 0.01 } }],
    ["L1", { penalty: new L1(0.1) }],
    ["L2, clipped", { penalty: new L2(0.1), clip: { norm: 0.1 } }],
  ])("%s", (_, options) => {
    const optimizer = new SGD({ learningRate });
    const all = { optimizer, steps: 2, ...options };
    expect(explained(trained(), batch, [0, 2, 1], new CrossEntropy(), all)).toBeGreaterThan(400);
  });

  test("MaxNorm of filters", () => {
    const network = flat(new Conv2d(2, 3, 2, { constraint: new MaxNorm(0.1) }));
    const optimizer = new SGD({ learningRate, groups: [] });
    expect(explained(network, spread(2, 2, 3, 3), [0, 1], new CrossEntropy(), { optimizer, steps: 2 }))
      .toBeGreaterThan(100);
  });
});

describe("of a Softmax and CrossEntropy in two steps, too:", () => {
  const classes = [0, 3, 1], softmax = "two-steps" as const;
  const shares = new Tensor(Float64Array.of(0.1, 0.2, 0.3, 0.4, 0, 1, 0, 0, 0.25, 0.25, 0.25, 0.25), [3, 4]);
  test.each<[string, Loss, Labels]>([
    ["plain", new CrossEntropy(), classes],
    ["summed", new CrossEntropy({ reduction: "sum" }), classes],
    ["of probabilities", new CrossEntropy(), shares],
    ["smoothed", new CrossEntropy({ labelSmoothing: 0.1 }), classes],
    ["with all options", new CrossEntropy({ ignoreIndex: 9, labelSmoothing: 0.1, classWeights: [1, 2, 0.5, 3] }), [0, 9, 1]],
  ])("%s, with the gradient of both at once", (_, loss, labels) => {
    for (const layers of [[new Affine(4, 4)], [new Affine(4, 4), new Softmax()]]) {
      const network = chain(...layers);
      expect(explained(network, batch, labels, loss, { softmax })).toBeGreaterThan(40);
      const gradient = (options: RecordOptions) => record(network, batch, labels, loss, options).steps
        .flatMap(({ results }) => results).find(({ name }) => name === "dz1")?.values ?? [];
      const joint = gradient({}), apart = gradient({ softmax });
      expect(joint).toHaveLength(12);
      joint.forEach((value, i) => { expect(apart[i]).toBeCloseTo(value, 12); });
    }
  });
});

test("what several branches send back is summed where they meet", () => {
  const block = () => residual(new Affine(4, 4), new ReLU(), new Affine(4, 4));
  const network = chain(new Affine(4, 4), block(), new ReLU(), block(), new Affine(4, 2));
  expect(explained(network, batch, [0, 1, 0], new CrossEntropy())).toBeGreaterThan(200);
});

test("an activity loss is part of the sum J", () => {
  class Sparse extends Layer<{ x: Tensor }> {
    override equations() {
      return { forward: ["y[I] = x[I]", "R = 0.1 * sum(I: x[I]^2)"], backward: ["dx[I] = dy[I] + 0.2 * x[I]"] };
    }
    forward(x: Tensor): Tensor {
      this.remember({ x });
      let sum = 0;
      for (const value of x.data) sum += value * value;
      this.addLoss(0.1 * sum);
      return new Tensor(x.data.slice(), x.shape);
    }
    backward(dy: Tensor): Tensor {
      const { x } = this.recall();
      return new Tensor(dy.data.map((value, i) => value + 0.2 * x.data[i]), x.shape);
    }
  }
  expect(explained(chain(new Affine(4, 4), new Sparse()), batch, [0, 1, 2], new CrossEntropy())).toBeGreaterThan(40);
});

test("the gradient of shared weights is what was there before, and what the step adds", () => {
  const first = new Affine(4, 4);
  const shared = chain(first, new ReLU(), new Affine(4, 4, { weight: first.weight }));
  expect(explained(shared, batch, [0, 1, 2], new CrossEntropy())).toBeGreaterThan(40);
});
