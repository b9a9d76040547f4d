/** What is said about one number of a trace: where it came from, why it is zero, where it goes, and its slope. */
import {
  Add, Affine, copyOf, Embedding, explainTrace, Flatten, Graph, Layer, MaxPool2d, MeanSquaredError, ReLU, residual, Sequential,
  SGD, Sigmoid, Softmax, Tensor, tensor, zerosLike,
} from "chainrule";
import { labels, network, optimizer, x } from "../../examples/networks/tiny.ts";
import { numericText } from "../../src/trace/show/number.ts";
import { errorOf, spread } from "../tools.ts";

const tiny = explainTrace(network, x, labels, { optimizer, steps: 2 });

describe("a number", () => {
  test("is plain data: its terms have values, names, indices and the steps they came from", () => {
    const { explanation } = tiny.number(7, "dW2", [0, 1]);
    const json = JSON.stringify(explanation);
    expect(JSON.stringify(JSON.parse(json))).toBe(json);
    expect(explanation?.equation).toBe("dW2[i,j] = Σ_n d1[n,i]·dz2[n,j]");
    expect(explanation?.term).toMatchObject({ kind: "reduction", name: "sum", terms: [
      {
        kind: "operation", operator: "*", left: { kind: "element", name: "d1", index: [0, 0], value: 1.25, op: 3 },
        right: { kind: "element", name: "dz2", index: [0, 1], op: 6 },
      },
      { left: { name: "d1", index: [1, 0], value: 0, op: 3 }, right: { name: "dz2", index: [1, 1], op: 6 } },
    ] });
  });

  test("of a softmax has its intermediate values", () => {
    const { explanation } = tiny.number(5, "P", [0, 0]);
    expect(explanation?.intermediates).toMatchObject([{ name: "top", index: [0], term: { value: 0.475 } }]);
  });

  test("of an update comes from the gradient, and from the step before", () => {
    const { explanation } = tiny.number(25, "vW1", [0, 0]);
    // 0.9 · (the first gradient) + the second.
    expect(explanation?.term).toMatchObject({ kind: "operation", operator: "+", left: {
      operator: "*", left: { kind: "constant", name: "momentum", value: 0.9 },
      right: { kind: "element", name: "vW1 before", op: 11, value: tiny.steps[9].results[0].values[0] },
    }, right: { kind: "element", name: "dW1", op: 24 } });
  });

  test.each([[1, "z9", [0, 0]], [1, "z1", [0]], [1, "z1", [2, 0]], [1, "z1", [0, -1]], [1, "z1", [0, 0.5]]])(
    "that there is not is refused: op %i, %s %j", (op, name, at) => {
      expect(errorOf(() => tiny.number(op, name, at)).allowed).toBe("an element of z1 [2, 4]");
    });

  test.each([0, 29, 1.5])("of operation %d is refused", (op) => {
    expect(errorOf(() => tiny.number(op, "z1", [0, 0])).allowed).toBe("1 to 28");
  });
});

describe("a zero", () => {
  const why = (op: number, name: string, ...at: number[]) => tiny.number(op, name, at).zero;

  test("behind ReLU is said to come from its flat part", () => {
    expect(why(2, "a1", 0, 1)?.because).toBe("z1[0,1] is below 0, where max(0, x) is flat");
    expect(why(9, "dz1", 0, 1)?.because).toBe("as a1[0,1] = 0: ReLU is flat there");
  });

  test("behind dropout is said to come from the mask", () => {
    expect(why(3, "d1", 0, 3)?.because).toBe("M[0,3] is 0: the mask dropped it");
    expect(why(8, "da1", 0, 3)?.because).toBe("M[0,3] is 0: the mask dropped it");
  });

  test("in a sum names each zero that makes a term zero, back to its cause", () => {
    const zero = why(7, "dW2", 1, 0);
    expect(zero?.because).toBe("all its 2 terms are 0: d1[0,1] is 0; d1[1,1] is 0");
    expect(zero?.of.map(({ because }) => because)).toEqual(["a1[0,1] is 0", "M[1,1] is 0: the mask dropped it"]);
    expect(zero?.of[0].of[0].because).toBe("z1[0,1] is below 0, where max(0, x) is flat");
  });

  test("of an input no window has as its maximum is said to have no term", () => {
    const pooled = new Sequential([new MaxPool2d(2), new Flatten(), new Affine(1, 2)]).to("float64");
    const image = new Tensor(Float64Array.of(1, 4, 2, 3), [1, 1, 2, 2]), { steps } = explainTrace(pooled, image, [0]);
    const { op } = steps[steps.length - 1];
    expect(explainTrace(pooled, image, [0]).number(op, "dX", [0, 0, 0, 0]).zero?.because)
      .toBe("nothing goes into it: no term of the sum is at this place");
  });

  test("is said of zeros alone", () => {
    expect(why(1, "z1", 0, 0)).toBeUndefined();
  });
});

