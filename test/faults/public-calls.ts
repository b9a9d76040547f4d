/** Every public function, class and method that takes something, with arguments that are right. */
import * as chainrule from "chainrule";
import { ones, spread32 } from "../tools.ts";

const c = chainrule;

/** What is called, with what; `make` so that each call gets fresh ones. */
export interface PublicCall {
  readonly name: string;
  readonly call: (...given: never[]) => unknown;
  readonly make: () => readonly unknown[];
}

const x = () => spread32(4, 3);
const labels = () => [0, 1, 1, 0];
const data = () => new c.Dataset(x(), labels());
const network = () => new c.Sequential([new c.Affine(3, 4), new c.Dropout({ keep: 0.7 }), new c.Affine(4, 2)]);
const optimizer = () => new c.SGD({ learningRate: 0.1 });
const trainer = () => new c.Trainer(network(), { loss: new c.CrossEntropy(), optimizer: optimizer() });
const parameter = () => new c.Parameter("w", spread32(3, 2));
const stream = () => ({ bernoulli: () => ones(1), uniform: () => ones(1), normal: () => ones(1) });
const record = () => ({ epoch: 1, steps: 1, loss: 1, accuracy: 0.5, learningRate: 0.1 });
const both = (make: () => object, ...names: readonly string[]) => names.map((name) => ({ name, make }));

type Row = readonly [name: string, call: (...given: never[]) => unknown, make: () => readonly unknown[]];

const made = (name: keyof typeof chainrule): ((...given: never[]) => unknown) => {
  const Class = c[name] as new (...given: never[]) => unknown;
  return (...given) => new Class(...given);
};
const constructed = (name: keyof typeof chainrule, make: () => readonly unknown[]): Row => [name, made(name), make];
const called = (name: keyof typeof chainrule, make: () => readonly unknown[]): Row =>
  [name, c[name] as (...given: never[]) => unknown, make];

/** A layer, with what it takes; its forward, and backward after a forward, are called as well. */
const layer = (name: keyof typeof chainrule, options: readonly unknown[], input: () => unknown): readonly Row[] => {
  const make = made(name) as (...given: unknown[]) => chainrule.Layer;
  return [
    [name, make as never, () => options],
    [`${name}.forward`, (given) => make(...options).forward(given), () => [input()]],
    [`${name}.backward`, (dy) => {
      const one = make(...options);
      one.forward(input() as never);
      return one.backward(dy);
    }, () => [make(...options).forward(input() as never)]],
    [`${name}.outputShape`, (...shapes) => make(...options).outputShape(...shapes as [never]), () => {
      const given = input();
      return (Array.isArray(given) ? given : [given]).map(({ shape }: chainrule.Tensor) => shape.slice(1));
    }],
    [`${name}.load`, (state) => make(...options).load(state), () => [make(...options).state()]],
  ];
};

const loss = (name: keyof typeof chainrule, options: readonly unknown[], given: () => readonly unknown[]): Row[] => {
  const make = made(name) as (...given: unknown[]) => chainrule.Loss;
  return [
    [name, make as never, () => options],
    [`${name}.forward`, (...args) => make(...options).forward(...args as unknown as [never, never]), given],
  ];
};

const stepper = (name: keyof typeof chainrule, options: object): Row[] => {
  const make = made(name) as (...given: unknown[]) => chainrule.Optimizer;
  const whole = { learningRate: 0.1, weightDecay: 0.1, groups: [], ...options };
  return [
    [name, make as never, () => [whole]],
    [`${name}.step`, (list) => make(whole).step(list), () => [[parameter()]]],
    [`${name}.learningRate`, (rate) => { make(whole).learningRate = rate; }, () => [0.1]],
    [`${name}.state`, (list) => make(whole).state?.(list), () => [[parameter()]]],
    [`${name}.load`, (...given) => make(whole).load?.(...given as unknown as [never, never]), () => {
      const list = [parameter()], one = make(whole);
      one.step(list);
      return [one.state?.(list), list];
    }],
  ];
};

const image = () => spread32(2, 2, 5, 4);
const logits = () => spread32(4, 2);
const targets = () => spread32(4, 2);
const weights = { init: "he", seed: 1 };
const rows = [[1, 2, 0], [3, 4, 1], [5, 6, 0], [7, 8, 1]];

