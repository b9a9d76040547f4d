import { describe, expect, test } from "@jest/globals";
import {
  Affine, CrossEntropy, Dataset, DropConnect, Dropout, NumericError, OptionError, ReLU, Sequential, SpatialDropout,
  tensor, trace, type Network,
} from "chainrule";
import {
  activationHistograms, decisionRegions, firstLayerWeights, gradientHistograms, maskTiles, thinnedNetwork,
} from "chainrule/pictures";
import { hasChromium, outsideOf, textsOf, unbalanced } from "./drawn.ts";
import { networks } from "./networks.ts";

const identity = tensor([[1, 0], [0, 1]]);
/** Drops units 1 and 3 of the first row, and unit 0 of the second. */
const mask = tensor([[1, 0, 1, 0], [0, 1, 1, 1]]);
const masked = () => new Sequential([
  new Affine(3, 4), new ReLU(), new Dropout({ keep: 0.8 }).useMask(mask), new Affine(4, 2),
], { name: "masked" });
const x = [[1, 2, 3], [3, 2, 1]], row = [[1, 2, 3, 4, 5, 4, 3, 2, 1, 0]];
const count = (svg: string, part: string) => svg.split(part).length - 1;
const crossed = (svg: string) => count(svg, 'stroke-width="2.5"');

describe("the thinned network", () => {
  test("crosses out the units that the mask of its row drops", () => {
    expect(crossed(thinnedNetwork(masked(), x))).toBe(2);
    expect(crossed(thinnedNetwork(masked(), x, { row: 1 }))).toBe(1);
    expect(textsOf(thinnedNetwork(masked(), x))).toContain("mode train, row 0: 2 of 9 units dropped");
  });

  test("draws connections between units that are kept only", () => {
    // 3 inputs to 2 units that are kept, and these to 2 outputs.
    const lines = [...thinnedNetwork(masked(), x).matchAll(/stroke-opacity="0.45" d="([^"]*)"/g)];
    expect(lines.map(([, d]) => d.split("M").length - 1).sort()).toEqual([4, 6]);
  });

  test("has the units that a trace shows as dropped", () => {
    const network = networks.chain(), zeros = trace(network, row, [2]).filter(({ name }) => name.startsWith("M"))
      .reduce((sum, { values }) => sum + values.filter((value) => value === 0).length, 0);
    expect(zeros).toBeGreaterThan(0);
    expect(crossed(thinnedNetwork(network, row))).toBe(zeros);
  });

  test("drops nothing in eval, and says so", () => {
    const network = masked();
    network.eval();
    expect(crossed(thinnedNetwork(network, x))).toBe(0);
    expect(textsOf(thinnedNetwork(network, x))).toContain("mode eval, row 0: nothing is dropped");
  });

  test("draws 20 units of a layer and says how many more there are and how many are dropped", () => {
    const ones = new Array<number>(100).fill(1).map((_, i) => (i % 4 === 0 ? 0 : 1));
    const network = new Sequential([new Affine(3, 100), new Dropout({ keep: 0.8 }).useMask(tensor([ones]))]);
    const svg = thinnedNetwork(network, [[1, 2, 3]]);
    expect(textsOf(svg)).toContain("100 units, 25 dropped, 80 more not shown");
    // Of the first 20, every fourth: 0, 4, 8, 12 and 16.
    expect(crossed(svg)).toBe(5);
    expect(count(svg, "<circle")).toBe(3 + 15 + 2 * 5);
    expect(textsOf(thinnedNetwork(network, [[1, 2, 3]], { units: 50 }))).toContain("100 units, 25 dropped, 50 more not shown");
  });

  test("takes a channel of a map for a unit", () => {
    const maps = tensor([[[[1, 1], [1, 1]], [[0, 0], [0, 0]], [[1, 0], [0, 0]]]]);
    const network = new Sequential([new SpatialDropout({ keep: 0.8 }).useMask(maps)]);
    expect(crossed(thinnedNetwork(network, maps))).toBe(1);
  });

  test("leaves out the connections that DropConnect drops", () => {
    const network = new Sequential([new DropConnect(6, 8, { keep: 0.6 })], { seed: 2 });
    const drawn = trace(network, [[1, 2, 3, 4, 5, 6]], [0]).find(({ name }) => name === "M")?.values ?? [];
    const [, d] = /stroke-opacity="0.45" d="([^"]*)"/.exec(thinnedNetwork(network, [[1, 2, 3, 4, 5, 6]])) ?? [];
    expect(d.split("M").length - 1).toBe(drawn.filter((value) => value !== 0).length);
  });

  test("refuses a row that there is not", () => {
    expect(() => thinnedNetwork(masked(), x, { row: 2 })).toThrow(OptionError);
  });
});

