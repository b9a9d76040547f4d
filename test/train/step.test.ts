import {
  Affine, CrossEntropy, Dropout, Graph, NegativeLogLikelihood, ReLU, SGD, Sequential, Softmax, tensor,
  Trainer, type Layer, type Tensor,
} from "chainrule";
import { double, errorOf, expectClose, numbers, spread } from "../tools.ts";
import { data, makeNetwork, makeTrainer, weightsOf } from "./network.ts";

const optimizer = (options = {}) => new SGD({ learningRate: 0.1, ...options });

describe("a step by hand", () => {
  // Logits (0, 0): the loss is ln 2 and dz = (-1/2, 1/2), so dw = xᵀ·dz = ((-1, 1), (-2, 2)) for x = (2, 4).
  const make = () => {
    const layer = new Affine(2, 2, { init: double([[0, 0], [0, 0]]) });
    return {
      layer,
      trainer: new Trainer(new Sequential([layer]), { loss: new CrossEntropy(), optimizer: optimizer() }),
    };
  };

  test("gives the mean loss before the update", () => {
    expectClose([make().trainer.step([[2, 4]], [0])], [Math.log(2)], 1e-15);
  });

  test("moves each weight by -lr times its gradient", () => {
    const { layer, trainer } = make();
    trainer.step([[2, 4]], [0]);
    expectClose(layer.weight.value, [0.1, -0.1, 0.2, -0.2], 1e-15);
  });

  test("zeroes the gradients first: those of the last step do not linger", () => {
    const { layer, trainer } = make();
    layer.weight.grad.data.fill(1000);
    trainer.step([[2, 4]], [0]);
    expect(numbers(layer.weight.grad)).toEqual([-1, 1, -2, 2]);
  });

  test("with reduction sum gives the mean loss too, and moves by the sum", () => {
    const layer = new Affine(2, 2, { init: double([[0, 0], [0, 0]]) });
    const loss = new CrossEntropy({ reduction: "sum" });
    const trainer = new Trainer(new Sequential([layer]), { loss, optimizer: optimizer() });
    expectClose([trainer.step([[2, 4], [2, 4]], [0, 0])], [Math.log(2)], 1e-15);
    expectClose(layer.weight.value, [0.2, -0.2, 0.4, -0.4], 1e-15);
  });

  test("steps a shared Parameter once, with the summed gradient", () => {
    // y = w·w·x with w = 3, x = 5: the two layers give w·x = 15 each, so w ← 3 - 0.01·(15 + 15).
    const first = new Affine(1, 1, { init: double([[3]]), bias: false });
    const second = new Affine(1, 1, { weight: first.weight, bias: false });
    const loss = { forward: (y: Tensor) => y.data[0], backward: () => double([[1]]) };
    new Trainer(new Sequential([first, second]), { loss, optimizer: new SGD({ learningRate: 0.01 }) }).step(
      [[5]],
      [0],
    );
    expectClose(first.weight.value, [2.7], 1e-15);
  });

  test("leaves frozen parameters alone", () => {
    const { layer, trainer } = make();
    layer.weight.frozen = true;
    trainer.step([[2, 4]], [0]);
    expect(numbers(layer.weight.value)).toEqual([0, 0, 0, 0]);
    expectClose(layer.bias?.value ?? [], [0.05, -0.05], 1e-15);
  });
});

describe("a final Softmax", () => {
  const line = (...end: Layer[]) =>
    new Sequential([new Affine(3, 4), new ReLU(), new Affine(4, 3), ...end], { seed: 2 });
  const x = spread(5, 3), labels = [0, 2, 1, 1, 0];
  const losses = (network: Sequential | Graph, loss: CrossEntropy | NegativeLogLikelihood) => {
    const trainer = new Trainer(network.to("float64"), { loss, optimizer: optimizer() });
    return [
      trainer.step(x, labels),
      trainer.step(x, labels),
      ...trainer.network.parameters.flatMap(({ value }) => numbers(value)),
    ];
  };
  const wanted = losses(line(), new CrossEntropy());

  test("is left out with CrossEntropy: bit for bit the training without it", () => {
    expect(losses(line(new Softmax()), new CrossEntropy())).toEqual(wanted);
  });

  test("is left out in a Graph and in a network within, too", () => {
    const graph = new Graph({ seed: 2 })
      .input("x", [3])
      .add("line", line(), "x")
      .add("p", new Softmax(), "line")
      .output("p");
    expect(losses(graph, new CrossEntropy())).toEqual(wanted);
    expect(losses(new Sequential([line(new Softmax())]), new CrossEntropy())).toEqual(wanted);
  });

  test("is used with NegativeLogLikelihood, which gives the same losses and weights to 1e-12", () => {
    expectClose(losses(line(new Softmax()), new NegativeLogLikelihood()), wanted, 1e-12);
  });

  test("is back in predict, and by hand, after each step", () => {
    const network = line(new Softmax());
    new Trainer(network, { loss: new CrossEntropy(), optimizer: optimizer() }).step([[1, 2, 3]], [0]);
    expect(numbers(network.predict([[1, 2, 3]])).reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    expect(errorOf(() => new CrossEntropy().forward(network.forward(tensor([[1, 2, 3]])), [0])).name).toBe(
      "CallOrderError",
    );
  });

  test("is back after a step that throws", () => {
    const network = line(new Softmax());
    const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer: optimizer() });
    errorOf(() => trainer.step([[1, 2, 3]], [7]));
    expect(network.forward(tensor([[1, 2, 3]])).meaning).toBe("probabilities");
  });
});

