import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  Add, Affine, Dropout, Graph, Layer, NegativeLogLikelihood, Parameter, ReLU, Sequential, Softmax, tensor,
  trace, zerosLike, type Nested, type Tensor, type TraceEvent,
} from "chainrule";
import { labels, network as tiny, x } from "../../examples/networks/tiny.ts";
import { double, errorOf, expectClose, numbers } from "../tools.ts";

const path = resolve("../shared/tiny/expected.json");
const check = existsSync(path) ? test : test.skip;
const namesOf = (events: readonly TraceEvent[]) => events.map(({ name }) => name);

function valuesOf(events: readonly TraceEvent[], name: string): readonly number[] {
  const found = events.filter((event) => event.name === name);
  expect(found).toHaveLength(1);
  return found[0].values;
}

describe("the trace of the tiny network", () => {
  const events = trace(tiny, x, labels);

  test("has these names in this order", () => {
    expect(namesOf(events).join(" ")).toBe("z1 a1 M d1 z2 P L dz2 dW2 db2 dd1 da1 dz1 dW1 db1 dX");
  });

  test("has the numbers a pencil gives", () => {
    expectClose(valuesOf(events, "z1"), [1, -0.7, -0.4, 1.5, -0.3, 0.7, 1.05, -0.85]);
    expectClose(valuesOf(events, "a1"), [1, 0, 0, 1.5, 0, 0.7, 1.05, 0]);
    expectClose(valuesOf(events, "M"), [1.25, 1.25, 1.25, 0, 1.25, 0, 1.25, 1.25]);
    expectClose(valuesOf(events, "d1"), [1.25, 0, 0, 0, 0, 0, 1.3125, 0]);
    expectClose(valuesOf(events, "z2"), [0.475, -0.35, 0.23125, 0.6875]);
    // The gradient of the bias sums that of the logits over the rows, which is (P - one-hot) / 2.
    const p = valuesOf(events, "P");
    expectClose(valuesOf(events, "db2"), [(p[0] - 1) / 2 + p[2] / 2, p[1] / 2 + (p[3] - 1) / 2]);
    expectClose(valuesOf(events, "L"), [-(Math.log(p[0]) + Math.log(p[3])) / 2]);
  });

  test("tells layer, phase and shape of each", () => {
    const told = events.map(({ layer, phase, name, shape }) => (
      `${layer} | ${phase} | ${name} ${shape.join("×")}`));
    expect(told).toEqual(expect.arrayContaining([
      "1 Affine | forward | z1 2×4", "3 Dropout | forward | M 2×4", "CrossEntropy | loss | L ",
      "CrossEntropy | backward | dz2 2×2", "4 Affine | backward | dW2 4×2", "1 Affine | backward | dX 2×3",
    ]));
  });

  check("equals PyTorch's numbers", () => {
    const expected: Record<string, Nested> = JSON.parse(readFileSync(path, "utf8"));
    expect(namesOf(events).sort()).toEqual(Object.keys(expected).sort());
    for (const { name, shape, values } of events) {
      const wanted = tensor(expected[name], "float64");
      expect(shape).toEqual(wanted.shape);
      expectClose(values, numbers(wanted));
    }
  });

  test("in eval has no mask, and the activations as they are", () => {
    const evaluated = trace(tiny.to("float64").eval(), x, labels);
    expect(namesOf(evaluated)).not.toContain("M");
    expectClose(valuesOf(evaluated, "d1"), [1, 0, 0, 1.5, 0, 0.7, 1.05, 0]);
  });
});

describe("nothing in the network changes", () => {
  const make = () => (
    new Sequential([new Affine(3, 4), new Dropout({ keep: 0.6 }), new Affine(4, 2)], { seed: 3 }));
  const rows = tensor([[1, 2, 3], [4, 5, 6]]);

  test("the next forward draws the masks that were traced", () => {
    const network = make();
    const traced = valuesOf(trace(network, rows, [0, 1]), "z2");
    expect(numbers(network.forward(rows))).toEqual(traced);
    expect(numbers(make().forward(rows))).toEqual(traced);
  });

  test("gradients and modes stay", () => {
    const network = make();
    network.layers[1].eval();
    network.parameters[0].grad.data.fill(7);
    trace(network, rows, [0, 1]);
    expect(new Set(network.parameters[0].grad.data)).toEqual(new Set([7]));
    expect(network.layers.map(({ mode }) => mode)).toEqual(["train", "eval", "train"]);
  });

  test("a forward that waits for its backward still gets it", () => {
    const network = make(), twin = make();
    for (const one of [network, twin]) one.forward(rows);
    trace(network, [[0, 0, 1]], [1]);
    const dy = tensor([[1, 2], [3, 4]]);
    expect(numbers(network.backward(dy))).toEqual(numbers(twin.backward(dy)));
  });

  test("nor when the loss throws", () => {
    const network = make();
    expect(errorOf(() => trace(network, rows, [0, 2])).message).toContain("a class from 0 to 1");
    expect(numbers(network.forward(rows))).toEqual(numbers(make().forward(rows)));
  });

  test("a loss that waits for its backward still gets it", () => {
    const loss = new NegativeLogLikelihood();
    loss.forward(tensor([[0.25, 0.75]]), [1]);
    trace(new Sequential([new Affine(3, 2), new Softmax()]), rows, [0, 1], { loss });
    expectClose(loss.backward(), [0, -1 / 0.75], 1e-6);
  });
});