test("histograms of activations and gradients have one for each value of the trace", () => {
  const titles = (svg: string) => textsOf(svg).filter((text) => / of (\d|input)/.test(text)).map((text) => text.split(" ")[0]);
  expect(titles(activationHistograms(masked(), x, [0, 1]))).toEqual(["z1", "a1", "d1", "z2"]);
  expect(titles(gradientHistograms(masked(), x, [0, 1]))).toEqual(
    ["dX", "dW1", "db1", "dz1", "da1", "dd1", "dW2", "db2", "dz2"]);
});

test("a histogram says mean, deviation and share of zeros", () => {
  const network = new Sequential([new Affine(2, 2, { init: identity })]);
  // 1, 3, 0, 0: mean 1, variance (0 + 4 + 1 + 1) / 4 = 1.5.
  expect(textsOf(activationHistograms(network, [[1, 3], [0, 0]], [0, 1]))).toContain("mean 1, sd 1.22, 50 % zeros");
});

test("a histogram of numbers that are not finite is refused with their place", () => {
  const network = new Sequential([new Affine(2, 2, { init: tensor([[1, Infinity], [0, 1]]) })]);
  expect(() => activationHistograms(network, [[1, 2]], [0])).toThrow(NumericError);
});

describe("decision regions", () => {
  /** Class 0 where x is larger than y. */
  const network = new Sequential([new Affine(2, 2, { init: identity })], { name: "diagonal" });
  const data = new Dataset([[0, 1], [1, 0], [1, 0.5], [0.2, 1]], [1, 0, 0, 0]);

  test("are halved by the diagonal, and count the points in their own region", () => {
    const svg = decisionRegions(network, data, { resolution: 10, width: 400 });
    const area = (index: number) => {
      const [, d = ""] = new RegExp(`class="cr-f${index}"[^>]*crispEdges" d="([^"]*)"`).exec(svg) ?? [];
      return [...d.matchAll(/M([\d.]+) [\d.]+H([\d.]+)/g)].reduce((sum, [, from, to]) => sum + Number(to) - Number(from), 0);
    };
    // Of 100 places 45 lie on each side of the diagonal and 10 on it, which go to the first class.
    expect(area(0) / area(1)).toBeCloseTo(55 / 45, 1);
    expect(textsOf(svg)).toContain("3 of 4 points in their own region");
    expect(textsOf(svg)).toEqual(expect.arrayContaining(["class 0", "class 1"]));
  });

  test("take a threshold for one output, and are refused without", () => {
    const one = new Sequential([new Affine(2, 1, { init: tensor([[1], [-1]]) })]);
    expect(textsOf(decisionRegions(one, data, { threshold: 0 }))).toContain("1 of 4 points in their own region");
    expect(() => decisionRegions(one, data)).toThrow(/one output per class.*one output.*threshold/);
  });

  test("are refused for other than two columns, targets and eight classes", () => {
    const refused = (wrong: Dataset) => expect(() => decisionRegions(network, wrong)).toThrow(OptionError);
    refused(new Dataset([[1, 2, 3]], [0]));
    refused(new Dataset([[1, 2]], tensor([[1]])));
    refused(new Dataset([[1, 2], [2, 1]], [0, 7]));
  });
});

/** The grey levels of the tiles, before the checksum: a palette of greys, a byte for each pixel. */
const tilesIn = (svg: string) => count(svg, "<image ");

