import {
  Affine, BatchNorm, Conv2d, DropConnect, Dropout, Flatten, Graph, Layer, LayerNorm, MaxPool2d, Parameter, ReLU,
  Reshape, residual, Sequential, ShapeError, tensor, zeros, type Shape, type Tensor,
} from "chainrule";
import { errorOf, numbers } from "../tools.ts";

const doubles = () => new Affine(1, 1, { init: tensor([[2]]) });
const adds = (value: number) => new Affine(1, 1, { init: tensor([[1]]), bias: tensor([value]) });

describe("Sequential", () => {
  test("runs its layers in order: 2x + 3 is not 2(x + 3)", () => {
    expect(numbers(new Sequential([doubles(), adds(3)]).forward(tensor([[5]])))).toEqual([13]);
    expect(numbers(new Sequential([adds(3), doubles()]).forward(tensor([[5]])))).toEqual([16]);
  });

  test("runs backward in the other order: dx = dy · 2, dw of the second = dy · y of the first", () => {
    const network = new Sequential([doubles(), adds(3)]);
    network.forward(tensor([[5]]));
    expect(numbers(network.backward(tensor([[7]])))).toEqual([14]);
    expect(network.parameters.map(({ grad }) => numbers(grad))).toEqual([[35], [7], [70], [7]]);
  });

  test("nests: what is inside counts as one layer", () => {
    const network = new Sequential([new Sequential([doubles(), adds(3)]), doubles()]);
    expect(numbers(network.forward(tensor([[5]])))).toEqual([26]);
    expect(numbers(network.backward(tensor([[1]])))).toEqual([4]);
  });

  test("knows its input and output shape", () => {
    const network = new Sequential([new Dropout({ keep: 0.8 }), new Affine(3, 2), new ReLU()]);
    expect(network.inputShape).toEqual([3]);
    expect(network.outputShape([3])).toEqual([2]);
  });

  test("keeps its layers when the caller's array changes", () => {
    const layers = [doubles()];
    const network = new Sequential(layers);
    layers.push(doubles());
    expect(network.layers).toHaveLength(1);
  });

  test("is called by the name it is given", () => {
    expect(String(new Sequential([new ReLU()], { name: "head" }))).toBe("head");
  });
});

describe("the input shape, behind a layer that", () => {
  const behind = (outputShape: () => number[]) => {
    const first = new ReLU();
    first.outputShape = outputShape;
    return new Sequential([first, new Affine(3, 2)]);
  };

  test("cannot take what the next one wants, is not known", () => {
    const refuses = () => { throw new ShapeError({ where: "First", given: "[3]", allowed: "[7]" }); };
    expect(behind(refuses).inputShape).toBeUndefined();
  });

  test("fails for a reason of its own, is that failure", () => {
    const fails = () => { throw new RangeError("mine"); };
    expect(() => behind(fails).inputShape).toThrow(new RangeError("mine"));
  });
});

