import { Affine, Dropout, Graph, ReLU, Sequential, Softmax, tensor, type Layer } from "chainrule";
import { largestOfRows } from "../../src/network/largest-of-rows.ts";
import { double, errorOf, numbers, ones } from "../tools.ts";

const make = () => {
  const layers = [new Affine(3, 50), new Dropout({ keep: 0.7 }), new ReLU(), new Affine(50, 4)];
  return new Sequential(layers, { seed: 6 });
};
const x = ones(2, 3);

describe("predict", () => {
  test("leaves dropout out: twice the same", () => {
    const network = make();
    expect(numbers(network.predict(x))).toEqual(numbers(network.predict(x)));
  });

  test("is forward in eval", () => {
    expect(numbers(make().predict(x))).toEqual(numbers(make().eval().forward(x)));
  });

  test("puts each layer's own mode back", () => {
    const network = make();
    network.layers[1].eval();
    network.predict(x);
    expect([network, ...network.layers].map(({ mode }) => mode)).toEqual([
      "train",
      "train",
      "eval",
      "train",
      "train",
    ]);
  });

  test("puts the modes back also when it throws, in networks within networks too", () => {
    const block = make(), network = new Sequential([block]);
    errorOf(() => network.predict(ones(2, 5)));
    expect([network, block, ...block.layers].map(({ mode }) => mode)).toEqual(Array(6).fill("train"));
  });

  test("between forward and backward changes no gradient", () => {
    const gradients = (between: (network: Sequential) => void) => {
      const network = make();
      network.forward(x);
      between(network);
      return [network.backward(ones(2, 4)), ...network.parameters.map(({ grad }) => grad)].map(numbers);
    };
    expect(gradients((network) => network.predict(tensor([[9, 9, 9]])))).toEqual(gradients(() => undefined));
  });

  test("does not count for the masks", () => {
    const network = make(), other = make();
    network.predict(x);
    expect(numbers(network.forward(x))).toEqual(numbers(other.forward(x)));
  });

  test("has the final Softmax", () => {
    const p = new Sequential([make(), new Softmax()]).predict([[1, 2, 3]]);
    expect(numbers(p).reduce((a, b) => a + b)).toBeCloseTo(1, 6);
  });

  test("takes nested arrays in the network's dtype", () => {
    expect(make().to("float64").predict([[1, 2, 3]]).dtype).toBe("float64");
  });

  test("refuses a single row that is no batch, and says how to give it", () => {
    expect(errorOf(() => make().predict([1, 2, 3]))).toMatchObject({
      where: "Sequential input", given: "shape [3]", advice: "One row is a batch of one: [[1, 2, 3]].",
    });
  });
});

describe("classify", () => {
  test("gives the index of the largest output of each row", () => {
    const same = new Affine(3, 3, { init: tensor([[1, 0, 0], [0, 1, 0], [0, 0, 1]]) });
    expect(new Sequential([same]).classify([[1, 5, 2], [7, 5, 2], [-3, -2, -1]])).toEqual([1, 0, 2]);
  });

  test("gives the first of several largest", () => {
    expect(largestOfRows(tensor([[2, 3, 3], [1, 1, 1]]))).toEqual([1, 0]);
  });
});

describe("modes", () => {
  test("train and eval reach every layer, and the same object is given back", () => {
    const network = new Sequential([make(), new ReLU()]);
    const modes = () =>
      [network, ...network.layers, ...(network.layers[0] as Sequential).layers].map(({ mode }) => mode);
    expect(network.eval()).toBe(network);
    expect(new Set(modes())).toEqual(new Set(["eval"]));
    expect(network.train()).toBe(network);
    expect(new Set(modes())).toEqual(new Set(["train"]));
  });
});

test("a float64 input to a float32 network is refused with the way to convert", () => {
  expect(errorOf(() => make().forward(double([[1, 2, 3]])))).toMatchObject({
    where: "Sequential.forward",
    given: "float64 input",
    advice: "network.to(dtype) converts a whole network.",
  });
});

describe("the final Softmax", () => {
  const softmax = new Softmax();
  const graph = () => new Graph().input("x", [3]).add("p", softmax, "x").output("p");

  test.each([
    ["at the end of a Sequential", () => new Sequential([new ReLU(), softmax]), softmax],
    ["of a network within", () => new Sequential([new ReLU(), new Sequential([softmax])]), softmax],
    ["that a Graph puts out", graph, softmax],
    ["is none where another layer is last", () => new Sequential([softmax, new ReLU()]), undefined],
    ["is none where the input is put out", () => new Graph().input("x", [3]).output("x"), undefined],
  ] as [string, () => Sequential | Graph, Layer | undefined][])("%s", (_, network, found) => {
    expect(network().finalSoftmax).toBe(found);
  });
});
