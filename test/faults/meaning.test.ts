import {
  Accuracy, Add, Affine, AvgPool2d, BinaryCrossEntropy, ConfusionMatrix, Concat, CrossEntropy, Dataset, Dropout, Flatten,
  GaussianDropout, GlobalAvgPool2d, Graph, Hinge, Identity, LogSoftmax, MaxPool2d, NegativeLogLikelihood, ReLU, Reshape,
  Sequential, SGD, Sigmoid, Softmax, tensor, Tensor, Trainer, type Layer, type Loss,
} from "chainrule";
import { errorOf } from "../tools.ts";

const rows = [[0, 0], [0, 1], [1, 0], [1, 1]];
const trainerOf = (tail: Layer[], loss: Loss, outputs: number) => new Trainer(
  new Sequential([new Affine(2, outputs), ...tail], { seed: 1 }), { loss, optimizer: new SGD({ learningRate: 0.5 }) });

const KEEPERS: readonly (readonly [string, () => Layer[]])[] = [
  ["nothing", () => []], ["Flatten", () => [new Flatten()]], ["Reshape", () => [new Reshape([2])]],
  ["Dropout", () => [new Dropout({ keep: 0.9 })]], ["GaussianDropout", () => [new GaussianDropout({ keep: 0.9 })]],
  ["Identity", () => [new Identity()]], ["ReLU", () => [new ReLU()]],
  ["networks within networks", () => [new Sequential([new Sequential([new Identity()]), new Flatten()])]],
  ["a graph with a merge of one input", () => [
    new Graph().input("x").add("add", new Add(), "x").add("join", new Concat(), "add").output("join"),
  ]],
  ["pooling", () => [new Reshape([2, 1, 1]), new MaxPool2d(1), new AvgPool2d(1), new GlobalAvgPool2d()]],
];

describe("fault 71: a sigmoid or softmax twice", () => {
  test.each(KEEPERS)("a Sigmoid and %s before CrossEntropy is refused by step, fit and evaluate", async (_, tail) => {
    const trainer = trainerOf([new Sigmoid(), ...tail()], new CrossEntropy(), 2), data = new Dataset(rows, [0, 1, 1, 0]);
    const before = JSON.stringify(trainer.network.state());
    expect(errorOf(() => trainer.step(rows, [0, 1, 1, 0])).advice).toMatch(/Leave the Sigmoid out/);
    expect(errorOf(() => trainer.evaluate(data)).name).toBe("CallOrderError");
    await expect(trainer.fit(data, { epochs: 1 })).rejects.toMatchObject({ name: "CallOrderError" });
    expect(JSON.stringify(trainer.network.state())).toBe(before);
  });

  test.each(KEEPERS.slice(1))("a Softmax and %s before CrossEntropy is refused", (_, tail) => {
    const trainer = trainerOf([new Softmax(), ...tail()], new CrossEntropy(), 2);
    expect(errorOf(() => trainer.step(rows, [0, 1, 1, 0])).name).toBe("CallOrderError");
  });

  test.each([["Sigmoid", new Sigmoid()], ["Softmax", new Softmax()], ["LogSoftmax", new LogSoftmax()]] as const)(
    "a %s before BinaryCrossEntropy is refused, by hand too", (_, layer) => {
      const targets = tensor([[0, 1]]), loss = new BinaryCrossEntropy();
      expect(errorOf(() => loss.forward(layer.forward(tensor([[1, 2]])), targets)).name).toBe("CallOrderError");
      expect(errorOf(() => trainerOf([layer], loss, 2).step([[0, 1]], targets)).name).toBe("CallOrderError");
    });

  const squeezers = [["Sigmoid", () => new Sigmoid()], ["Softmax", () => new Softmax()]] as const;
  describe.each(squeezers)("a %s", (_, make) => {
    test.each(KEEPERS)("and %s before Hinge, which wants raw scores, is refused", (__, tail) => {
      const trainer = trainerOf([make(), ...tail()], new Hinge(), 2);
      expect(errorOf(() => trainer.step(rows, [0, 1, 1, 0])).name).toBe("CallOrderError");
    });
  });

  test("Hinge takes log-probabilities: only differences of scores count", () => {
    const x = tensor([[3, 1]], "float64"), hinge = new Hinge({ margin: 4 });
    expect(hinge.forward(new LogSoftmax().forward(x), [0])).toBeCloseTo(2, 14); // 1 - 3 + 4
  });

  test("a final Softmax is left out for CrossEntropy, and a Sigmoid in the middle is no matter", () => {
    expect(trainerOf([new Softmax()], new CrossEntropy(), 2).step(rows, [0, 1, 1, 0])).toBeGreaterThan(0);
    const tail = [new Sigmoid(), new Affine(2, 2)];
    expect(trainerOf(tail, new CrossEntropy(), 2).step(rows, [0, 1, 1, 0])).toBeGreaterThan(0);
  });

  test("CrossEntropy of log-probabilities is that of the logits", () => {
    const x = tensor([[1, 2]], "float64"), loss = new CrossEntropy();
    expect(loss.forward(new LogSoftmax().forward(x), [1])).toBeCloseTo(loss.forward(x, [1]), 14);
  });

  test("a loss of one's own that says it takes logits is served alike", () => {
    const inner = new CrossEntropy(), loss: Loss = {
      takesLogits: true, forward: (x, t) => inner.forward(new Tensor(x.data, x.shape), t), backward: () => inner.backward(),
    };
    expect(errorOf(() => trainerOf([new Sigmoid()], loss, 2).step(rows, [0, 1, 1, 0])).name).toBe("CallOrderError");
  });

  test.each([
    ["log-probabilities", new LogSoftmax().forward(tensor([[1, 2]]))], ["positive logits", tensor([[3.2, 5.1]])],
    ["sigmoids", new Sigmoid().forward(tensor([[1, 2]]))],
  ])("NegativeLogLikelihood of %s is refused", (_, x) => {
    expect(errorOf(() => new NegativeLogLikelihood().forward(x, [1])).advice).toMatch(/CrossEntropy/);
  });
});