describe("the gradient's paths", () => {
  test("are one in a chain", () => {
    expect(tiny.number(9, "dz1", [0, 0]).paths).toEqual([[6, 7, 8, 9]]);
  });

  test("are two through a residual block, and the sum names both branches with their steps", () => {
    const block = new Sequential([residual(new Affine(2, 2), new ReLU()), new Affine(2, 2)], { seed: 1 });
    const explained = explainTrace(block.to("float64"), spread(1, 2), [0]);
    const { op } = explained.steps[explained.steps.length - 1];
    const { explanation, paths } = explained.number(op, "dX", [0, 1]);
    expect(explanation?.equation).toBe("dX = dX.residual.y + dX.residual.z1");
    // 6 the loss, 7 Affine, 8 Add; then at once, or by 9 ReLU and 10 Affine.
    expect(explained.steps.map(({ kind }) => kind).slice(5)).toEqual([
      "CrossEntropy", "Affine(2 → 2)", "Add", "ReLU", "Affine(2 → 2)", "sum over 2 branches",
    ].slice(0, explained.steps.length - 5));
    expect(paths).toEqual([[op - 5, op - 4, op - 3, op], [op - 5, op - 4, op - 3, op - 2, op - 1, op]]);
  });
});

test("a number goes into the elements that are made of it, and into no others", () => {
  const { influences } = tiny.number(3, "d1", [0, 1]);
  expect(influences).toEqual([
    { op: 4, name: "z2", indices: [[0, 0], [0, 1]], of: 4 },
    { op: 7, name: "dW2", indices: [[1, 0], [1, 1]], of: 8 },
  ]);
});

