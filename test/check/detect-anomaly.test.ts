import {
  Add, Affine, BatchNorm, CrossEntropy, detectAnomaly, Dropout, Graph, Layer, MeanSquaredError, Parameter, ReLU,
  Sequential, Softmax, tensor, trace, zerosLike, type Tensor,
} from "chainrule";
import { GivesBack } from "../fixtures/faulty.ts";
import { errorOf, numbers, ones, spread32 } from "../tools.ts";

const x = spread32(2, 3);
const nan = (like: Tensor, at: number, value = NaN) => {
  const y = zerosLike(like);
  y.data[at] = value;
  return y;
};

test("undefined where all is finite", () => {
  const network = new Sequential([new Affine(3, 4), new ReLU(), new Affine(4, 2)], { seed: 1 });
  expect(detectAnomaly(network, x, [0, 1])).toBeUndefined();
});

describe("names layer, pass and place", () => {
  const around = (layer: Layer) => new Sequential([new Affine(3, 3), layer, new Affine(3, 2)], { seed: 1 });

  test("of a forward that makes NaN of finite numbers", () => {
    const network = around(new GivesBack({ y: (given) => nan(given, 4) }));
    expect(detectAnomaly(network, x, [0, 1])).toEqual({
      layer: "2 GivesBack", phase: "forward", name: "y", index: [1, 1], value: NaN,
    });
  });

  test("of a backward that makes Infinity", () => {
    const network = around(new GivesBack({ dx: (dy) => nan(dy, 2, -Infinity) }));
    expect(detectAnomaly(network, x, [0, 1])).toEqual({
      layer: "2 GivesBack", phase: "backward", name: "dx", index: [0, 2], value: -Infinity,
    });
  });

  test("of a parameter, also where its column meets a unit that is 0 and so would show further on only", () => {
    const network = around(new ReLU());
    network.layers[2].parameters[0].value.data[5] = NaN;
    expect(detectAnomaly(network, x, [0, 1])).toEqual({
      layer: "3 Affine", phase: "forward", name: "weight", index: [2, 1], value: NaN,
    });
  });

  test("of the gradient of a parameter", () => {
    class Root extends Layer<{ like: Tensor }> {
      readonly shift = new Parameter("shift", tensor([0]));
      forward(given: Tensor): Tensor {
        this.remember({ like: given });
        return given;
      }
      backward(dy: Tensor): Tensor {
        this.shift.grad.data[0] += 0.5 / Math.sqrt(this.shift.value.data[0]); // of √shift, at 0
        return dy;
      }
    }
    expect(detectAnomaly(around(new Root()), x, [0, 1])).toEqual({
      layer: "2 Root", phase: "backward", name: "gradient of shift", index: [0], value: Infinity,
    });
  });

  test("of an input", () => {
    expect(detectAnomaly(around(new ReLU()), [[1, 2, 3], [4, NaN, 6]], [0, 1])).toEqual({
      layer: "the input", phase: "forward", name: "x", index: [1, 1], value: NaN,
    });
  });

  test("of a loss of finite predictions, and of its gradient", () => {
    const forward = { forward: () => Infinity, backward: () => ones(2, 2) };
    expect(detectAnomaly(around(new ReLU()), x, [0, 1], { loss: forward })).toEqual({
      layer: "the loss", phase: "loss", name: "L", index: [], value: Infinity,
    });
    const backward = { forward: () => 1, backward: () => tensor([[0, 0], [NaN, 0]]) };
    expect(detectAnomaly(around(new ReLU()), x, [0, 1], { loss: backward })).toEqual({
      layer: "the loss", phase: "backward", name: "dx", index: [1, 0], value: NaN,
    });
  });

  test("of targets", () => {
    const network = new Sequential([new Affine(3, 1)]);
    const found = detectAnomaly(network, x, tensor([[1], [Infinity]]), { loss: new MeanSquaredError() });
    expect(found).toEqual({
      layer: "MeanSquaredError", phase: "loss", name: "t", index: [1, 0], value: Infinity,
    });
  });

  test("of layers within networks, by their path; of a graph's, by their node", () => {
    const inner = new Graph().input("x", [3]).add("odd", new GivesBack({ y: (given) => nan(given, 0) }), "x")
      .add("sum", new Add(), "odd", "x").output("sum");
    expect(detectAnomaly(around(inner), x, [0, 1])?.layer).toBe("2.odd GivesBack");
  });

  test("of layers of a Sequential within a Sequential, by the path that a trace shows, not by that of another", () => {
    const bad = new Affine(3, 3, { init: tensor([[NaN, 0, 0], [0, 0, 0], [0, 0, 0]]) });
    const inner = new Sequential([bad, new ReLU()]);
    expect(detectAnomaly(around(inner), x, [0, 1])?.layer).toBe("2.1 Affine");
    const paths = trace(around(new Sequential([new Affine(3, 3), new ReLU()])), x, [0, 1]).map(({ layer }) => layer);
    expect(paths).toContain("2.1 Affine");
  });

  test("of a sum of what the branches of a graph sent back", () => {
    const scaled = (factor: number) => new GivesBack({ dx: (dy) => {
      const dx = zerosLike(dy);
      dx.data.fill(factor);
      return dx;
    } });
    const graph = new Graph({ seed: 1 }).input("x", [3]).add("first", new ReLU(), "x")
      .add("left", scaled(3e38), "first").add("right", scaled(3e38), "first")
      .add("sum", new Add(), "left", "right").add("out", new Affine(3, 2), "sum").output("out");
    // 3e38 is a float32, twice 3e38 is none.
    expect(detectAnomaly(graph, x, [0, 1])).toEqual({
      layer: "first ReLU", phase: "backward", name: "dy", index: [0, 0], value: Infinity,
    });
  });

  test("of what a layer gives to another within it", () => {
    class Wrapping extends Layer {
      readonly inner = new ReLU();
      forward(given: Tensor): Tensor {
        this.inner.forward(nan(given, 1));
        return given;
      }
      backward(dy: Tensor): Tensor {
        return dy;
      }
    }
    expect(detectAnomaly(around(new Wrapping()), x, [0, 1])).toMatchObject({
      layer: "2.1 ReLU", phase: "forward", name: "x", index: [0, 1],
    });
  });

  test("before a layer that would refuse the number", () => {
    const refuses = new GivesBack({ y: () => { throw new RangeError("mine"); } });
    const network = new Sequential([new GivesBack({ y: (given) => nan(given, 0) }), refuses]);
    expect(detectAnomaly(network, x, [0, 1])?.layer).toBe("1 GivesBack");
    expect(() => detectAnomaly(new Sequential([refuses]), x, [0, 1])).toThrow("mine");
  });
});