describe("initial weights", () => {
  const layers = () => [new Affine(3, 4), new ReLU(), new Affine(4, 2)];
  const weights = (seed?: number) =>
    new Sequential(layers(), seed === undefined ? {} : { seed }).parameters.map(({ value }) =>
      numbers(value),
    );

  test("follow the network's seed", () => {
    expect(weights(1)).toEqual(weights(1));
    expect(weights(1)).not.toEqual(weights(2));
  });

  test("without a seed are those of seed 0", () => {
    expect(weights()).toEqual(weights(0));
  });

  test("are drawn once: a second network takes the layer as it is", () => {
    const layer = new Affine(3, 4);
    const before = numbers(new Sequential([layer], { seed: 1 }).parameters[0].value);
    expect(numbers(new Sequential([layer], { seed: 2 }).parameters[0].value)).toEqual(before);
  });

  test("are the first network's even if they are only looked at in the second", () => {
    const layer = new Affine(3, 4);
    void [new Sequential([layer], { seed: 1 }), new Sequential([layer], { seed: 2 })];
    const alone = new Sequential([new Affine(3, 4)], { seed: 1 });
    expect(numbers(layer.weight.value)).toEqual(numbers(alone.parameters[0].value));
  });

  test("that were set before stay", () => {
    const layer = new Affine(1, 1);
    layer.weight.value = tensor([[5]]);
    void new Sequential([layer], { seed: 1 });
    expect(numbers(layer.weight.value)).toEqual([5]);
  });

  test("of a network within one follow the outer seed where the inner has none", () => {
    const inner = (outer: number, own?: number) => {
      const block = new Sequential(layers(), own === undefined ? {} : { seed: own });
      return new Sequential([block], { seed: outer }).parameters.map(({ value }) => numbers(value));
    };
    expect(inner(1)).toEqual(weights(1));
    expect(inner(1)).not.toEqual(inner(2));
    expect(inner(1, 7)).toEqual(weights(7));
  });

  test("of layers at different places differ", () => {
    const [first, second] = new Sequential([new Affine(3, 3), new Affine(3, 3)]).layers.map(
      (layer) => layer.parameters[0],
    );
    expect(numbers(first.value)).not.toEqual(numbers(second.value));
  });
});

describe("Sequential refuses", () => {
  test.each([[[]], [undefined], [new ReLU()]])("%p instead of an array of layers", (layers) => {
    expect(errorOf(() => new Sequential(layers as never)).allowed).toBe("an array of at least one layer");
  });

  test("what is no layer, with its place", () => {
    expect(errorOf(() => new Sequential([new ReLU(), "relu" as never]))).toMatchObject({
      name: "GraphError", where: "Sequential, layer 2", given: '"relu"',
    });
  });

  test("widths that do not fit, with both layers, when it is built", () => {
    expect(errorOf(() => new Sequential([new Affine(3, 4), new Affine(5, 2)]))).toMatchObject({
      name: "ShapeError", where: "Sequential, at layer 2 (Affine)", given: "[4] from layer 1 (Affine)",
      allowed: "[5], without the batch axis, for Affine(5 → 2)",
    });
  });

  test("the same instance twice, also where one is inside another network", () => {
    const layer = new Affine(2, 2);
    expect(errorOf(() => new Sequential([layer, new ReLU(), layer]))).toMatchObject({
      name: "GraphError", given: "the same Affine in layer 1 (Affine) and layer 3 (Affine)",
    });
    expect(errorOf(() => new Sequential([new Sequential([layer]), layer])).given)
      .toBe("the same Affine in layer 1 (Sequential) and layer 2 (Affine)");
  });

  test("an option it does not know, with the nearest", () => {
    expect(errorOf(() => new Sequential([new ReLU()], { sead: 1 } as never)).advice).toBe(
      "Did you mean seed?",
    );
  });

  test("rows of the wrong width, naming the layer that wants another", () => {
    expect(
      errorOf(() => new Sequential([new ReLU(), new Affine(3, 2)]).forward(tensor([[1, 2]]))),
    ).toMatchObject({ where: "Sequential, at layer 2 (Affine)", given: "[2] from layer 1 (ReLU)" });
  });
});

/** y = x, its numbers as many as those of a weight of exactly this shape. */
class Bias extends Layer {
  readonly bias: Parameter;

  constructor(...shape: number[]) {
    super();
    this.bias = new Parameter("bias", zeros(shape));
  }

  override outputShape(given: Shape): Shape {
    const { shape } = this.bias;
    if (given.join() === shape.join()) return given;
    throw new ShapeError({ where: "Bias", given: given.join(), allowed: shape.join() });
  }

  forward(x: Tensor): Tensor {
    return x;
  }

  backward(dy: Tensor): Tensor {
    return dy;
  }
}

