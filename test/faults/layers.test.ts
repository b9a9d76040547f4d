import {
  Affine, CrossEntropy, Dataset, Dropout, Graph, ReLU, Sequential, SGD, tensor, Trainer,
} from "chainrule";
import { GivesBack } from "../fixtures/faulty.ts";
import { errorOf, numbers, ones } from "../tools.ts";

const x = ones(2, 3);
const make = () => {
  const layers = [new Affine(3, 40), new ReLU(), new Dropout({ keep: 0.7 }), new Affine(40, 2)];
  return new Sequential(layers, { seed: 1 });
};
const trainerOf = (network: Sequential) =>
  new Trainer(network, { loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.1 }) });
const modes = (network: Sequential) => network.layers.map(({ mode }) => mode);

describe("modes", () => {
  test("fault 5: evaluate and predict restore every layer's mode, also when something throws", () => {
    const broken = new GivesBack({ y: () => { throw new RangeError("mine"); } });
    const network = new Sequential([new Dropout({ keep: 0.7 }), broken]);
    expect(() => network.predict(x)).toThrow("mine");
    expect(() => trainerOf(network).evaluate(new Dataset(x, [0, 1]))).toThrow("mine");
    expect(modes(network)).toEqual(["train", "train"]);
  });

  test("fault 6: a layer frozen in eval is still in eval after evaluate and predict", () => {
    const network = make();
    network.layers[2].eval();
    trainerOf(network).evaluate(new Dataset(x, [0, 1]));
    network.predict(x);
    expect(modes(network)).toEqual(["train", "train", "eval", "train"]);
  });

  test("fault 7: dropout is off in predict: twice the same, bit for bit", () => {
    const network = make();
    expect(numbers(network.predict(x))).toEqual(numbers(network.predict(x)));
    expect(numbers(network.forward(x))).not.toEqual(numbers(network.predict(x)));
  });
});

describe("masks", () => {
  test("fault 8: dropout backward uses the mask and 1/keep of its forward, also where x is 0", () => {
    const layer = new Dropout({ keep: 0.25 }).useMask(tensor([[1, 0, 1, 0]]));
    layer.forward(tensor([[0, 0, 3, 3]]));
    expect(numbers(layer.backward(tensor([[1, 1, 1, 1]])))).toEqual([4, 0, 4, 0]);
  });

  test("fault 9, 10: one seed gives different masks to each layer and each step, and the same run again", () => {
    const run = () => {
      const dropouts = [new Dropout({ keep: 0.3 }), new Dropout({ keep: 0.3 })];
      const network = new Sequential(dropouts, { seed: 3 });
      return [1, 2].flatMap(() => {
        network.forward(ones(4, 25));
        return dropouts.map(({ mask }) => String(mask?.data));
      });
    };
    expect(new Set(run()).size).toBe(4);
    expect(run()).toEqual(run());
  });
});

describe("the order of calls", () => {
  test("fault 34: backward before forward, and twice for one forward, is an error that says so", () => {
    const network = make();
    expect(errorOf(() => network.backward(x)).given).toBe("backward before forward");
    const dy = ones(2, 2);
    network.forward(x);
    network.backward(dy);
    expect(errorOf(() => network.backward(dy)).given).toBe("backward twice for one forward");
  });

  test.each([["inverted", [1, 2]], ["at-eval", [0.25, 0.5]]] as const)(
    "fault 34: after a forward in eval dropout gives eval's gradient (%s)", (scaling, wanted) => {
      const layer = new Dropout({ keep: 0.25, scaling }).eval();
      layer.forward(tensor([[5, 6]]));
      expect(numbers(layer.backward(tensor([[1, 2]])))).toEqual(wanted);
    },
  );

  test("fault 35: backward changes no weight before the update", () => {
    const network = make(), before = network.parameters.map(({ value }) => numbers(value));
    network.forward(x);
    network.backward(ones(2, 2));
    expect(network.parameters.map(({ value }) => numbers(value))).toEqual(before);
  });

  test("fault 36: an input changed after forward changes no gradient", () => {
    const gradient = (spoil: boolean) => {
      const network = make(), mine = ones(2, 3);
      network.forward(mine);
      if (spoil) mine.data.fill(1e6);
      network.backward(ones(2, 2));
      return numbers(network.parameters[0].grad);
    };
    expect(gradient(true)).toEqual(gradient(false));
  });

  test("fault 36: labels changed after the loss change no gradient", () => {
    const loss = new CrossEntropy(), labels = [0];
    loss.forward(tensor([[0, 0]]), labels);
    labels[0] = 1;
    expect(numbers(loss.backward())).toEqual([-0.5, 0.5]);
  });

  test("fault 36: an output is the caller's to keep: the next step does not overwrite it", () => {
    const network = make().eval(), first = network.forward(x), before = numbers(first);
    network.forward(tensor([[9, 9, 9], [8, 8, 8]]));
    expect(numbers(first)).toEqual(before);
  });
});