test("nothing in the network changes, nor in the loss; the masks are those that come next", () => {
  const layers = [new Affine(3, 8), new BatchNorm(8), new Dropout({ keep: 0.7 }), new Affine(8, 2)];
  const network = new Sequential(layers, { seed: 1 }), loss = new CrossEntropy();
  const gradients = () => network.parameters.map(({ grad }) => numbers(grad));
  network.parameters[0].grad.data.fill(3);
  loss.forward(tensor([[0, 0]]), [1]);
  const before = [network.state(), gradients(), trace(network, x, [0, 1])];
  detectAnomaly(network, x, [0, 1], { loss });
  detectAnomaly(network, [[NaN, 0, 0], [1, 1, 1]], [0, 1], { loss });
  expect([network.state(), gradients(), trace(network, x, [0, 1])]).toEqual(before);
  expect(numbers(loss.backward())).toEqual([0.5, -0.5]);
});

test("a final Softmax is left out where the loss takes logits, as in training", () => {
  const network = new Sequential([new Affine(3, 2, { init: "zeros" }), new Softmax()]);
  expect(detectAnomaly(network, x, [0, 1])).toBeUndefined();
});

test("what is no network, and unknown options, are refused", () => {
  expect(errorOf(() => detectAnomaly(new ReLU() as never, x, [0, 1]))).toMatchObject({
    name: "OptionError", where: "detectAnomaly", given: "a ReLU",
  });
  const options = { los: new CrossEntropy() } as never;
  expect(errorOf(() => detectAnomaly(new Sequential([new Affine(3, 2)]), x, [0, 1], options)).advice)
    .toBe("Did you mean loss?");
});
