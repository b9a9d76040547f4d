import { Add, Affine, Concat, Dropout, Graph, Multiply, ReLU, Sequential, tensor } from "chainrule";
import { errorOf, numbers } from "../tools.ts";

const scaled = (by: number) => new Affine(1, 1, { init: tensor([[by]]), bias: false });
const start = () => new Graph().input("x", [1]);
const one = tensor([[5]]);

describe("a Graph by hand", () => {
  test("a value used twice gets the sum of both gradients: y = 2x + 3x, dx = 5 dy", () => {
    const graph = start()
      .add("two", scaled(2), "x")
      .add("three", scaled(3), "x")
      .add("sum", new Add(), "two", "three")
      .output("sum");
    expect(numbers(graph.forward(one))).toEqual([25]);
    expect(numbers(graph.backward(tensor([[7]])))).toEqual([35]);
  });

  test("a value may go to one layer twice: y = x · x, dx = 2x dy", () => {
    const graph = start().add("square", new Multiply(), "x", "x").output("square");
    expect(numbers(graph.forward(one))).toEqual([25]);
    expect(numbers(graph.backward(tensor([[7]])))).toEqual([70]);
  });

  test("a shared Parameter gets the sum of its layers' gradients: y = w·(w·x), dw = 2wx dy", () => {
    const first = scaled(3);
    const second = new Affine(1, 1, { weight: first.weight, bias: false });
    const graph = start().add("first", first, "x").add("second", second, "first").output("second");
    expect(numbers(graph.forward(one))).toEqual([45]);
    graph.backward(tensor([[7]]));
    expect(graph.parameters.map(({ grad }) => numbers(grad))).toEqual([[2 * 3 * 5 * 7]]);
  });

  test("layers may be declared in any order", () => {
    const graph = start()
      .output("sum")
      .add("sum", new Add(), "b", "a", "x")
      .add("b", scaled(10), "a")
      .add("a", scaled(2), "x");
    expect(numbers(graph.forward(one))).toEqual([100 + 10 + 5]);
  });

  test("inputs come in the order in which they are named", () => {
    const concat = (...from: string[]) =>
      start()
        .add("a", scaled(2), "x")
        .add("all", new Concat(), ...from)
        .output("all");
    expect(numbers(concat("a", "x").forward(one))).toEqual([10, 5]);
    expect(numbers(concat("x", "a").forward(one))).toEqual([5, 10]);
  });

  test("networks nest in it, and it in them", () => {
    const graph = start()
      .add("block", new Sequential([scaled(2), scaled(3)]), "x")
      .add("sum", new Add(), "block", "x")
      .output("sum");
    const network = new Sequential([scaled(10), graph]);
    expect(numbers(network.forward(one))).toEqual([350]);
    expect(numbers(network.backward(tensor([[1]])))).toEqual([70]);
  });

  test("its input may be its output", () => {
    const graph = start().output("x");
    expect(numbers(graph.forward(one))).toEqual([5]);
    expect(numbers(graph.backward(tensor([[7]])))).toEqual([7]);
  });

  test("can be added to after it was used", () => {
    const graph = new Graph().input("x", [1]).add("a", scaled(2), "x").output("a");
    graph.forward(one);
    graph.add("b", scaled(3), "a");
    expect(errorOf(() => graph.forward(one)).given).toContain('"b"');
  });
});

test("a Graph is put in order once, whether it first predicts or trains", () => {
  let asked = 0;
  class Asked extends ReLU {
    override outputShape(shape: readonly number[]): readonly number[] {
      asked++;
      return shape;
    }
  }
  const graph = new Graph().input("x", [2]).add("a", new Asked(), "x").output("a");
  const asksOf = () => {
    const before = asked;
    graph.predict([[1, 2]]);
    return asked - before;
  };
  const first = asksOf(), later = [asksOf(), asksOf()];
  expect(later[0]).toBeLessThan(first);
  graph.plan();
  expect(later).toEqual([asksOf(), asksOf()]);
});

describe("a gradient nobody reads", () => {
  test("is not asked for: nothing before the first parameters is run backward", () => {
    class Counts extends ReLU {
      backwards = 0;
      override backward(dy: Parameters<ReLU["backward"]>[0]): ReturnType<ReLU["backward"]> {
        this.backwards++;
        return super.backward(dy);
      }
    }
    const before = new Counts(), after = new Counts();
    const network = new Sequential([before, scaled(2), after]);
    network.needsInputGradient = false;
    network.forward(one);
    expect(network.backward(tensor([[1]])).shape).toEqual([0, 1]);
    expect([before.backwards, after.backwards]).toEqual([0, 1]);
  });

  test("leaves the parameters' gradients as they are", () => {
    const gradients = (read: boolean) => {
      const first = new Affine(2, 2), { weight } = first;
      const graph = new Graph({ seed: 1 })
        .input("x", [2])
        .add("drop", new Dropout({ keep: 0.7 }), "x")
        .add("a", first, "drop")
        .add("b", new Affine(2, 2, { weight }), "a")
        .add("gate", new Multiply(), "b", "drop", "a")
        .output("gate");
      graph.needsInputGradient = read;
      graph.forward(tensor([[1, 2], [3, 4]]));
      graph.backward(tensor([[1, -1], [2, 1]]));
      return graph.parameters.map(({ grad }) => numbers(grad));
    };
    expect(gradients(false)).toEqual(gradients(true));
  });

  test("is asked for again afterwards: layers keep their own needsInputGradient", () => {
    const layer = scaled(2), network = new Sequential([layer]);
    network.needsInputGradient = false;
    network.forward(one);
    network.backward(one);
    expect(layer.needsInputGradient).toBe(true);
  });
});