describe("graphs", () => {
  const start = () => new Graph().input("x", [2]);

  test("fault 15: one layer instance used twice is refused by both names", () => {
    const layer = new Affine(2, 2);
    const graph = start().add("first", layer, "x").add("second", layer, "first").output("second");
    expect(errorOf(() => graph.forward(tensor([[1, 2]]))).given)
      .toBe('the same Affine in "first" (Affine) and "second" (Affine)');
  });

  test("fault 32: widths that do not fit are refused when the network is built, both layers and shapes named", () => {
    expect(errorOf(() => new Sequential([new Affine(4, 3), new ReLU(), new Affine(5, 2)]))).toMatchObject({
      where: "Sequential, at layer 3 (Affine)", given: "[3] from layer 2 (ReLU)",
      allowed: expect.stringContaining("for Affine(5 → 2)") as string,
    });
  });

  test.each([
    [
      "a cycle",
      () => start().add("a", new ReLU(), "b").add("b", new ReLU(), "a").output("b"),
      /cycle.*"a" → "b" → "a"/,
    ],
    [
      "an unknown input",
      () => start().add("a", new ReLU(), "y").output("a"),
      /unknown name "y" as an input of "a"/,
    ],
    [
      "an unreachable layer",
      () => start().add("a", new ReLU(), "x").add("b", new ReLU(), "x").output("a"),
      /^"b", from/,
    ],
    [
      "a duplicate name",
      () => start().add("a", new ReLU(), "x").add("a", new ReLU(), "x").output("a"),
      /name "a" twice/,
    ],
  ] as const)("fault 39: %s is refused before anything runs, by name", (_, graph, given) => {
    expect(errorOf(() => graph().predict(tensor([[1, 2]]))).given).toMatch(given);
  });
});

describe("a custom layer", () => {
  test.each([
    ["a wrong shape", () => tensor([[1]])],
    ["undefined", () => undefined],
    ["a promise", () => Promise.resolve(x)],
  ])("fault 40: that gives %s is named, with the phase, forward and backward", (_, wrong) => {
    const forward = new Sequential([new GivesBack({ y: wrong })]);
    expect(errorOf(() => forward.forward(x)).where).toBe("GivesBack.forward");
    const backward = new Sequential([new GivesBack({ dx: wrong })]);
    backward.forward(x);
    expect(errorOf(() => backward.backward(x)).where).toBe("GivesBack.backward");
  });

  test("fault 40: that gives NaN is named, with the phase and the place", () => {
    const nan = new GivesBack({ y: () => tensor([[NaN, 1, 1], [1, 1, 1]]) });
    const network = new Sequential([new Affine(3, 3), nan, new Affine(3, 2)]);
    expect(errorOf(() => trainerOf(network).step(x, [0, 1]))).toMatchObject({
      where: "layer 2 GivesBack, forward", given: "NaN at [0, 0] of y",
    });
  });
});