const table: readonly Row[] = [
  constructed("Tensor", () => [new Float32Array(6), [2, 3]]),
  called("tensor", () => [[[1, 2]], "float32"]), called("zeros", () => [[2, 3], "float32"]),
  called("zerosLike", () => [x()]),
  called("copyOf", () => [x(), "float64"]),
  called("add", () => [x(), x()]), called("multiply", () => [x(), x()]), called("scale", () => [x(), 2]),
  called("matmul", () => [x(), spread32(3, 2)]), called("transposed", () => [x()]),
  called("addMatmul", () => [spread32(4, 2), x(), spread32(3, 2)]),
  called("addRow", () => [x(), spread32(3)]), called("addColumnSums", () => [spread32(3), x()]),
  called("subtract", () => [x(), x()]), called("divide", () => [x(), x()]), called("pow", () => [x(), 2]),
  ...(["exp", "log", "tanh", "sigmoid", "sqrt", "softmax"] as const).map((name) => called(name, () => [x()])),
  ...(["latexOf", "mathmlOf"] as const).map((name): Row => [`ExplainedTrace.${name}`, (...given) =>
    c.explainTrace(network(), x(), labels())[name](...given as unknown as [1, "z1", [0, 0]]), () => [1, "z1", [0, 0], 4]]),
  ...(["number", "numeric"] as const).map((name): Row => [`ExplainedTrace.${name}`, (...given) =>
    c.explainTrace(network(), x(), labels())[name](...given as unknown as [never, never, never]),
    () => (name === "number" ? [1, "z1", [0, 0]] : ["z1", [0, 0], 1])]),
  ["ExplainedTrace.explain", (op) => c.explainTrace(network(), x(), labels()).explain(op), () => [1]],
  ["ExplainedTrace.latex", (digits) => c.explainTrace(network(), x(), labels()).latex(digits), () => [4]],
  ["Dataset.rows, out", (out) => data().rows([0, 1], out), () => [spread32(2, 3)]],
  called("softmaxBackward", () => [x(), x()]), called("sum", () => [x(), 1]), called("mean", () => [x(), 1]),
  called("repeat", () => [x(), 1, 2]), called("slice", () => [x(), 1, 0, 2]), called("rows", () => [x(), 0, 2]),
  called("concat", () => [[x(), x()], 1]), called("batchMatmul", () => [spread32(2, 3, 4), spread32(2, 4, 2)]),
  called("register", () => [class Mine extends c.ReLU {}]), called("registered", () => ["ReLU"]),
  called("useBackend", () => ["simd"]),

  constructed("Parameter", () => ["w", x(), { decay: true, seed: 1, constraint: new c.MaxNorm(1) }]),
  ["Parameter.value", (value) => { parameter().value = value; }, () => [spread32(3, 2)]],
  ...layer("Affine", [3, 2, { ...weights, bias: true, constraint: new c.MaxNorm(1) }], x),
  ...layer("DropConnect", [3, 2, { keep: 0.7, seed: 1 }], x),
  ...layer("Conv2d", [2, 4, [3, 2], { stride: 1, padding: 1, dilation: 1, groups: 2, bias: true, ...weights }], image),
  ...layer("Embedding", [5, 3, weights], () => c.tensor([[0, 4], [2, 2]])),
  ...layer("BatchNorm", [3, { epsilon: 1e-5, momentum: 0.1, affine: true }], x),
  ...layer("LayerNorm", [3, { epsilon: 1e-5, affine: true }], x),
  ...both(() => ({ keep: 0.7, seed: 1 }), "Dropout", "GaussianDropout", "AlphaDropout")
    .flatMap(({ name, make }) => layer(name as "Dropout", [make()], x)),
  ["Dropout.useMask", (mask) => new c.Dropout({ keep: 0.7 }).useMask(mask), () => [ones(4, 3)]],
  ...layer("SpatialDropout", [{ keep: 0.7, seed: 1 }], image),
  ...layer("StochasticDepth", [{ keep: 0.7, seed: 1 }], x),
  ...(["ReLU", "SiLU", "Sigmoid", "Tanh", "Softplus", "Softmax", "LogSoftmax", "Identity"] as const)
    .flatMap((name) => layer(name, [], x)),
  ...layer("LeakyReLU", [{ slope: 0.1 }], x), ...layer("ELU", [{ alpha: 1 }], x),
  ...layer("GELU", [{ approximate: "tanh" }], x),
  ...layer("MaxPool2d", [2, { stride: 1, padding: 1, ceilMode: true }], image),
  ...layer("AvgPool2d", [2, { stride: 1, padding: 1, ceilMode: true, countPadding: true }], image),
  ...layer("GlobalAvgPool2d", [], image), ...layer("Flatten", [], image), ...layer("Reshape", [[5, 8]], image),
  ...(["Add", "Multiply", "Concat"] as const).flatMap((name) => layer(name, [], () => [x(), x()])),
  ...layer("Sequential", [[new c.Affine(3, 2)], { seed: 1, name: "net" }], x),

  constructed("Graph", () => [{ seed: 1, name: "graph" }]),
  ["Graph.input", (...given) => new c.Graph().input(...given as unknown as ["x"]), () => ["x", [3]]],
  ["Graph.add", (...given) => new c.Graph().add(...given as unknown as ["a", chainrule.Layer]),
    () => ["a", new c.ReLU(), "x"]],
  ["Graph.output", (name) => new c.Graph().output(name), () => ["a"]],
  ["Graph.predict", (given) => new c.Graph().input("x", [3]).add("a", new c.ReLU(), "x").output("a").predict(given),
    () => [x()]],
  called("residual", () => [new c.Affine(3, 3), new c.ReLU()]),
  ["Network.predict", (given) => network().predict(given), () => [x()]],
  ["Network.classify", (given) => network().classify(given), () => [x()]],
  ["Network.to", (dtype) => network().to(dtype), () => ["float64"]],

  ...loss("CrossEntropy", [{ reduction: "mean", labelSmoothing: 0.1, classWeights: [1, 2], ignoreIndex: 5 }],
    () => [logits(), labels()]),
  ...loss("NegativeLogLikelihood", [{ reduction: "sum" }], () => [new c.Softmax().forward(logits()), labels()]),
  ...loss("BinaryCrossEntropy", [{ reduction: "mean" }], () => [logits(), ones(4, 2)]),
  ...loss("MeanSquaredError", [{ reduction: "mean" }], () => [logits(), targets()]),
  ...loss("Huber", [{ reduction: "mean", delta: 1 }], () => [logits(), targets()]),
  ...loss("Hinge", [{ reduction: "mean" }], () => [logits(), labels()]),

  ...stepper("SGD", { momentum: 0.9, dampening: 0, nesterov: true }),
  ...stepper("Adam", { beta1: 0.9, beta2: 0.99, epsilon: 1e-8 }),
  ...stepper("AdamW", { beta1: 0.9, beta2: 0.99, epsilon: 1e-8 }),
  ...stepper("RMSProp", { decayRate: 0.9, momentum: 0.5, centered: true, epsilon: 1e-8 }),
  ...stepper("AdaGrad", { epsilon: 1e-8 }),
  constructed("MaxNorm", () => [1]), ["MaxNorm.apply", (value) => new c.MaxNorm(1).apply(value), () => [x()]],
  ["UnitNorm.apply", (value) => new c.UnitNorm().apply(value), () => [x()]],
  ["NonNegative.apply", (value) => new c.NonNegative().apply(value), () => [x()]],
  called("clipGradientNorm", () => [[parameter()], 1]), called("clipGradientValue", () => [[parameter()], 1]),
  constructed("L1", () => [0.1]), constructed("L2", () => [0.1]),
  ["L1.cost", (list) => new c.L1(0.1).cost(list), () => [[parameter()]]],
  ["L2.cost", (list) => new c.L2(0.1).cost(list), () => [[parameter()]]],
  ["L1.addGradients", (list) => new c.L1(0.1).addGradients(list), () => [[parameter()]]],
  ["L2.addGradients", (list) => new c.L2(0.1).addGradients(list), () => [[parameter()]]],
  constructed("ExponentialMovingAverage", () => [{ decay: 0.9 }]),
  ["ExponentialMovingAverage.update", (list) => new c.ExponentialMovingAverage({ decay: 0.9 }).update(list),
    () => [[parameter()]]],
  ["ExponentialMovingAverage.load", (...given) => {
    new c.ExponentialMovingAverage({ decay: 0.9 }).load(...given as unknown as [never, never]);
  }, () => {
    const average = new c.ExponentialMovingAverage({ decay: 0.9 }), list = [parameter()];
    average.update(list);
    return [average.state(list), list];
  }],
  called("stepDecay", () => [{ learningRate: 0.1, every: 2, factor: 0.5 }]),
  called("multiStepDecay", () => [{ learningRate: 0.1, milestones: [2, 4], factor: 0.5 }]),
  called("exponentialDecay", () => [{ learningRate: 0.1, factor: 0.5 }]),
  called("cosineDecay", () => [{ learningRate: 0.1, steps: 9, lowest: 0.01 }]),
  called("linearRamp", () => [{ from: 0, to: 1, steps: 9 }]),
  called("oneCycle", () => [{ highest: 0.1, steps: 9, rising: 0.3, shape: "linear", startDivisor: 9, endDivisor: 9 }]),
  called("sequence", () => [[{ steps: 2, schedule: () => 0.1 }]]),
  constructed("ReduceOnPlateau", () => [{
    factor: 0.5, patience: 2, mode: "min", threshold: 0, thresholdMode: "absolute", cooldown: 0, lowest: 0.01,
  }]),

  constructed("Dataset", () => [x(), labels()]),
  ["Dataset.rows", (indices) => data().rows(indices), () => [[0, 2]]],
  called("fromRows", () => [rows, { label: 2, ignore: [0], names: ["a", "b", "c"] }]),
  called("fromCsv", () => ["a,b\n1,0\n2,1\n", { label: "b" }]),
  called("split", () => [data(), { validation: 0.5, seed: 1 }]),
  called("stratifiedSplit", () => [data(), { validation: 0.5, seed: 1 }]),
  called("augment", () => [new c.Dataset(ones(4, 3, 3), labels()), { shift: 1, seed: 1 }]),
  called("readIdx", () => [new Uint8Array([0, 0, 8, 1, 0, 0, 0, 1, 7])]),

  constructed("Trainer", () => [network(), {
    loss: new c.CrossEntropy(), optimizer: optimizer(), seed: 1, callbacks: [], clip: { norm: 1 }, penalty: new c.L2(0.1),
  }]),
  ["Trainer.fit", (...given) => trainer().fit(...given as unknown as [never, never]),
    () => [data(), { epochs: 1, batchSize: 2, validation: data() }]],
  ["Trainer.evaluate", (...given) => trainer().evaluate(...given as unknown as [never]),
    () => [data(), { batchSize: 2 }]],
  ["Trainer.step", (...given) => trainer().step(...given as unknown as [never, never]), () => [x(), labels()]],
  called("schedule", () => [() => 0.1, { every: "step" }]),
  called("scheduleOnPlateau", () => [new c.ReduceOnPlateau(), { watch: ({ loss }: chainrule.EpochRecord) => loss }]),
  called("keepSchedule", () => [new c.Dropout({ keep: 0.7 }), () => 0.5]),
  constructed("BestWeights", () => [{ watch: ({ loss }: chainrule.EpochRecord) => loss }]),
  constructed("EarlyStopping", () => [{ patience: 1 }]),
  called("stepLimit", () => [3]), called("timeLimit", () => [3]),
  called("movingAverage", () => [new c.ExponentialMovingAverage({ decay: 0.9 })]),
  called("historyToCsv", () => [[record()]]), called("historyToJsonLines", () => [[record()]]),
  called("measure", () => [network(), data(), { right: new c.Accuracy() }, { batchSize: 2 }]),
  constructed("TopK", () => [2]),
  ["Accuracy.add", (...given) => new c.Accuracy().add(...given as unknown as [never, never]),
    () => [logits(), labels()]],
  ["ConfusionMatrix.add", (...given) => new c.ConfusionMatrix().add(...given as unknown as [never, never]),
    () => [logits(), labels()]],
  ["MeanError.add", (...given) => new c.MeanError().add(...given as unknown as [never, never]),
    () => [logits(), targets()]],

  called("gradientCheck", () => [
    new c.Affine(3, 2), x(), { loss: new c.CrossEntropy(), labels: labels(), seed: 1, tolerance: 1e-6 },
  ]),
  called("checkLayer", () => [new c.ReLU(), [3], { seed: 1 }]),
  called("format", () => [c.checkLayer(new c.ReLU(), [3])]),
  called("formatLayerReport", () => [c.checkLayer(new c.ReLU(), [3])]),
  called("predictWithDropout", () => [network(), x(), { passes: 3, seed: 1 }]),
  called("detectAnomaly", () => [network(), x(), labels(), { loss: new c.CrossEntropy() }]),
  called("trace", () => [network(), x(), labels(), { loss: new c.CrossEntropy() }]),
  called("explain", () => [network()]),
  ...Object.entries({
    blobs: { classes: 3 }, line: { slope: 1, intercept: 0 }, spirals: { arms: 3, turns: 1 }, twoMoons: {}, xor: {},
  }).map(([name, own]): Row => [
    `toys.${name}`, c.toys[name as "xor"] as Row[1], () => [{ rows: 20, noise: 0.1, seed: 1, ...own }],
  ]),
  ["initializers.constant", c.initializers.constant as Row[1], () => [1]],
  ["initializers.fromArray", c.initializers.fromArray as Row[1], () => [[1, 2]]],
  ["initializers.heNormal", c.initializers.heNormal as Row[1], () => [{ fan: "in" }]],
  ["initializers.normal", c.initializers.normal as Row[1], () => [{ mean: 0, standardDeviation: 1 }]],
  ["initializers.orthogonal", c.initializers.orthogonal as Row[1], () => [{ gain: 1 }]],
  ["initializers.uniform", c.initializers.uniform as Row[1], () => [{ from: 0, to: 1 }]],
  ["initializers.zeros.draw", (shape) => c.initializers.zeros.draw(shape, stream() as never), () => [[2, 3]]],
];

export const publicCalls: readonly PublicCall[] = table.map(([name, call, make]) => ({ name, call, make }));
