import {
  Affine, CrossEntropy, Graph, Layer, Parameter, SGD, Sequential, tensor, Tensor, Trainer, zeros,
} from "chainrule";
import { GivesBack } from "../fixtures/faulty.ts";
import { CoinMix, Swish } from "../fixtures/my-layer.ts";
import { double, errorOf, expectClose, numbers, ones } from "../tools.ts";

const x = tensor([[1, -2], [3, 4]]);

describe("Swish, written outside the framework", () => {
  test("y = x · sigmoid(x): at x = ln 3 it is 3/4 · ln 3", () => {
    expectClose(new Sequential([new Swish()]).to("float64").forward(double([[Math.log(3)]])), [
      0.75 * Math.log(3),
    ]);
  });

  test("its slope is found and trained", () => {
    const swish = new Swish();
    const network = new Sequential([new Affine(2, 2, { init: tensor([[1, 0], [0, 1]]) }), swish]);
    const loss = new CrossEntropy();
    const trainer = new Trainer(network, { loss, optimizer: new SGD({ learningRate: 0.1 }) });
    const before = trainer.step(x, [0, 1]);
    expect(numbers(swish.slope.value)).not.toEqual([1]);
    expect(trainer.step(x, [0, 1])).toBeLessThan(before);
  });
});

describe("CoinMix, written outside the framework", () => {
  const heads = (layer: CoinMix) => numbers(layer.forward([ones(10, 20), zeros([10, 20])]));

  test("chooses afresh in each forward in train", () => {
    const layer = new CoinMix();
    expect(heads(layer)).not.toEqual(heads(layer));
  });

  test("chooses the same with the same seed", () => {
    expect([1, 2].map(() => heads(new CoinMix(4)))).toEqual([heads(new CoinMix(4)), heads(new CoinMix(4))]);
  });

  test("takes the mean in eval", () => {
    expect(numbers(new CoinMix().eval().forward([tensor([[1, 2]]), tensor([[3, 6]])]))).toEqual([2, 4]);
  });

  test("gives each input the gradient of what was chosen from it", () => {
    const layer = new CoinMix();
    const chosen = heads(layer);
    const [da, db] = layer.backward(ones(10, 20));
    expect(numbers(da)).toEqual(chosen);
    expect(numbers(db)).toEqual(chosen.map((coin) => 1 - coin));
  });

  test("trains in a Graph, where a mean would do nothing", () => {
    const network = new Graph({ seed: 1 }).input("x", [2])
      .add("a", new Affine(2, 2), "x").add("b", new Affine(2, 2), "x").add("mix", new CoinMix(), "a", "b")
      .output("mix");
    const optimizer = new SGD({ learningRate: 0.1 });
    const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer });
    const before = network.parameters.map(({ value }) => numbers(value));
    trainer.step(x, [0, 1]);
    network.parameters.forEach(({ value }, i) => expect(numbers(value)).not.toEqual(before[i]));
  });
});

describe("random numbers of a layer of one's own", () => {
  class Noisy extends Layer {
    forward(given: Tensor): Tensor { return this.random.uniform(given); }
    backward(dy: Tensor): Tensor { return dy; }
    twice(given: Tensor): [Tensor, Tensor] { return [this.random.normal(given), this.random.normal(given)]; }
  }

  test("differ from draw to draw within one forward", () => {
    const [first, second] = new Noisy().twice(x);
    expect(numbers(first)).not.toEqual(numbers(second));
  });

  test("are the same for the same layer of a network with the same seed", () => {
    const draw = (seed: number) => numbers(new Sequential([new Noisy()], { seed }).forward(x));
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
  });
});

describe("what a custom layer's forward gives back", () => {
  const alone = (y: (x: Tensor) => unknown) => errorOf(() => new GivesBack({ y }).forward(x));

  test.each([
    ["nothing", () => undefined, "undefined as output", "a Tensor"],
    ["a promise", () => Promise.resolve(x), "a Promise as output", "a Tensor"],
    ["plain arrays", () => [[1, 2]], "an array of 1 as output", "a Tensor"],
    ["another width", () => tensor([[1], [2]]), "output of shape [2, 1]", "shape [2, 2]"],
    ["another number of rows", () => tensor([[1, 2]]), "output of shape [1, 2]", "shape [2, 2]"],
    [
      "another dtype",
      () =>
        double([[1, 2], [3, 4]]),
      "output in float64",
      "float32, as the input",
    ],
  ] as [string, () => unknown, string, string][])(
    "is refused, naming layer and phase: %s",
    (_, y, given, allowed) => {
      expect(alone(y)).toMatchObject({ name: "ShapeError", where: "GivesBack.forward", given, allowed });
    },
  );

  test("a promise gets the advice that layers are synchronous", () => {
    expect(alone(() => Promise.resolve(x)).advice).toBe("Layers are synchronous.");
  });

  test("is refused in a network as well, by the layer's name", () => {
    const network = new Sequential([new Affine(2, 2), new GivesBack({ y: () => undefined })]);
    expect(errorOf(() => network.forward(x)).where).toBe("GivesBack.forward");
  });
});

