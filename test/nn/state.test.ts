import {
  Affine, checkLayer, Dropout, Layer, register, registered, ReLU, Sequential, Tensor, type LayerClass, type Json,
} from "chainrule";
import { errorOf, numbers, ones } from "../tools.ts";

const network = (seed: number) =>
  new Sequential([new Affine(2, 3), new ReLU(), new Dropout({ keep: 0.3 }), new Affine(3, 1)], { seed });
const throughJson = (state: Json) => JSON.parse(JSON.stringify(state)) as Json;

describe("state and load", () => {
  test("weights, counts and masks go through JSON: the next outputs in train are the same", () => {
    const first = network(1), second = network(1);
    for (let i = 0; i < 3; i++) first.forward(ones(4, 2));
    first.parameters[0].value.data.fill(0.1);
    second.load(throughJson(first.state()));
    expect(numbers(second.forward(ones(20, 2)))).toEqual(numbers(first.forward(ones(20, 2))));
  });

  test("NaN, the infinities and -0 come back as they were", () => {
    const odd = Float32Array.of(NaN, Infinity, -Infinity, -0, 1e-45);
    const first = new Affine(5, 1, { init: new Tensor(odd, [5, 1]) }), second = new Affine(5, 1);
    second.load(throughJson(first.state()));
    expect(numbers(second.weight.value)).toEqual(Array.from(odd));
  });

  test("a mask of a layer that has drawn none is not left behind", () => {
    const used = new Dropout({ keep: 0.3 });
    const fresh = used.state();
    used.forward(ones(2, 2));
    used.load(fresh);
    expect(used.mask).toBeUndefined();
  });

  test("a network with a seed takes the state of one without", () => {
    const affine = () => new Affine(2, 1);
    const plain = new Sequential([affine()]), seeded = new Sequential([affine()], { seed: 3 });
    seeded.load(throughJson(plain.state()));
    expect(numbers(seeded.forward(ones(1, 2)))).toEqual(numbers(plain.forward(ones(1, 2))));
  });

  test("a state that does not fit is refused with all differences, and nothing changes", () => {
    const layer = new Affine(2, 3, { seed: 1 }), before = JSON.stringify(layer.state());
    const error = errorOf(() => layer.load(new Affine(2, 4, { bias: false }).state()));
    expect(error).toMatchObject({ name: "DataError", where: "Affine.load" });
    expect(error.given).toBe('"weight" as float32 [2, 4], not float32 [2, 3]; no numbers for "bias"');
    expect(JSON.stringify(layer.state())).toBe(before);
  });

  test.each([null, 3, [], {}, { counts: [0] }, { counts: [-1], parameters: {}, tensors: {} }, { counts: "0" }])(
    "%j is refused", (state) => {
      expect(errorOf(() => new Affine(2, 3).load(state as Json)).name).toBe("DataError");
    },
  );

  test.each([
    ["a string", "1"], ["null", null], ["an array", [1]],
  ])("%s among the numbers is refused", (_, value) => {
    const layer = new Affine(1, 1, { bias: false }), state = layer.state() as { parameters: { weight: { data: unknown[] } } };
    state.parameters.weight.data[0] = value;
    expect(errorOf(() => layer.load(state as unknown as Json)).given).toBe('no numbers for "weight"');
  });

  test("a path such as __proto__ is unknown like any other", () => {
    const state = JSON.parse('{"counts":[0],"parameters":{"__proto__":{}},"tensors":{}}') as Json;
    expect(errorOf(() => new ReLU().load(state)).given).toBe('"__proto__", unknown here');
  });

  test("lists its tensors in the order of fields, each by the first path that leads to it", () => {
    const shared = [ones(1), undefined];
    class Inner extends ReLU {
      readonly list = shared;
      readonly none: Tensor | undefined = undefined;
    }
    class Outer extends ReLU {
      readonly inner = new Inner();
      readonly after = ones(1);
      readonly again = shared;
      readonly nested = [[ones(1)]];
      readonly cache = new Map([["a", ones(1)]]);
    }
    const { tensors } = new Outer().state() as { tensors: object };
    expect(Object.keys(tensors)).toEqual(["inner.list.0", "inner.list.1", "inner.none", "after", "nested.0.0"]);
  });
});

describe("what a layer says of itself", () => {
  test("rows are independent where those of all inner layers are", () => {
    class Mixing extends ReLU {
      override get batchIndependent(): boolean {
        return false;
      }
    }
    expect(new Affine(1, 1).batchIndependent).toBe(true);
    expect(new Sequential([new ReLU(), new Mixing()]).batchIndependent).toBe(false);
  });

  test("dependsOnMode is true with a Dropout inside, false where nothing draws, else not said", () => {
    class Silent extends Layer {
      forward(x: Tensor): Tensor {
        return x;
      }
      backward(dy: Tensor): Tensor {
        return dy;
      }
    }
    expect(network(1).dependsOnMode).toBe(true);
    expect(new Sequential([new ReLU()]).dependsOnMode).toBe(false);
    expect(new Dropout({ keep: 1 }).dependsOnMode).toBe(false);
    expect([new Silent().dependsOnMode, new Sequential([new Silent()]).dependsOnMode]).toEqual([undefined, undefined]);
  });
});

describe("the registry", () => {
  class Mine extends ReLU {}
  test("finds the framework's layers, and a class once it is registered, twice too", () => {
    expect(registered("Dropout")).toBe(Dropout);
    register(Mine);
    register(Mine);
    expect(registered("Mine")).toBe(Mine);
    expect(checkLayer(new Mine(), [3]).passed).toBe(true);
  });

  test.each(["__proto__", "toString", "constructor", "hasOwnProperty", ""])("%j is no layer", (name) => {
    expect(errorOf(() => registered(name))).toMatchObject({ name: "OptionError", where: "layer name" });
  });

  test("an unknown name is refused with the nearest", () => {
    expect(errorOf(() => registered("dropuot")).advice).toMatch(/Did you mean "Dropout"\?/);
  });

  test("another class of a name that is taken is refused", () => {
    const Other = { Dropout: class Dropout extends ReLU {} }.Dropout;
    expect(errorOf(() => register(Other)).given).toBe('another class named "Dropout"');
  });

  test.each([["a plain class", class Plainly {}], ["an arrow", () => 3], ["a layer", new ReLU()], ["nothing", undefined]])(
    "%s is refused", (_, given) => {
      expect(errorOf(() => register(given as unknown as LayerClass)).allowed).toBe("a class that extends Layer, with a name or a static typeName");
    },
  );
});

