import {
  Add, Affine, AvgPool2d, BatchNorm, Concat, Conv2d, DropConnect, Dropout, ELU, Embedding, Flatten, GaussianDropout, GELU, Graph,
  initializers, Layer, LayerNorm, LeakyReLU, MaxNorm, MaxPool2d, networkFromJson, networkToJson, NonNegative, Parameter, register,
  ReLU, Reshape, residual, Sequential, SpatialDropout, StochasticDepth, tensor, UnitNorm, zerosLike, type AnyLayer, type Json, type Tensor,
} from "chainrule";
import { errorOf, numbers, spread32 } from "../tools.ts";

const through = (network: Sequential | Graph) => networkFromJson(JSON.parse(JSON.stringify(networkToJson(network))) as Json);
const text = (network: Sequential | Graph) => JSON.stringify(networkToJson(network));

/** With what a file could say in place of what it says. */
const broken = (network: object): Json =>
  JSON.parse(JSON.stringify({ ...(networkToJson(new Sequential([new ReLU()])) as object), network })) as Json;
const chain = (...layers: readonly object[]) => broken({ type: "Sequential", layers });
const refusal = (description: Json) => errorOf(() => networkFromJson(description));

const LAYERS: Readonly<Record<string, () => Layer>> = {
  Affine: () => new Affine(8, 3, { bias: false, constraint: new MaxNorm(3) }),
  DropConnect: () => new DropConnect(8, 3, { drop: 0.3, constraint: new UnitNorm() }),
  Conv2d: () => new Conv2d(2, 4, [1, 2], { stride: [1, 2], padding: 1, dilation: [2, 1], groups: 2, constraint: new NonNegative() }),
  Embedding: () => new Embedding(5, 3),
  BatchNorm: () => new BatchNorm(2, { epsilon: 1e-3, momentum: 0.2 }),
  "BatchNorm without weights": () => new BatchNorm(2, { affine: false }),
  LayerNorm: () => new LayerNorm([2, 4], { epsilon: 1e-3 }),
  MaxPool2d: () => new MaxPool2d([1, 2], { stride: 1, ceilMode: true }),
  AvgPool2d: () => new AvgPool2d(2, { padding: 1, countPadding: false }),
  Reshape: () => new Reshape([4, 2]),
  Dropout: () => new Dropout({ drop: 0.3, scaling: "at-eval" }),
  SpatialDropout: () => new SpatialDropout({ keep: 0.9 }),
  StochasticDepth: () => new StochasticDepth({ keep: 0.9 }),
  GaussianDropout: () => new GaussianDropout({ keep: 0.9 }),
  LeakyReLU: () => new LeakyReLU({ slope: 0.3 }),
  ELU: () => new ELU({ alpha: 2 }),
  GELU: () => new GELU({ approximate: "tanh" }),
  Flatten: () => new Flatten(),
};

describe("a network goes through JSON as it is", () => {
  test.each(Object.keys(LAYERS))("%s", (name) => {
    const network = new Sequential([LAYERS[name]()], { seed: 5 }), again = through(network);
    expect(again.summary()).toBe(network.summary());
    expect(JSON.stringify(again.state())).toBe(JSON.stringify(network.state()));
    expect(again.parameters.map(({ constraint }) => constraint)).toEqual(network.parameters.map(({ constraint }) => constraint));
  });

  test("a graph, with branches and networks within it, draws the same weights and the same masks", () => {
    const make = () => new Graph({ seed: 8, name: "fork" })
      .input("x", [3])
      .add("sum", new Add(), "left", "right")
      .add("left", residual(new Affine(3, 3), new Dropout({ keep: 0.7 })), "x")
      .add("right", new Sequential([new Dropout({ keep: 0.6 }), new Affine(3, 3)], { seed: 2 }), "x")
      .add("both", new Concat(), "sum", "x")
      .output("both");
    const [one, other] = [make(), through(make())], x = spread32(5, 3);
    expect(numbers(other.forward(x))).toEqual(numbers(one.forward(x)));
  });

  test("a shared parameter stays shared", () => {
    const first = new Affine(3, 3), network = new Sequential([first, new Affine(3, 3, { weight: first.weight, bias: false })]);
    const [a, b] = through(network).layers;
    expect(a).toBeInstanceOf(Affine);
    expect((a as Affine).weight).toBe((b as Affine).weight);
  });

  test("names, frozen parameters and their decay", () => {
    const weight = new Parameter("kernel", { shape: [3, 2], init: initializers.normal() }, { decay: false });
    const affine = new Affine(3, 2, { weight });
    affine.name = "reader";
    weight.frozen = true;
    const again = through(new Sequential([affine], { name: "tiny" }));
    expect([again.name, again.layers[0].name]).toEqual(["tiny", "reader"]);
    expect(again.parameters.map(({ name, frozen, decay }) => [name, frozen, decay])).toEqual([["kernel", true, false], ["bias", false, true]]);
  });

  test("float64 stays float64", () => {
    expect(through(new Sequential([new Affine(2, 2)]).to("float64")).dtype).toBe("float64");
  });
});

class Scaled extends Layer<{ x: Tensor }> {
  readonly factor: number;
  readonly inner: AnyLayer | undefined;
  constructor(factor = 1, inner?: AnyLayer) {
    super();
    this.factor = factor;
    this.inner = inner;
  }
  forward(x: Tensor): Tensor { return zerosLike(x); }
  backward(dy: Tensor): Tensor { return dy; }
}

