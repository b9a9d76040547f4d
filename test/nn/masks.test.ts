import { Affine, Dropout, Layer, ReLU, Sequential, type Tensor } from "chainrule";
import { copyOf } from "../../src/tensor/tensor.ts";
import { numbers, ones, spread32 } from "../tools.ts";

const ROWS = 40, COLUMNS = 50;
const bits = (layer: Dropout) => numbers(layer.mask as Tensor);

/** The masks of `count` forwards in a row. */
function masksOf(layer: Dropout, count = 1, rows = ROWS): number[][] {
  return Array.from({ length: count }, () => {
    layer.forward(ones(rows, COLUMNS));
    return bits(layer);
  });
}

/** The masks of the Dropout layers of a network after one forward. */
function masksIn(layers: readonly Layer[], seed = 0): number[][] {
  new Sequential(layers, { seed }).forward(ones(ROWS, COLUMNS));
  return layers.filter((layer) => layer instanceof Dropout).map(bits);
}

/** How far the share of ones in a mask is from keep, in standard deviations. */
function deviation(mask: readonly number[], keep: number): number {
  const kept = mask.reduce((sum, bit) => sum + bit, 0);
  return Math.abs(kept - mask.length * keep) / Math.sqrt(mask.length * keep * (1 - keep));
}

const agreement = (a: readonly number[], b: readonly number[]) => a.map((bit, i) => (bit === b[i] ? 1 : 0));

describe("a mask is a function of seed, layer and count", () => {
  test("the same seed gives the same masks, call by call", () => {
    expect(masksOf(new Dropout({ keep: 0.3, seed: 7 }), 3)).toEqual(
      masksOf(new Dropout({ keep: 0.3, seed: 7 }), 3),
    );
  });

  test("another seed gives another mask", () => {
    expect(masksOf(new Dropout({ keep: 0.3, seed: 7 }))).not.toEqual(
      masksOf(new Dropout({ keep: 0.3, seed: 8 })),
    );
  });

  test("each forward in train gets a fresh one", () => {
    const [first, second, third] = masksOf(new Dropout({ keep: 0.3, seed: 7 }), 3);
    expect(second).not.toEqual(first);
    expect(third).not.toEqual(first);
    expect(third).not.toEqual(second);
  });

  test("forwards in eval do not count", () => {
    const layer = new Dropout({ keep: 0.3, seed: 7 });
    const [first] = masksOf(layer);
    layer.eval().forward(ones(1, 3));
    expect([first, ...masksOf(layer.train())]).toEqual(masksOf(new Dropout({ keep: 0.3, seed: 7 }), 2));
  });

  test("rows of one batch get different masks", () => {
    const [mask] = masksOf(new Dropout({ keep: 0.3, seed: 7 }), 1, 2);
    expect(mask.slice(0, COLUMNS)).not.toEqual(mask.slice(COLUMNS));
  });

  test("it is the same in float32 and float64", () => {
    const masks = (["float32", "float64"] as const).map((dtype) => {
      const dropout = new Dropout({ keep: 0.3 });
      const copy = new Sequential([dropout], { seed: 2 }).to(dtype);
      return numbers(copy.forward(copyOf(ones(ROWS, COLUMNS), dtype))).map((y) => (y === 0 ? 0 : 1));
    });
    expect(masks[0]).toEqual(masks[1]);
  });

  test("layers of one network draw different masks", () => {
    const [first, second] = masksIn([new Dropout({ keep: 0.3 }), new Dropout({ keep: 0.3 })]);
    expect(first).not.toEqual(second);
  });

  test("two lone layers without a seed draw different masks", () => {
    expect(masksOf(new Dropout({ keep: 0.3 }))).not.toEqual(masksOf(new Dropout({ keep: 0.3 })));
  });

  test("in a network the network's seed counts, not the layer's", () => {
    const masks = (seed: number, own: number) => masksIn([new Dropout({ keep: 0.3, seed: own })], seed);
    expect(masks(5, 1)).toEqual(masks(5, 2));
    expect(masks(5, 1)).not.toEqual(masks(6, 1));
  });

  test("layers at the same place of two inner networks draw different masks", () => {
    const dropouts = [new Dropout({ keep: 0.3 }), new Dropout({ keep: 0.3 })];
    new Sequential(dropouts.map((dropout) => new Sequential([dropout]))).forward(ones(ROWS, COLUMNS));
    expect(bits(dropouts[0])).not.toEqual(bits(dropouts[1]));
  });

  test("inner networks with one and the same seed draw different masks in one outer network", () => {
    const dropouts = [new Dropout({ keep: 0.3 }), new Dropout({ keep: 0.3 })];
    const inner = dropouts.map((dropout) => new Sequential([dropout], { seed: 4 }));
    new Sequential(inner).forward(ones(ROWS, COLUMNS));
    expect(bits(dropouts[0])).not.toEqual(bits(dropouts[1]));
  });
});