describe("the numeric gradient", () => {
  test("of each kind of number is that of backward", () => {
    const block = new Sequential([
      new Affine(3, 3), residual(new Affine(3, 3), new Sigmoid()), new Affine(3, 2), new Softmax(),
    ], { seed: 2 }).to("float64");
    const explained = explainTrace(block, spread(2, 3), [0, 1]);
    const gradients = explained.steps.filter(({ phase }) => phase === "backward").flatMap(({ results }) => results);
    expect(gradients.map(({ name }) => name).join(" ")).toBe([
      "dz2 dW2 db2 residual.dy dz1.residual.y residual.da1 residual.dz1 residual.dW1 residual.db1 dz1.residual.z1",
      "dz1 dW1 db1 dX",
    ].join(" "));
    for (const { name, shape, values } of gradients) {
      const at = shape.map((length) => length - 1), { analytic, numeric, error } = explained.numeric(name, at);
      expect(analytic).toBe(values[values.length - 1]);
      expect(Math.abs(numeric - analytic)).toBeLessThan(1e-8);
      expect(error).toBeLessThan(1e-6);
    }
  });

  test("of a value is that of its gradient", () => {
    expect(tiny.numeric("z1", [0, 0])).toEqual(tiny.numeric("dz1", [0, 0]));
  });

  test("of ½ (w·x - t)² is (w·x - t) · x, by hand", () => {
    const line = new Sequential([new Affine(1, 1, { init: tensor([[2]], "float64"), bias: false })]);
    const loss = new MeanSquaredError();
    const explained = explainTrace(line, tensor([[3]], "float64"), tensor([[5]], "float64"), { loss });
    // (2·3 - 5)² has the slope 2 · 1 · 3.
    expect(explained.numeric("dW1", [0, 0]).numeric).toBeCloseTo(6, 8);
  });

  test("beside a wrong backward shows the right one", () => {
    class Half extends Layer<object> {
      forward(given: Tensor): Tensor {
        this.remember({});
        const y = zerosLike(given);
        given.data.forEach((value, i) => { y.data[i] = 2 * value; });
        return y;
      }

      backward(dy: Tensor): Tensor {
        this.recall();
        return dy;
      }
    }
    const loss = new MeanSquaredError({ reduction: "sum" });
    const explained = explainTrace(new Sequential([new Half()]), [[3]], tensor([[5]]), { loss });
    // (2x - 5)² has the slope 2 · (6 - 5) · 2; the layer gives half of it.
    const { analytic, numeric, error } = explained.numeric("dX", [0, 0]);
    expect(analytic).toBe(2);
    expect(numeric).toBeCloseTo(4, 6);
    expect(error).toBeCloseTo(0.5, 6);
  });

  test("at the kinks of two layers at once may be another than that of backward, and says why, by hand", () => {
    const weights = (...rows: number[][]) => new Affine(rows.length, rows[0].length, {
      init: tensor(rows, "float64"), bias: false });
    const net = new Sequential([weights([-1]), new ReLU(), weights([1, -1]), new ReLU(), weights([1], [-1])]);
    const loss = new MeanSquaredError({ reduction: "sum" });
    const explained = explainTrace(net, tensor([[1]], "float64"), tensor([[1]], "float64"), { loss });
    // y = max(0, a) - max(0, -a) = a, and (y - 1)² has the slope -2 at a = 0, where backward takes both slopes for 0.
    const found = explained.numeric("a1", [0, 0]);
    expect(found).toMatchObject({ analytic: 0, isAtKinks: true });
    expect(found.numeric).toBeCloseTo(-2, 8);
    expect(numericText(found, 4)).toBe(
      "da1[0,0]: numeric -2, analytic 0, which differ as layers are at kinks, like ReLU at 0; with all numbers moved a "
      + "little they agree");
  });

  test.each([["float64", 1e-6], ["float32", 1e-2]] as const)("in each of three steps of training is that of backward, in %s",
    (dtype, tolerance) => {
      const explained = explainTrace(network.to(dtype), copyOf(x, dtype), labels, { optimizer, steps: 3 });
      const gradients = explained.steps.filter(({ phase }) => phase === "backward");
      expect(gradients).toHaveLength(15);
      for (const { op, results } of gradients) {
        for (const { name, shape, values } of results) {
          const { analytic, error } = explained.numeric(name, shape.map(() => 1), op);
          expect(analytic).toBe(values[(shape[1] ?? 0) + 1]);
          expect(error).toBeLessThan(tolerance);
        }
      }
    });

  test("in a later step is taken at the weights of that step, by hand", () => {
    const line = new Sequential([new Affine(1, 1, { init: tensor([[2]], "float64"), bias: false })]);
    const loss = new MeanSquaredError(), sgd = new SGD({ learningRate: 0.05 });
    const given = [tensor([[3]], "float64"), tensor([[5]], "float64")] as const;
    const explained = explainTrace(line, ...given, { steps: 2, loss, optimizer: sgd });
    // w = 2 has the slope 2 · (2·3 - 5) · 3 = 6, so the next w is 2 - 0.05 · 6 = 1.7, with 2 · (1.7·3 - 5) · 3 = 0.6.
    const op = explained.steps.findLastIndex(({ phase }) => phase === "backward") + 1;
    expect(explained.numeric("dW1", [0, 0]).numeric).toBeCloseTo(6, 8);
    expect(explained.numeric("dW1", [0, 0], op).numeric).toBeCloseTo(0.6, 8);
    // The weight that the first update made is that of the second step; none follows the second.
    const updates = explained.steps.filter(({ phase }) => phase === "update").map((step) => step.op);
    expect(explained.numeric("W1", [0, 0], updates[0]).numeric).toBeCloseTo(0.6, 8);
    expect(errorOf(() => explained.numeric("W1", [0, 0], updates[1])).given).toContain("no gradient is traced");
  });

  test("does not change with the network when that is trained on", () => {
    const net = network.to("float64"), explained = explainTrace(net, x, labels), before = explained.numeric("dW1", [0, 0]);
    net.parameters.forEach(({ value }) => { value.data.fill(0.5); });
    expect(explained.numeric("dW1", [0, 0])).toEqual(before);
  });

  test("of weights in two places is that of both; of the first part of the sum it is refused", () => {
    const first = new Affine(2, 2), last = new Affine(2, 2, { weight: first.weight });
    const shared = new Sequential([first, new Sigmoid(), last], { seed: 1 }).to("float64");
    const explained = explainTrace(shared, spread(3, 2), [0, 1, 1]);
    const ops = explained.steps.filter(({ results }) => results.some(({ name }) => name === "dW1")).map(({ op }) => op);
    expect(ops).toHaveLength(2);
    const { analytic, numeric, error } = explained.numeric("dW1", [1, 0]);
    expect(error).toBeLessThan(1e-7);
    expect(explained.number(ops[1], "dW1", [1, 0]).value).toBe(analytic);
    expect(explained.numeric("dW1", [1, 0], ops[1]).numeric).toBe(numeric);
    expect(errorOf(() => explained.numeric("dW1", [1, 0], ops[0])).allowed).toBe(`the whole sum, that of operation ${ops[1]}`);
  });

  test("of what has none is refused", () => {
    expect(errorOf(() => tiny.numeric("M", [0, 0])).allowed).toContain("a gradient, or a value that has one");
  });

  test("of row numbers is not traced", () => {
    const words = new Sequential([new Embedding(4, 2), new Flatten(), new Affine(4, 2)], { seed: 1 });
    const explained = explainTrace(words, [[1, 2]], [0]);
    expect(explained.steps.flatMap(({ results }) => results).map(({ name }) => name)).not.toContain("dX");
    expect(explained.numeric("dW1", [2, 1]).error).toBeLessThan(1e-3);
  });
});