describe("a layer of one's own", () => {
  class Unknown extends ReLU {}
  class Forgetful extends Scaled {}

  test("is refused until it is registered, with what to say", () => {
    expect(errorOf(() => networkToJson(new Sequential([new Unknown()]))).advice).toContain("Say register(Unknown)");
  });

  test("is refused where it is not the same when made again, naming the field and what to say", () => {
    register(Forgetful);
    expect(text(new Sequential([new Forgetful()]))).toContain("Forgetful");
    const { given, advice } = errorOf(() => networkToJson(new Sequential([new Forgetful(3)])));
    expect(given).toBe('a layer that has its field "factor" as 3, but 1 when it is made again');
    expect(advice).toContain("register(Forgetful, (layer) => [ … ])");
  });

  test("goes through with arguments of every kind", () => {
    register(Scaled, (layer) => [layer.factor, layer.inner]);
    for (const factor of [0.5, -0, NaN, Infinity]) {
      const [again] = through(new Sequential([new Scaled(factor, new Affine(2, 2))])).layers;
      expect(again).toMatchObject({ factor, inner: { name: "Affine" } });
    }
  });

  test("is refused with arguments that no file can hold", () => {
    class Timed extends ReLU {}
    register(Timed, () => [new Date(0)]);
    expect(errorOf(() => networkToJson(new Sequential([new Timed()]))).given).toBe("a Date");
  });
});

describe("fault 47: as the name of a layer", () => {
  test.each(["__proto__", "toString", "constructor", "hasOwnProperty", "prototype", "Object", "Layer"])("%s is refused", (type) => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    expect(refusal(chain({ type, arguments: [] }))).toMatchObject({ name: "DataError", given: JSON.stringify(type) });
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  });

  test.each(['{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}'])("the options %s change no prototype", (options) => {
    const description = JSON.stringify(chain({ type: "Dropout", arguments: ["OPTIONS"] })).replace('"OPTIONS"', options);
    expect(refusal(JSON.parse(description) as Json).name).toBe("DataError");
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});

describe("fault 48: refused before memory is taken:", () => {
  test("1e9 units", () => {
    expect(refusal(chain({ type: "Affine", arguments: [1e9, 1e9, {}] })).given).toBe("the size 1000000000");
  });

  test.each(["1e400", '"NaN"', "null"])("the width %s", (width) => {
    const description = JSON.stringify(chain({ type: "Affine", arguments: ["WIDTH", 3, {}] })).replace('"WIDTH"', width);
    expect(refusal(JSON.parse(description) as Json).name).toBe("DataError");
  });

  test("20,000 levels of networks within each other", () => {
    const open = '{"type":"Sequential","layers":[', deep = open.repeat(20_000) + '{"type":"ReLU","arguments":[]}' + "]}".repeat(20_000);
    const description = JSON.stringify(broken({ type: "NETWORK" })).replace('{"type":"NETWORK"}', deep);
    expect(refusal(JSON.parse(description) as Json)).toMatchObject({ given: "more than 200 levels", allowed: "at most 200 within each other" });
  });

  test("what contains itself", () => {
    const layers: unknown[] = [];
    layers.push({ type: "Sequential", layers });
    expect(refusal({ ...(chain() as object), network: { type: "Sequential", layers } } as unknown as Json).given).toBe("more than 200 levels");
  });
});

describe("a description is refused", () => {
  test.each<[string, () => Json]>([
    ["null", () => null], ["a list", () => []], ["a network as text", () => "Sequential"],
    ["of a layer alone", () => broken({ type: "ReLU", arguments: [] })],
    ["without layers", () => broken({ type: "Sequential", layers: [] })],
    ["with layers that do not fit", () => chain({ type: "Affine", arguments: [2, 3, {}] }, { type: "Affine", arguments: [2, 3, {}] })],
    ["with a field nobody knows", () => broken({ type: "Sequential", layers: [{ type: "ReLU", arguments: [] }], depth: 3 })],
    ["with an option nobody knows", () => chain({ type: "Dropout", arguments: [{ keepProb: 0.5 }] })],
    ["with a seed that is none", () => broken({ type: "Sequential", seed: "1", layers: [{ type: "ReLU", arguments: [] }] })],
    ["with a cycle", () => broken({
      type: "Graph", inputs: [{ name: "x", shape: [2] }], outputs: ["a"],
      nodes: [{ name: "a", from: ["b"], layer: { type: "ReLU", arguments: [] } }, { name: "b", from: ["a"], layer: { type: "ReLU", arguments: [] } }],
    })],
    ["with a list where one input is taken", () => chain({ type: "Add", arguments: [] })],
    ["with a parameter shared with none", () => chain({ type: "Affine", arguments: [2, 2, { weight: { $: "shared", value: 7 } }] })],
  ])("%s", (_, make) => {
    expect(refusal(make()).name).toBe("DataError");
  });

  test("fault 46: of a newer version, with both", () => {
    const newer = { ...(networkToJson(new Sequential([new ReLU()])) as object), version: 2 };
    expect(refusal(newer)).toMatchObject({ given: "version 2", allowed: 'version 1 of the format "chainrule"' });
  });
});

test("a tensor among the arguments comes back bit for bit", () => {
  class Fixed extends ReLU {
    readonly table: Tensor;
    constructor(table: Tensor) { super(); this.table = table; }
  }
  register(Fixed, (layer) => [layer.table]);
  const [again] = through(new Sequential([new Fixed(tensor([[0.1, -0]]))])).layers;
  expect(again instanceof Fixed && numbers(again.table)).toEqual([Math.fround(0.1), -0]);
});
