import { Dropout, Layer, Parameter, Sequential, tensor, type Tensor } from "chainrule";

abstract class Passing extends Layer {
  forward(x: Tensor): Tensor {
    return x;
  }
  backward(dy: Tensor): Tensor {
    return dy;
  }
}

const parameter = (name: string) => new Parameter(name, tensor([1]));
const namesOf = (layer: Layer) => layer.parameters.map(({ name }) => name);

class Foreign {
  readonly weight = parameter("teacher");
}

class Holder extends Passing {
  readonly held: unknown;
  constructor(held: unknown) {
    super();
    this.held = held;
  }
}

test.each([
  ["a Map", () => new Map([["a", parameter("a")]])],
  ["a Map of Maps", () => new Map([[1, new Map([[2, parameter("a")]])]])],
  ["a plain object", () => ({ a: parameter("a") })],
  ["an object without prototype", () => Object.assign(Object.create(null) as object, { a: parameter("a") })],
  ["nested arrays", () => [[[parameter("a")]]]],
  ["an array of objects", () => [{ deep: [parameter("a")] }]],
])("a parameter in %s is found", (_, make) => {
  expect(namesOf(new Holder(make()))).toEqual(["a"]);
});

test("a layer in a Map follows its owner's mode", () => {
  const inner = new Dropout({ keep: 0.8 });
  new Holder(new Map([["inner", inner]])).eval();
  expect(inner.mode).toBe("eval");
});

test("cycles end", () => {
  const cycle: Record<string, unknown> = { a: parameter("a") };
  cycle.self = [cycle, new Map([["again", cycle]])];
  expect(namesOf(new Holder(cycle))).toEqual(["a"]);
});

test("what is shared is found once, in the order of fields", () => {
  const shared = parameter("shared");
  expect(namesOf(new Holder([parameter("first"), { shared }, new Map([["again", shared]])]))).toEqual(["first", "shared"]);
});

test("instances of other classes are not looked into: they may hold another network", () => {
  expect(namesOf(new Holder([new Foreign(), { foreign: new Foreign() }]))).toEqual([]);
});

test("parameters in Maps and objects are saved and loaded", () => {
  const make = () => new Holder({ by: new Map([["gain", parameter("gain")]]) });
  const layer = make(), other = make();
  layer.parameters[0].value = tensor([7]);
  other.load(layer.state());
  expect(layer.state()).toMatchObject({ parameters: { "held.by.0": {} } });
  expect(other.parameters[0].value.data[0]).toBe(7);
});

test("a network adopts what its layers hold in Maps", () => {
  const network = new Sequential([new Holder(new Map([["gain", parameter("gain")]]))], { seed: 1 });
  expect(namesOf(network)).toEqual(["gain"]);
});