test("weights of 16 inputs are squares of 4 x 4, a tile for each unit, and others a line", () => {
  const svg = firstLayerWeights(new Sequential([new ReLU(), new Affine(16, 5)]));
  expect(tilesIn(svg)).toBe(5);
  expect(textsOf(svg)).toContain("Affine(16 → 5), 5 units");
  const sides = /<image [^>]*width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  expect(sides[1]).toBe(sides[2]);
  expect(tilesIn(firstLayerWeights(new Sequential([new Affine(16, 5)]), { units: 3 }))).toBe(3);
  expect(() => firstLayerWeights(new Sequential([new Affine(16, 5)]), { picture: [3, 5] })).toThrow(/16 pixels/);
  expect(() => firstLayerWeights(new Sequential([new ReLU()]))).toThrow(OptionError);
});

test("filters of a convolution are a tile each", () => {
  expect(tilesIn(firstLayerWeights(networks.lenet()))).toBe(8);
});

test("masks say how many units each drops, and are refused if there are none", () => {
  const network = masked();
  expect(textsOf(maskTiles(network, x))).toContain("3 Dropout: 3 of 8 dropped");
  network.eval();
  expect(() => maskTiles(network, x)).toThrow(/network.train\(\)/);
});

const data = new Dataset(Array.from({ length: 30 }, (_, i) => [i % 5, i % 7]), Array.from({ length: 30 }, (_, i) => i % 3));
const planar: Network = new Sequential([new Affine(2, 3)], { seed: 1 });
const drawn: Readonly<Record<string, (width: number) => string>> = {
  thinned: (width) => thinnedNetwork(networks.chain(), row, { width }),
  residual: (width) => thinnedNetwork(networks.residual(), [[1, 2, 3, 4]], { width }),
  concat: (width) => thinnedNetwork(networks.concat(), [[1, 2, 3, 4, 5]], { width }),
  hostile: (width) => thinnedNetwork(networks.hostile(), [[1, 2]], { width }),
  activations: (width) => activationHistograms(networks.chain(), row, [1], { width }),
  gradients: (width) => gradientHistograms(networks.chain(), row, [1], { width, loss: new CrossEntropy() }),
  "histograms of hostile names": (width) => gradientHistograms(networks.hostile(), [[1, 2]], [1], { width }),
  regions: (width) => decisionRegions(planar, data, { width, classes: ["a", "b".repeat(80), "c"] }),
  weights: (width) => firstLayerWeights(networks.chain(), { width }),
  masks: (width) => maskTiles(networks.chain(), row, { width }),
};

test.each(Object.entries(drawn))("the picture %s stands alone, is closed, and has the width that is asked for", (_, draw) => {
  for (const width of [240, 360, 720]) {
    const svg = draw(width);
    expect(svg).toMatch(new RegExp(`^<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} \\d+" width="${width}"`));
    expect(svg).toMatch(/<title>[^<]+<\/title>\n<desc>[^<]+<\/desc>/);
    expect(svg).not.toMatch(/NaN|undefined|null/);
    expect(unbalanced(svg)).toEqual([]);
    // No tag has an attribute twice.
    for (const [tag] of svg.matchAll(/<[a-z]+ [^>]*>/g)) {
      const names = [...tag.matchAll(/ ([a-zA-Z:-]+)="/g)].map(([, name]) => name);
      expect([tag, names.length]).toEqual([tag, new Set(names).size]);
    }
  }
});

test.each(Object.keys(drawn))("the network of %s stays as it was", (name) => {
  expect(drawn[name](720)).toBe(drawn[name](720));
});

test("unknown options and what is no network are refused", () => {
  const wrong: object = { widht: 300 }, none: unknown = new Affine(2, 2);
  expect(() => thinnedNetwork(masked(), x, wrong)).toThrow(/width/);
  expect(() => maskTiles(masked(), x, wrong)).toThrow(/width/);
  expect(() => activationHistograms(masked(), x, [0, 1], wrong)).toThrow(/width/);
  expect(() => gradientHistograms(masked(), x, [0, 1], wrong)).toThrow(/width/);
  expect(() => decisionRegions(planar, data, wrong)).toThrow(/width/);
  expect(() => firstLayerWeights(planar, wrong)).toThrow(/width/);
  expect(() => thinnedNetwork(none as Network, x)).toThrow(OptionError);
});

(hasChromium ? test : test.skip)("no text lies outside its picture in Chromium", () => {
  for (const width of [360, 1280]) {
    const svgs = Object.values(drawn).map((draw) => draw(Math.min(width, 720)));
    expect(outsideOf(svgs, width)).toEqual(svgs.map(() => []));
  }
});