describe("what further axes in front decide", () => {
  const flattens = () => new Sequential([new Affine(2, 3), new Flatten(), new Affine(6, 1)]);

  test("is checked when they arrive: [batch, 2, 2] fits an Affine(6, 1) behind a Flatten", () => {
    expect(flattens().forward(zeros([5, 2, 2])).shape).toEqual([5, 1]);
    expect(flattens().outputShape([2, 2])).toEqual([1]);
    expect(flattens().inputShape).toBeUndefined();
  });

  test("is refused when they do not fit, both layers named", () => {
    expect(errorOf(() => flattens().forward(zeros([5, 3, 2])))).toMatchObject({
      where: "Sequential, at layer 3 (Affine)", given: "[9] from layer 2 (Flatten)",
    });
  });

  test.each([
    ["Conv2d, which takes the lines of images", [new Affine(2, 3), new Conv2d(5, 1, 2)], [5, 4, 2], [1, 3, 2]],
    ["MaxPool2d", [new Affine(2, 4), new MaxPool2d(2)], [1, 4, 2], [1, 2, 2]],
    ["Reshape", [new Affine(2, 3), new Reshape([6])], [2, 2], [6]],
    ["LayerNorm over two axes", [new Affine(2, 3), new LayerNorm([2, 3])], [2, 2], [2, 3]],
    ["Flatten within a network", [new Sequential([new Affine(2, 3), new Flatten()]), new Affine(6, 1)], [2, 2], [1]],
    ["a chain that flattens, within a chain", [flattens(), new Affine(1, 4)], [2, 2], [4]],
    ["a graph of two axes", [
      new Affine(3, 3), new Graph().input("x", [2, 3]).add("y", new Flatten(), "x").output("y"), new Affine(6, 1),
    ], [2, 3], [1]],
    ["residual and Flatten", [residual(new Affine(4, 4)), new Flatten(), new Affine(12, 2)], [3, 4], [2]],
    ["a layer of one's own that wants two axes", [new Affine(2, 3), new Bias(4, 3)], [4, 2], [4, 3]],
  ])("does not keep a chain from being built: %s", (_, layers, given, wanted) => {
    expect(new Sequential(layers).forward(zeros([1, ...given])).shape).toEqual([1, ...wanted]);
  });

  test.each([
    ["Affine", [new Affine(2, 3), new Affine(4, 1)]],
    ["Affine behind a layer that keeps the shape", [new Affine(2, 3), new ReLU(), new Dropout({ keep: 0.8 }), new Affine(4, 1)]],
    ["Affine behind a BatchNorm", [new Affine(2, 3), new BatchNorm(3), new Affine(4, 1)]],
    ["BatchNorm", [new Affine(2, 3), new BatchNorm(4)]],
    ["LayerNorm", [new Affine(2, 3), new LayerNorm(4)]],
    ["DropConnect", [new Affine(2, 3), new DropConnect(4, 1, { keep: 0.8 })]],
    ["a residual block", [new Affine(2, 3), residual(new Affine(4, 4))]],
    ["Affine behind a residual block", [residual(new Affine(4, 4)), new Affine(3, 1)]],
    ["a chain within", [new Affine(2, 3), new Sequential([new ReLU(), new Affine(4, 1)])]],
    ["a graph of one axis", [new Affine(2, 3), new Graph().input("x", [4]).add("y", new ReLU(), "x").output("y")]],
    ["a graph of two axes", [new Affine(2, 3), new Graph().input("x", [2, 4]).add("y", new ReLU(), "x").output("y")]],
    ["Affine of what is no multiple", [new Affine(2, 3), new Flatten(), new Affine(7, 1)]],
    ["Affine further on", [new Affine(2, 3), new Flatten(), new Affine(6, 1), new ReLU(), new Affine(2, 1)]],
    ["Affine behind a Conv2d's channels", [new Affine(2, 3), new Reshape([3, 1, 1]), new Conv2d(4, 1, 1)]],
    ["a layer of one's own", [new Affine(2, 3), new Bias(4)]],
  ])("does not hide what cannot fit, refused when it is built: %s", (_, layers) => {
    expect(errorOf(() => new Sequential(layers))).toMatchObject({
      name: "ShapeError", given: expect.stringMatching(/^\[.*\] from layer \d \(.*\)/) as string,
    });
  });
});
