import {
  Add, Affine, BatchNorm, Concat, CrossEntropy, Dropout, Graph, gradientCheck, Layer, Multiply, NegativeLogLikelihood,
  Parameter, ReLU, Sequential, Softmax, Tensor, tensor, zerosLike, type AnyLayer,
} from "chainrule";
import { Swish, CoinMix } from "../fixtures/my-layer.ts";
import { double, errorOf, expectClose, numbers, spread } from "../tools.ts";

const seed = 5;
const sum = (y: Tensor) => numbers(y).reduce((a, b) => a + b);
/** Several tensors of one shape whose numbers all differ. */
const inputs = (count: number, ...shape: number[]) => Array.from({ length: count }, (_, i) => {
  const { data } = spread(count, ...shape), size = data.length / count;
  return new Tensor(data.slice(i * size, (i + 1) * size), shape);
});

const WIDTH = 5;
const LAYERS: readonly (readonly [string, () => AnyLayer, number])[] = [
  ["Affine", () => new Affine(WIDTH, 3, { seed, bias: tensor([0.1, -0.2, 0.3]) }), 0],
  ["Affine without a bias", () => new Affine(WIDTH, 1, { seed, bias: false }), 0],
  ["ReLU", () => new ReLU(), 0], ["Softmax", () => new Softmax(), 0],
  ["Dropout", () => new Dropout({ keep: 0.8, seed }), 0],
  ["Dropout, at-eval", () => new Dropout({ keep: 0.3, scaling: "at-eval", seed }), 0],
  ["Add", () => new Add(), 3], ["Multiply", () => new Multiply(), 3], ["Concat", () => new Concat(), 3],
  ["Add of one", () => new Add(), 1], ["Multiply of one", () => new Multiply(), 1],
  ["Swish", () => new Swish(), 0], ["CoinMix", () => new CoinMix(), 2],
  ["Sequential", () => new Sequential([
    new Dropout({ keep: 0.8 }), new Affine(WIDTH, 4), new Swish(), new Dropout({ keep: 0.7 }),
    new Affine(4, 3), new Softmax(),
  ], { seed }), 0],
  ["a Sequential within a Sequential", () => new Sequential([
    new Sequential([new Affine(WIDTH, 3), new Dropout({ keep: 0.7 })]),
    new Sequential([new Sequential([new Affine(3, 4)]), new Swish()]),
  ], { seed }), 0],
  ["a Graph that uses values several times, with shared weights and a network within", sharedGraph, 0],
];

function sharedGraph(): Graph {
  const first = new Affine(WIDTH, WIDTH);
  const { weight } = first;
  return new Graph({ seed }).input("x", [WIDTH])
    .add("first", first, "x").add("second", new Affine(WIDTH, WIDTH, { weight, bias: false }), "swish")
    .add("swish", new Swish(), "first").add("mix", new CoinMix(), "second", "x")
    .add("gate", new Multiply(), "mix", "swish", "x").add("sum", new Add(), "gate", "first", "x")
    .add("block", new Sequential([new Affine(WIDTH, 2), new Dropout({ keep: 0.6 })]), "sum")
    .add("all", new Concat(), "block", "sum", "block").output("all");
}

describe.each(LAYERS)("the check passes on %s", (_, make, count) => {
  const cases = [["train", 1], ["train", 3], ["eval", 1], ["eval", 7]] as const;

  test.each(cases)("in %s with %d rows", (mode, rows) => {
    const layer = make()[mode]();
    const x = count === 0 ? spread(rows, WIDTH) : inputs(count, rows, WIDTH);
    const report = gradientCheck(layer, x);
    expect(report.entries.filter(({ error }) => !(error <= 1e-7))).toEqual([]);
    expect(report.passed).toBe(true);
  });
});

describe("with a loss", () => {
  const logits = () => new Sequential([
    new Affine(WIDTH, 4), new Swish(), new Dropout({ keep: 0.7 }), new Affine(4, 3),
  ], { seed });
  const soft = tensor([[0.2, 0.3, 0.5], [1, 0, 0], [0, 0.9, 0.1]], "float64");

  test.each(["mean", "sum"] as const)("CrossEntropy of logits passes (%s)", (reduction) => {
    for (const labels of [[2, 0, 1], soft]) {
      const loss = new CrossEntropy({ reduction });
      expect(gradientCheck(logits(), spread(3, WIDTH), { loss, labels })).toMatchObject({ passed: true });
    }
  });

  test.each(["mean", "sum"] as const)("NegativeLogLikelihood of a Softmax passes (%s)", (reduction) => {
    for (const labels of [[2, 0, 1], soft]) {
      const loss = new NegativeLogLikelihood({ reduction });
      const network = new Sequential([logits(), new Softmax()]);
      expect(gradientCheck(network, spread(3, WIDTH), { loss, labels })).toMatchObject({ passed: true });
    }
  });
});

/** y = x², whose gradient at x is 2x: here 10 % too large at the given place. */
class Square extends Layer<{ x: Tensor }> {
  forward(x: Tensor): Tensor {
    this.remember({ x });
    const y = zerosLike(x);
    x.data.forEach((value, i) => { y.data[i] = value * value; });
    return y;
  }
  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), dx = zerosLike(x);
    x.data.forEach((value, i) => { dx.data[i] = dy.data[i] * 2 * value * (i === 3 ? 1.1 : 1); });
    return dx;
  }
}