describe("what a network without a layer, or with one more, keeps", () => {
  const weights = (layers: readonly Layer[]) =>
    new Sequential(layers, { seed: 3 }).parameters.map(({ value }) => numbers(value));

  test("adding a Dropout changes no weight", () => {
    expect(weights([new Affine(5, 4), new Dropout({ keep: 0.3 }), new Affine(4, 3)]))
      .toEqual(weights([new Affine(5, 4), new Affine(4, 3)]));
  });

  test("adding a ReLU changes no mask", () => {
    const dropouts = () => [new Dropout({ keep: 0.3 }), new Dropout({ keep: 0.9 })];
    const [a, b] = dropouts(), [c, d] = dropouts();
    expect(masksIn([new ReLU(), a, new ReLU(), new ReLU(), b])).toEqual(masksIn([c, d]));
  });

  test("adding an Affine changes no mask", () => {
    const affine = new Affine(COLUMNS, COLUMNS, { init: "zeros" });
    expect(masksIn([affine, new Dropout({ keep: 0.3 })])).toEqual(masksIn([new Dropout({ keep: 0.3 })]));
  });

  test("changing keep changes no weight and keeps whatever a smaller keep kept", () => {
    const [less] = masksIn([new Dropout({ keep: 0.3 })]), [more] = masksIn([new Dropout({ keep: 0.6 })]);
    expect(less.filter((bit, i) => bit > more[i])).toEqual([]);
  });
});

describe("masks are random, within 5 sigma", () => {
  test.each([0.05, 0.3, 0.8, 0.99])("the share of units kept is keep (%d)", (keep) => {
    const masks = masksOf(new Dropout({ keep, seed: 11 }), 10);
    expect(deviation(masks.flat(), keep)).toBeLessThan(5);
  });

  test.each([
    ["neighbours in a row", 1], ["neighbours in a column", COLUMNS],
  ])("%s agree as often as chance has it", (_, step) => {
    const [mask] = masksOf(new Dropout({ keep: 0.3, seed: 12 }), 1, 400);
    expect(deviation(agreement(mask.slice(step), mask.slice(0, -step)), 0.3 * 0.3 + 0.7 * 0.7)).toBeLessThan(
      5,
    );
  });

  test("one step and the next agree as often as chance has it", () => {
    const [first, second] = masksOf(new Dropout({ keep: 0.3, seed: 13 }), 2, 400);
    expect(deviation(agreement(first, second), 0.58)).toBeLessThan(5);
  });

  test("one layer and the next agree as often as chance has it", () => {
    const [first, second] = masksIn([new Dropout({ keep: 0.3 }), new Dropout({ keep: 0.3 })], 14);
    expect(deviation(agreement(first, second), 0.58)).toBeLessThan(5);
  });

  test("the mean of the output over many masks is what eval returns", () => {
    const x = spread32(1, COLUMNS), sums = numbers(x).map(() => 0);
    const layer = new Dropout({ keep: 0.8, seed: 15 });
    for (let i = 0; i < 4000; i++) layer.forward(x).data.forEach((y, j) => { sums[j] += y / 4000; });
    const sigma = Math.sqrt(0.2 / 0.8 / 4000);
    const far = numbers(layer.eval().forward(x)).filter(
      (y, j) => Math.abs(sums[j] - y) > 5 * sigma * Math.abs(y),
    );
    expect(far).toEqual([]);
  });
});

describe("a layer that declares no draws and draws all the same", () => {
  class Noisy extends Layer {
    mask: Tensor | undefined;
    override get draws(): boolean {
      return false;
    }
    forward(x: Tensor): Tensor {
      this.mask = this.random.bernoulli(0.3, x);
      return x;
    }
    backward(dy: Tensor): Tensor {
      return dy;
    }
  }
  class Outer extends Noisy {
    readonly noisy = new Noisy();
    readonly dropout = new Dropout({ keep: 0.3 });
    override forward(x: Tensor): Tensor {
      return super.forward(this.dropout.forward(this.noisy.forward(x)));
    }
  }

  test("has a stream of its own, not the next Dropout's", () => {
    const noisy = new Noisy(), again = new Noisy(), dropout = new Dropout({ keep: 0.3 });
    new Sequential([noisy, again, dropout], { seed: 3 }).forward(ones(ROWS, COLUMNS));
    const masks = [noisy, again, dropout].map(({ mask }) => numbers(mask as Tensor));
    for (const [a, b] of [[0, 1], [0, 2], [1, 2]]) expect(deviation(agreement(masks[a], masks[b]), 0.58)).toBeLessThan(5);
  });

  test("and so have layers within it", () => {
    const outer = new Outer();
    new Sequential([outer], { seed: 3 }).forward(ones(ROWS, COLUMNS));
    const masks = [outer, outer.noisy, outer.dropout].map(({ mask }) => numbers(mask as Tensor));
    for (const [a, b] of [[0, 1], [0, 2], [1, 2]]) expect(deviation(agreement(masks[a], masks[b]), 0.58)).toBeLessThan(5);
  });

  test("changes no mask of a later Dropout", () => {
    const [with0] = masksIn([new Noisy(), new Dropout({ keep: 0.3 })], 4), [without] = masksIn([new Dropout({ keep: 0.3 })], 4);
    expect(with0).toEqual(without);
  });
});