describe("modes", () => {
  test("a network in eval is trained in train, and is in eval again afterwards", () => {
    const network = makeNetwork().eval(), trained = makeTrainer(network), plain = makeTrainer();
    expect(trained.step([[1, 2, 3]], [0])).toBe(plain.step([[1, 2, 3]], [0]));
    expect([network, ...network.layers].map(({ mode }) => mode)).toEqual(Array(5).fill("eval"));
  });

  test("a layer put in eval stays so in training, when the network is in train", () => {
    const network = makeNetwork();
    network.layers[2].eval();
    makeTrainer(network).step([[1, 2, 3]], [0]);
    expect((network.layers[2] as Dropout).mask).toBeUndefined();
    expect(network.layers[2].mode).toBe("eval");
  });
});

test("an optimizer of one's own that throws is heard, in its own words", () => {
  const broken = { learningRate: 1, step: () => { throw new RangeError("mine"); } };
  expect(() => makeTrainer(makeNetwork(), { optimizer: broken }).step([[1, 2, 3]], [0])).toThrow(
    new RangeError("mine"),
  );
});

test("dx of the whole network is not computed, and is again by hand afterwards", () => {
  const network = makeNetwork();
  makeTrainer(network).step([[1, 2, 3]], [0]);
  network.forward(tensor([[1, 2, 3]]));
  expect(network.backward(tensor([[1, 1]])).shape).toEqual([1, 3]);
});

describe("Trainer refuses", () => {
  test.each([
    ["no network", [new ReLU(), {}], "Trainer network"],
    ["no options", [makeNetwork(), undefined], "Trainer loss"],
    ["a class for a loss", [makeNetwork(), { loss: CrossEntropy }], "Trainer loss"],
    ["no optimizer", [makeNetwork(), { loss: new CrossEntropy() }], "Trainer optimizer"],
    [
      "a negative seed",
      [makeNetwork(), { loss: new CrossEntropy(), optimizer: optimizer(), seed: -1 }],
      "Trainer seed",
    ],
  ])("%s", (_, [network, options], where) => {
    expect(errorOf(() => new Trainer(network as never, options as never))).toMatchObject({
      name: "OptionError",
      where,
    });
  });

  test("an option it does not know, with the nearest", () => {
    expect(errorOf(() => makeTrainer(makeNetwork(), { optimiser: optimizer() } as never)).advice)
      .toBe("Did you mean optimizer?");
  });

  test.each([
    ["labels that are no classes", [[1, 2, 3]], [2]], ["rows of another width", [[1, 2]], [0]],
    ["a ragged batch", [[1, 2, 3], [1]], [0, 1]], ["one row that is no batch", [1, 2, 3], [0]],
  ])("%s, and is as it was: the next step is the one that would have come", (_, x, labels) => {
    const trainer = makeTrainer(), other = makeTrainer();
    for (const one of [trainer, other]) one.step(data().x, data().labels);
    errorOf(() => trainer.step(x, labels));
    expect(trainer.step(data().x, data().labels)).toBe(other.step(data().x, data().labels));
    expect(weightsOf(trainer)).toEqual(weightsOf(other));
  });
});

test("a debugger goes from Trainer.step to a layer's own forward in five calls", () => {
  const stacks: string[] = [];
  class Looking extends ReLU {
    override forward(x: Tensor): Tensor {
      stacks.push(new Error().stack ?? "");
      return super.forward(x);
    }
  }
  const network = new Sequential([new Looking(), new Affine(2, 2)], { seed: 1 });
  const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer: optimizer() });
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 100;
  try {
    trainer.step([[1, 2]], [0]);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  // From the layer's own forward, in this file, to the call of trainer.step, in this file: that call is one of them.
  const calls = stacks[0].split("\n").slice(2), between = calls.findIndex((call) => call.includes("step.test.ts")) - 1;
  expect(between).toBeGreaterThan(1);
  expect(between).toBeLessThanOrEqual(4);
});