/** y = slope · x, times a coin for each number; nothing in it knows of traces. */
class Tossed extends Layer<{ x: Tensor; coin: Tensor }> {
  readonly slope = new Parameter("slope", double([2]));

  forward(x: Tensor): Tensor {
    const coin = this.random.bernoulli(0.7, x), y = zerosLike(x);
    this.remember({ x, coin });
    for (let i = 0; i < y.data.length; i++) y.data[i] = this.slope.value.data[0] * x.data[i] * coin.data[i];
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { x, coin } = this.recall(), dx = zerosLike(x);
    for (let i = 0; i < dx.data.length; i++) {
      dx.data[i] = this.slope.value.data[0] * dy.data[i] * coin.data[i];
      this.slope.grad.data[0] += dy.data[i] * x.data[i] * coin.data[i];
    }
    return dx;
  }
}

test("a custom layer is traced with its mask and its parameter, without doing anything", () => {
  const network = new Sequential([new Tossed()], { seed: 5 });
  const events = trace(network, double([[1, 2], [3, 4]]), [0, 1]);
  expect(namesOf(events).join(" ")).toBe("M d1 P L dd1 dslope1 dX");
  expectClose(valuesOf(events, "d1"), valuesOf(events, "M").map((kept, i) => 2 * kept * (i + 1)));
  expect(new Set(valuesOf(events, "M"))).toEqual(new Set([0, 1]));
});

test("layers within a custom layer are traced, too", () => {
  class Twice extends Layer<object> {
    readonly inner = new Affine(2, 2);

    forward(x: Tensor): Tensor {
      this.remember({});
      return this.inner.forward(x);
    }

    backward(dy: Tensor): Tensor {
      this.recall();
      return this.inner.backward(dy);
    }
  }
  const events = trace(new Sequential([new Twice(), new ReLU()]), [[1, 2]], [0]);
  expect(namesOf(events).join(" ")).toBe("twice.z1 z1 a1 P L da1 dz1 twice.dW1 twice.db1 twice.dx dX");
});

describe("a graph with branches", () => {
  const network = new Graph({ seed: 1 }).input("x", [2])
    .add("left", new Affine(2, 2), "x").add("right", new ReLU(), "x").add("sum", new Add(), "left", "right")
    .add("out", new Sequential([new Affine(2, 3), new ReLU(), new Affine(3, 2)]), "sum")
    .add("p", new Softmax(), "out").output("p");
  const events = trace(network, [[1, -2], [3, 4]], [1, 0]);

  test("names values by its nodes, and what is within a node by its path", () => {
    expect(namesOf(events.filter(({ phase }) => phase !== "backward")).join(" "))
      .toBe("left right sum out.z1 out.a1 out.z2 P L");
  });

  test("tells what each branch sends back, and their sum", () => {
    const left = valuesOf(events, "dX.left"), right = valuesOf(events, "dX.right");
    expectClose(valuesOf(events, "dX"), left.map((value, i) => value + right[i]), 1e-6);
    expect(valuesOf(events, "dleft")).toEqual(valuesOf(events, "dright"));
  });

  test("leaves the final Softmax out where the loss takes logits, as training does", () => {
    expect(namesOf(events)).toContain("out.dz2");
    expect(namesOf(events)).not.toContain("p");
  });
});

test("parameters that two layers share have one name, and the later gradient is the sum", () => {
  const first = new Affine(2, 2, { bias: false });
  const network = new Sequential([first, new Affine(2, 2, { bias: false, weight: first.weight })]);
  const gradients = trace(network, [[1, 2]], [0]).filter(({ name }) => name === "dW1");
  expect(gradients.map(({ layer }) => layer)).toEqual(["2 Affine", "1 Affine"]);
});

test("several masks are numbered, as layers are", () => {
  const network = new Sequential([
    new Dropout({ keep: 0.9 }), new Affine(2, 2), new Dropout({ keep: 0.6 }), new Dropout({ keep: 0.7 }),
  ]);
  const forward = trace(network, [[1, 2]], [0]).filter(({ phase }) => phase === "forward");
  expect(namesOf(forward).join(" ")).toBe("M0 d0 z1 M1 d1 M1_2 d1_2");
});

test("what is not a network is refused, and so are unknown options", () => {
  const layer = new ReLU();
  const error = errorOf(() => trace(layer as unknown as Sequential, [[1]], [0]));
  expect(error.advice).toContain("new Sequential([layer])");
  const options = { los: 1 } as object;
  expect(errorOf(() => trace(tiny, x, labels, options)).advice).toBe("Did you mean loss?");
});