describe("a Graph refuses, by name,", () => {
  const refused = (graph: Graph) => errorOf(() => graph.summary());
  const relu = () => new ReLU();

  test("a cycle", () => {
    expect(
      refused(start().add("a", new Add(), "x", "c").add("b", relu(), "a").add("c", relu(), "b").output("c")),
    ).toMatchObject({ name: "GraphError", given: 'a cycle through "a" → "b" → "c" → "a"' });
  });

  test("a layer that takes its own output", () => {
    expect(refused(start().add("a", new Add(), "x", "a").output("a")).given).toBe(
      'a cycle through "a" → "a"',
    );
  });

  test("an unknown input, with the nearest name", () => {
    expect(
      refused(start().add("hidden", relu(), "x").add("out", relu(), "hiden").output("out")),
    ).toMatchObject({
      given: 'the unknown name "hiden" as an input of "out"',
      allowed: "x, hidden, out",
      advice: 'Did you mean "hidden"?',
    });
  });

  test("an unknown output", () => {
    expect(refused(start().add("a", relu(), "x").output("b")).given).toBe(
      'the unknown name "b" as the output',
    );
  });

  test("a name given twice, the input's too", () => {
    expect(refused(start().add("a", relu(), "x").add("a", relu(), "x").output("a")).given).toBe(
      'the name "a" twice',
    );
    expect(refused(start().add("x", relu(), "x").output("x")).given).toBe('the name "x" twice');
  });

  test("layers that do not lead to the output", () => {
    expect(
      refused(start().add("a", relu(), "x").add("b", relu(), "x").add("c", relu(), "b").output("a")),
    ).toMatchObject({
      given: '"b", "c", from where the output is not reached',
      allowed: "only layers that lead to the output",
    });
  });

  test("the same layer instance twice, also inside a network", () => {
    const layer = relu();
    expect(refused(start().add("a", layer, "x").add("b", layer, "a").output("b"))).toMatchObject({
      given: 'the same ReLU in "a" (ReLU) and "b" (ReLU)', allowed: "each layer instance once",
    });
    expect(refused(start().add("a", layer, "x").add("b", new Sequential([layer]), "a").output("b")).given)
      .toBe('the same ReLU in "a" (ReLU) and "b" (Sequential)');
  });

  test("a second input, and none", () => {
    expect(refused(start().input("y", [1]).add("a", relu(), "x").output("a")).given).toBe("2 inputs");
    expect(refused(new Graph().add("a", relu(), "x").output("a")).given).toBe("0 inputs");
  });

  test("a second output, and none", () => {
    expect(refused(start().add("a", relu(), "x").output("a").output("x")).given).toBe("2 outputs");
    expect(refused(start().add("a", relu(), "x")).given).toBe("0 outputs");
  });

  test("a layer without inputs", () => {
    expect(refused(start().add("a", relu()).output("a")).given).toBe('"a" without an input');
  });

  test("shapes that do not fit, with both layers and shapes", () => {
    expect(
      refused(start().add("wide", new Affine(1, 3), "x").add("sum", new Add(), "wide", "x").output("sum")),
    ).toMatchObject({
      name: "ShapeError",
      where: 'Graph, at "sum" (Add)',
      given: '[3] from "wide" (Affine) and [1] from the input',
      allowed: "inputs of one shape, for Add",
    });
  });

  test("two inputs for a layer that takes one", () => {
    expect(refused(start().add("a", relu(), "x", "x").output("a"))).toMatchObject({
      where: 'Graph, at "a" (ReLU)',
    });
  });

  test("what is no layer, at once", () => {
    expect(errorOf(() => start().add("a", "relu" as never, "x"))).toMatchObject({
      where: 'Graph "a"',
      given: '"relu"',
    });
  });

  test("a shape that is none, at once", () => {
    expect(errorOf(() => new Graph().input("x", 3 as never)).where).toBe('Graph input "x"');
  });

  test("itself as one of its layers, also inside another", () => {
    const graph = start(), outer = start().add("inner", graph, "x");
    expect(errorOf(() => graph.add("a", graph, "x")).given).toBe('the graph itself in "a"');
    expect(errorOf(() => graph.add("a", outer, "x")).given).toBe('the graph itself in "a"');
  });

  test("rows of another width than its input", () => {
    expect(errorOf(() => start().add("a", relu(), "x").output("a").forward(tensor([[1, 2]])))).toMatchObject({
      where: "Graph", given: "input of shape [2]", allowed: "[1], without the batch axis",
    });
  });

  test("shapes that do not fit each time anew, as long as they do not", () => {
    const graph = start().add("a", new Affine(2, 2), "x").output("a");
    expect([refused(graph).name, refused(graph).name]).toEqual(["ShapeError", "ShapeError"]);
  });
});