describe("fault 74: row numbers out of range", () => {
  test.each([[[-1]], [[4]], [[0.5]], [[NaN]], [[0, undefined]], [["1"]]])("rows(%j) is refused", (indices) => {
    const data = new Dataset(rows, [0, 1, 1, 0]);
    expect(errorOf(() => data.rows(indices as number[])).name).toBe("DataError");
  });
  test("rows in any order, and twice, are given", () => {
    expect(new Dataset(rows, [0, 1, 2, 3]).rows(Uint8Array.of(3, 0, 3)).labels).toEqual([3, 0, 3]);
  });
});

describe("NaN has no largest number", () => {
  const network = new Sequential([new Affine(2, 2, { init: tensor([[NaN, 1], [1, 1]]) })]);
  test.each<[string, () => unknown]>([
    ["classify", () => network.classify(rows)],
    ["Accuracy", () => { new Accuracy().add(tensor([[1, NaN]]), [0]); }],
    ["ConfusionMatrix", () => { new ConfusionMatrix().add(tensor([[NaN, 1]]), [0]); }],
    ["evaluate", () => new Trainer(network, { loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 1 }) })
      .evaluate(new Dataset(rows, [0, 0, 0, 0]))],
  ])("%s is refused", (_, run) => { expect(errorOf(run).name).toBe("NumericError"); });

  test("classify of one output is refused", () => {
    expect(errorOf(() => new Sequential([new Affine(2, 1)]).classify(rows)).advice).toMatch(/threshold/);
  });
});

describe("networks that share a layer", () => {
  const shared = () => new Affine(1, 1, { init: tensor([[2]]), bias: false });
  const x = (value: number) => tensor([[value]]), dy = tensor([[1]]);
  test("give right gradients if they take turns", () => {
    const layer = shared(), a = new Sequential([layer]), b = new Graph().input("x").add("l", layer, "x").output("l");
    a.forward(x(3));
    a.backward(dy);
    b.forward(x(5));
    b.backward(dy);
    expect(layer.weight.grad.data[0]).toBe(3 + 5);
  });

  test.each<[string, (layer: Affine) => void]>([
    ["another network's pass", (layer) => { new Sequential([layer]).forward(x(5)); }],
    ["another network's forward and backward", (layer) => {
      const other = new Sequential([new Sequential([layer])]);
      other.forward(x(5));
      other.backward(dy);
      layer.weight.zeroGradient();
    }],
    ["a pass by hand", (layer) => { layer.forward(x(5)); }],
  ])("after %s a backward is refused, with no gradient added", (_, between) => {
    const layer = shared(), last = shared(), network = new Sequential([new Sequential([layer, new ReLU()]), last]);
    network.forward(x(3));
    between(layer);
    expect(errorOf(() => network.backward(dy)).name).toBe("CallOrderError");
    expect([layer, last].map(({ weight }) => weight.grad.data[0])).toEqual([0, 0]);
  });

  test("a prediction in between is no matter", () => {
    const layer = shared(), network = new Sequential([layer]);
    network.forward(x(3));
    new Sequential([layer]).predict(x(5));
    network.backward(dy);
    expect(layer.weight.grad.data[0]).toBe(3);
  });
});