describe("the report", () => {
  test("has x and each parameter by name, inner layers' under their layer's", () => {
    const names = (layer: AnyLayer) => gradientCheck(layer, spread(2, WIDTH)).entries.map(({ name }) => name);
    expect(names(new Affine(WIDTH, 2))).toEqual(["x", "weight", "bias"]);
    expect(names(new Sequential([new ReLU(), new Affine(WIDTH, 2)]))).toEqual(["x", "2.weight", "2.bias"]);
  });

  test("has one entry for each of several inputs", () => {
    expect(gradientCheck(new Add(), inputs(2, 1, 2)).entries.map(({ name }) => name)).toEqual(["x0", "x1"]);
  });

  test("points at the worst number, with both gradients", () => {
    const x = tensor([[1, 2], [3, 4], [5, 6]], "float64");
    const loss = { forward: sum, backward: () => double([[1, 1], [1, 1], [1, 1]]) };
    const { passed, worst, entries: [entry] } = gradientCheck(new Square(), x, { loss, labels: [0, 0, 0] });
    expect(passed).toBe(false);
    expect(entry).toMatchObject({ name: "x", index: [1, 1], analytic: 8.8 });
    expectClose([entry.numeric, entry.error, worst], [8, 0.8 / 8.8, 0.8 / 8.8], 1e-8);
  });

  test("passes within the tolerance that is asked for", () => {
    const check = (tolerance: number) => gradientCheck(new Square(), spread(1, 6), { tolerance }).passed;
    expect([check(1), check(1e-3)]).toEqual([true, false]);
  });
});

describe("kinks", () => {
  test("ReLU exactly at 0 is not accused", () => {
    expect(gradientCheck(new ReLU(), tensor([[0, 1, -1], [0, 0, 2]])).passed).toBe(true);
  });

  test("a slope at 0 that neither side has, nor anything between, is accused", () => {
    class Steep extends ReLU {
      override backward(dy: Tensor): Tensor {
        const dx = super.backward(dy);
        dx.data[0] = 3 * dy.data[0];
        return dx;
      }
    }
    expect(gradientCheck(new Steep(), tensor([[0, 1, -1]])).passed).toBe(false);
  });
});

describe("the layer that was checked is as it was", () => {
  const make = () => {
    const dropout = new Dropout({ keep: 0.7 });
    const network = new Sequential([new Affine(WIDTH, 3), dropout, new Affine(3, 2).eval()], { seed });
    network.forward(tensor([[1, 2, 3, 4, 5]]));
    network.parameters[0].grad.data.fill(7);
    return { network, dropout };
  };
  const x = () => tensor([[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]]);
  const { network, dropout } = make(), { network: untouched, dropout: itsDropout } = make();
  gradientCheck(network, x());

  test("its weights, in float32", () => {
    expect(network.parameters.map(({ value }) => value)).toEqual(
      untouched.parameters.map(({ value }) => value),
    );
  });

  test("its gradients", () => {
    expect(network.parameters.map(({ grad }) => numbers(grad))).toEqual(
      untouched.parameters.map(({ grad }) => numbers(grad)),
    );
  });

  test("its modes", () => {
    expect([network, ...network.layers].map(({ mode }) => mode)).toEqual(["train", "train", "train", "eval"]);
  });

  test("its mask", () => {
    expect(dropout.mask).toEqual(itsDropout.mask);
  });

  test("the forward whose backward is still to come", () => {
    expect(numbers(network.backward(tensor([[1, 2]])))).toEqual(
      numbers(untouched.backward(tensor([[1, 2]]))),
    );
  });

  test("its count of forwards: the next mask is the one that would have come", () => {
    expect(numbers(network.forward(x()))).toEqual(numbers(untouched.forward(x())));
  });

  test("and the input", () => {
    const given = x();
    gradientCheck(network, given);
    expect(given).toEqual(x());
  });
});

test("the mask in use is the one that is checked", () => {
  const layer = new Dropout({ keep: 0.25 }).useMask(tensor([[1, 0, 0]]));
  const loss = { forward: sum, backward: () => double([[1, 1, 1]]) };
  const { entries: [entry] } = gradientCheck(layer, [[1, 2, 3]], { loss, labels: [0] });
  expect(entry.analytic).toBe(4);
});

describe("gradientCheck refuses", () => {
  test("an option it does not know, with the nearest", () => {
    expect(errorOf(() => gradientCheck(new ReLU(), [[1]], { tol: 1 } as never)).advice).toBe(
      "Did you mean tolerance?",
    );
  });

  test("a loss without labels, and labels without a loss", () => {
    expect(errorOf(() => gradientCheck(new ReLU(), [[1]], { loss: new CrossEntropy() })).allowed).toContain(
      "both",
    );
    expect(errorOf(() => gradientCheck(new ReLU(), [[1]], { labels: [0] })).allowed).toContain("both");
  });

  test("a tolerance of 0", () => {
    expect(errorOf(() => gradientCheck(new ReLU(), [[1]], { tolerance: 0 })).where).toBe(
      "gradientCheck tolerance",
    );
  });

  test("a parameter without numbers", () => {
    class Empty extends ReLU { readonly none = new Parameter("none", tensor([])); }
    expect(errorOf(() => gradientCheck(new Empty(), [[1]])).where).toBe("gradientCheck of none");
  });
});

test("what rounding makes of a slope of 0 is no error: the bias of a layer before a BatchNorm changes nothing", () => {
  for (let weights = 1; weights <= 5; weights++) {
    const network = new Sequential([new Affine(3, 4), new BatchNorm(4), new Affine(4, 2)], { seed: weights });
    expect(gradientCheck(network, spread(6, 3))).toMatchObject({ passed: true });
  }
});
