import { Affine, Dropout, Graph, Layer, Parameter, Sequential, tensor, Tensor } from "chainrule";
import { convert } from "../../src/nn/copy.ts";
import { errorOf, numbers, ones } from "../tools.ts";

const make = () =>
  new Sequential([new Affine(3, 3), new Dropout({ keep: 0.7 }), new Affine(3, 2)], { seed: 8 });

describe("a copy in another dtype", () => {
  test("has the same numbers, in that dtype", () => {
    const network = make(), copy = network.to("float64");
    expect(copy.parameters.map(({ dtype }) => dtype)).toEqual(Array(4).fill("float64"));
    expect(copy.parameters.map(({ value }) => numbers(value))).toEqual(
      network.parameters.map(({ value }) => numbers(value)),
    );
  });

  test("has numbers of its own", () => {
    const network = make(), copy = network.to("float32");
    copy.parameters[0].value.data.fill(9);
    expect(numbers(network.parameters[0].value)).not.toContain(9);
  });

  test("keeps shared Parameters shared", () => {
    const first = new Affine(3, 3), { weight } = first;
    const network = new Graph()
      .input("x", [3])
      .add("a", first, "x")
      .add("b", new Affine(3, 3, { weight }), "a")
      .output("b");
    const [a, b] = network.to("float64").layers.map((layer) => layer.parameters[0]);
    expect(a).toBe(b);
    expect(a).not.toBe(weight);
  });

  test("draws the masks that the network itself would draw", () => {
    const network = make();
    network.forward(ones(4, 3));
    const copy = network.to("float32");
    expect(numbers(copy.forward(ones(4, 3)))).toEqual(numbers(network.forward(ones(4, 3))));
  });

  test("keeps each layer's mode", () => {
    const network = make();
    network.layers[1].eval();
    expect(network.to("float64").layers.map(({ mode }) => mode)).toEqual(["train", "eval", "train"]);
  });

  test("has made no forward of its own", () => {
    const network = make();
    network.forward(ones(4, 3));
    expect(errorOf(() => network.to("float32").backward(ones(4, 2))).given).toBe("backward before forward");
  });

  test("keeps frozen what was frozen", () => {
    const network = make();
    network.parameters[1].frozen = true;
    expect(network.to("float64").parameters.map(({ frozen }) => frozen)).toEqual([false, true, false, false]);
  });

  test("in a dtype nobody knows is refused", () => {
    expect(errorOf(() => make().to("float16" as never))).toMatchObject({
      where: "Sequential.to",
      given: '"float16"',
    });
  });
});

describe("a layer's own fields", () => {
  class Keeper extends Layer {
    readonly numbers = Float32Array.of(1, 2);
    readonly counts = Uint8Array.of(1, 2);
    readonly held = new Map([["a", tensor([1])]]);
    readonly seen = new Set([1]);
    readonly options = { deep: [tensor([2])] };
    readonly weights = [new Parameter("w", tensor([3]))];
    forward(x: Tensor): Tensor { return x; }
    backward(dy: Tensor): Tensor { return dy; }
  }
  const keeper = new Keeper(), copy = convert(keeper, "float64");

  test("are copied: arrays, maps, sets and plain objects", () => {
    keeper.numbers[0] = keeper.counts[0] = 9;
    keeper.held.clear();
    keeper.seen.clear();
    keeper.options.deep.pop();
    expect([[...copy.numbers], [...copy.counts], copy.held.size, [...copy.seen], copy.options.deep.length])
      .toEqual([[1, 2], [1, 2], 1, [1], 1]);
  });

  test("that hold tensors and parameters hold them in the new dtype", () => {
    expect([copy.held.get("a")?.dtype, copy.options.deep[0].dtype, copy.weights[0].dtype])
      .toEqual(["float64", "float64", "float64"]);
  });
});