test("neither the network nor the optimizer change", () => {
  const net = new Sequential([new Affine(2, 2)], { seed: 1 }), sgd = new SGD({ learningRate: 0.1, momentum: 0.9 });
  net.forward(tensor([[1, 2]]));
  net.backward(tensor([[1, -1]]));
  sgd.step(net.parameters);
  const before = JSON.stringify([net.state(), sgd.state(net.parameters)]);
  const { steps } = explainTrace(net, [[1, 2]], [0], { optimizer: sgd, steps: 3 });
  expect(JSON.stringify([net.state(), sgd.state(net.parameters)])).toBe(before);
  // The traced update goes on from the velocity that the optimizer has.
  expect(steps.find(({ phase }) => phase === "update")?.inputs.map(({ name }) => name)).toEqual([
    "W1 before", "dW1", "vW1 before",
  ]);
});

test("a value that one layer takes twice has a part for each", () => {
  const twice = new Graph({ seed: 1 }).input("x", [2]).add("a", new Affine(2, 2), "x").add("s", new Add(), "a", "a")
    .output("s").to("float64");
  const { steps } = explainTrace(twice, spread(1, 2), [0]);
  expect(steps.flatMap(({ results }) => results).map(({ name }) => name).slice(-6)).toEqual(
    ["da.s.1", "da.s.2", "da", "da.W", "da.b", "dX"],
  );
});

test("a part of a gradient and the gradient of a bias have two names", () => {
  // a.b is the bias of a; the node b takes a, and so does m.
  const graph = new Graph({ seed: 1 }).input("x", [2]).add("a", new Affine(2, 2), "x").add("b", new ReLU(), "a")
    .add("m", new Add(), "a", "b").output("m").to("float64");
  const names = explainTrace(graph, spread(1, 2), [0]).steps.flatMap(({ results }) => results.map(({ name }) => name));
  expect(names.slice(names.indexOf("dm"))).toEqual(["dm", "da.m", "db", "da.b_2", "da", "da.W", "da.b", "dX"]);
});

describe("layers within a user-defined layer", () => {
  class Box extends Layer {
    private readonly inner = new Affine(2, 2);
    private readonly act = new ReLU();
    forward(given: Tensor): Tensor { return this.act.forward(this.inner.forward(given)); }
    backward(dy: Tensor): Tensor { return this.inner.backward(this.act.backward(dy)); }
  }
  const boxed = (...layers: Layer[]) => new Sequential([...layers, new Affine(2, 2)], { seed: 1 }).to("float64");
  const explained = explainTrace(boxed(new Sigmoid(), new Box()), spread(1, 2), [0]);
  const equationOf = (name: string, of = explained) => of.steps.flatMap(({ results }) => results)
    .find((result) => result.name === name)?.equations.slice(-1)[0];

  test("take what the layers before them gave, by its name", () => {
    expect(equationOf("box.z1")).toBe("box.z1[n,j] = Σ_i a0[n,i]·box.W1[i,j] + box.b1[j]");
    expect(equationOf("box.a1")).toBe("box.a1 = max(0, box.z1)");
  });

  test("give the layer around them its results, which say so", () => {
    expect(equationOf("z1")).toBe("z1 = box.a1");
    const op = explained.steps.findIndex(({ kind, phase }) => kind === "Box" && phase === "backward") + 1;
    const [{ name }] = explained.steps[op - 1].results, { explanation, paths } = explained.number(op, name, [0, 0]);
    expect(explanation?.equation).toBe(`${name} = box.dx`);
    // By the loss, the last Affine, and the two layers within.
    expect(paths).toEqual([[op - 4, op - 3, op - 2, op - 1, op]]);
  });

  test("take the network's input, if theirs is the first", () => {
    expect(equationOf("box.z1", explainTrace(boxed(new Box()), spread(1, 2), [0])))
      .toBe("box.z1[n,j] = Σ_i X[n,i]·box.W1[i,j] + box.b1[j]");
  });
});

test("a step tells what its equations use: with the step that made it, or with its values", () => {
  const inputs = tiny.steps[6].inputs.map(({ name, op, values }) => [name, op, values?.length]);
  // Backward of the second Affine, 4 → 2, of two rows.
  expect(inputs).toEqual([["dz2", 6, undefined], ["d1", 3, undefined], ["W2", undefined, 8]]);
});