describe("what a custom layer's backward gives back", () => {
  const alone = (dx: (dy: Tensor) => unknown) => {
    const layer = new GivesBack({ dx });
    layer.forward(x);
    return errorOf(() => layer.backward(x));
  };

  test.each([
    ["nothing", () => undefined, "undefined as input gradient", "a Tensor"],
    ["a promise", () => Promise.resolve(x), "a Promise as input gradient", "a Tensor"],
    ["another shape", () => tensor([[1]]), "input gradient of shape [1, 1]", "shape [2, 2]"],
    [
      "another dtype",
      () =>
        double([[1, 2], [3, 4]]),
      "input gradient in float64",
      "float32, as the input",
    ],
    ["two gradients for one input", () => [x, x], "2 input gradients", "1, one for each input"],
  ] as [string, () => unknown, string, string][])(
    "is refused, naming layer and phase: %s",
    (_, dx, given, allowed) => {
      expect(alone(dx)).toMatchObject({ name: "ShapeError", where: "GivesBack.backward", given, allowed });
    },
  );
});

describe("remember and recall", () => {
  class Forgets extends Layer<{ x: Tensor }> {
    forward(given: Tensor): Tensor { return given; }
    backward(dy: Tensor): Tensor { this.recall(); return dy; }
  }
  class Recalls extends Layer<{ x: Tensor }> {
    forward(given: Tensor): Tensor { this.remember({ x: given }); return given; }
    backward(dy: Tensor): Tensor { this.recall(); this.recall(); return dy; }
  }

  test.each([new Forgets(), new Recalls()])(
    "%s: recalling what was not remembered, or twice, says so",
    (layer) => {
      layer.forward(x);
      expect(errorOf(() => layer.backward(x))).toMatchObject({
        name: "CallOrderError",
        where: `${layer.name}.recall`,
        given: "a call with nothing remembered",
      });
    },
  );
});

test("a layer that throws inside a network leaves the counts of all layers as they were", () => {
  const make = () => new Sequential([new CoinFlip(), new GivesBack({ y: fails })], { seed: 2 });
  let broken = true;
  function fails(y: Tensor): Tensor {
    if (broken) throw new RangeError("out of luck");
    return y;
  }
  const network = make(), other = make();
  expect(() => network.forward(ones(5, 20))).toThrow("out of luck");
  broken = false;
  expect(numbers(network.forward(ones(5, 20)))).toEqual(numbers(other.forward(ones(5, 20))));
});

class CoinFlip extends Layer {
  forward(given: Tensor): Tensor { return this.random.bernoulli(0.3, given); }
  backward(dy: Tensor): Tensor { return dy; }
}

test("a layer that refers to the one it is in is met once", () => {
  class Child extends Layer {
    readonly scale = new Parameter("scale", tensor([2]));
    parent: Layer | undefined;
    forward(x: Tensor): Tensor {
      return x;
    }
    backward(dy: Tensor): Tensor {
      return dy;
    }
  }
  class Parent extends Layer {
    readonly shift = new Parameter("shift", tensor([1]));
    readonly child = new Child();
    constructor() {
      super();
      this.child.parent = this;
    }
    forward(x: Tensor): Tensor {
      return this.child.forward(x);
    }
    backward(dy: Tensor): Tensor {
      return this.child.backward(dy);
    }
  }
  const parent = new Parent(), network = new Sequential([parent], { seed: 1 });
  expect(parent.parameters.map(({ name }) => name)).toEqual(["shift", "scale"]);
  expect(numbers(network.predict(tensor([[1, 2]])))).toEqual([1, 2]);
  expect(network.parameters).toHaveLength(2);
});
