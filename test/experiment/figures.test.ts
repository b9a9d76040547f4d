import { describe, expect, test } from "@jest/globals";
import { Affine, CrossEntropy, Sequential, SGD, toys } from "chainrule";
import { experiment, type ExperimentDefinition, type OptionSpecs } from "chainrule/experiment";
import { levelsOf, measureFigures, type FigureData, type FigureDefinition } from "../../src/experiment/figures.ts";
import { htmlReport } from "../../src/report/html.ts";
import { ownFigures, seriesOf } from "../../src/report/own-figures.ts";
import type { ExperimentResult } from "../../src/report/result.ts";
import { sampleResult } from "../report/sample.ts";

type Figure = FigureDefinition<OptionSpecs, Sequential>;

const data = { train: toys.twoMoons({ seed: 1 }), test: toys.twoMoons({ seed: 2 }) };
const network = new Sequential([new Affine(2, 2)], { seed: 1 });
const definition: ExperimentDefinition<OptionSpecs, Sequential> = {
  title: "Moons", options: {}, data: () => data, variants: { plain: {} }, network: () => network,
  train: () => ({ loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.1 }), epochs: 1 }),
};
const lines = { draw: "lines", title: "Over k", of: () => ({ level: 1 }) };
const histogram = { draw: "histogram", title: "Sizes", from: 0, to: 1, of: () => [0.5] };
const tiles = { draw: "tiles", title: "Weights", width: 2, height: 1, of: () => [[1, 2]] };

test.each([
  ["a name with a slash", { "a/b": lines }, /experiment figures: .*got "a\/b"/],
  ["the name of a usual figure", { "test-error": lines }, /experiment figures: .*got "test-error"/],
  ["an unknown way to draw", { a: { ...lines, draw: "pie" } }, /figures\.a\.draw: expected lines, histogram or tiles, got "pie"/],
  ["no object", { a: null }, /figures\.a\.draw/], ["no title", { a: { ...lines, title: 3 } }, /figures\.a\.title.*got 3/],
  ["no function", { a: { ...lines, of: 3 } }, /figures\.a\.of.*got 3/],
  ["a field of another kind", { a: { ...lines, bins: 3 } }, /figures\.a.*bins/],
  ["an unknown field of x", { a: { ...lines, x: { lable: "k" } } }, /figures\.a x|figures\.a\.x.*Did you mean "?label/],
  ["an unknown field of y", { a: { ...lines, y: { log: true } } }, /figures\.a\.y.*log/],
  ["ends in the wrong order", { a: { ...histogram, to: 0 } }, /figures\.a\.to.*above 0, got 0/],
  ["no end", { a: { ...histogram, from: undefined } }, /figures\.a\.from/],
  ["bins", { a: { ...histogram, bins: 0 } }, /figures\.a\.bins.*got 0/],
  ["a side", { a: { ...tiles, height: 0 } }, /figures\.a\.height.*got 0/],
  ["columns", { a: { ...tiles, columns: 1.5 } }, /figures\.a\.columns.*got 1\.5/],
])("a figure with %s is refused, with the field's name", (_, figures, message) => {
  const wrong = { ...definition, figures } as unknown as typeof definition;
  expect(() => experiment(wrong)).toThrow(message);
});

function answer(figure: unknown): FigureData {
  const figures = { a: figure as Figure };
  return measureFigures(figures, network, { ...data, options: {}, seed: 1 }).a;
}

test.each([
  ["no lines", { ...lines, of: () => ({}) }, /figures\.a\.of\(\).*one or more lines/],
  ["a promise", { ...lines, of: async () => Promise.resolve({}) }, /figures\.a\.of\(\)/],
  ["a line that is a word", { ...lines, of: () => ({ error: "3" }) }, /figures\.a\.of\(\), "error".*got "3"/],
  ["a level that is not finite", { ...lines, of: () => ({ error: NaN }) }, /"error".*finite/],
  ["a point without y", { ...lines, of: () => ({ error: [{ x: 1 }] }) }, /"error".*points/],
  ["no values", { ...histogram, of: () => [] }, /one or more numbers/],
  ["a value that is not finite", { ...histogram, of: () => [1, Infinity] }, /at index 1.*got Infinity/],
  ["no tiles", { ...tiles, of: () => [] }, /one or more tiles/],
  ["a tile of another size", { ...tiles, of: () => [[1, 2], [3]] }, /tile 1: expected width x height = 2 numbers, got 1/],
])("an answer that is %s is refused, with the figure's name", (_, figure, message) => {
  expect(() => answer(figure)).toThrow(message);
});

test("an answer that changes a weight is refused, and says which", () => {
  const own = new Sequential([new Affine(2, 2)], { seed: 1 });
  const of = (network: Sequential) => {
    network.parameters[1].value.data[1] = 7;
    return [1];
  };
  expect(() => measureFigures({ a: { ...histogram, of } as Figure }, own, { ...data, options: {}, seed: 1 }))
    .toThrow("figures.a.of(): expected a network that is only asked, got number 1 of bias, parameter 2, "
      + 'changed from 0 to 7. Change a copy: network.to("float32").');
});

test("a histogram keeps counts and mean; what lies beyond an end is in the last bin", () => {
  expect(answer({ ...histogram, bins: 2, of: () => [-1, 0.25, 0.75, 4] })).toEqual({ counts: [2, 2], mean: 1 });
});

test("tiles keep levels from black to white, and 0 in the middle if some are negative", () => {
  const levels = (values: readonly number[]) => {
    const kept = answer({ ...tiles, of: () => [values] });
    return "tiles" in kept ? [kept.scale, ...levelsOf(kept.tiles[0])] : [];
  };
  expect(levels([0, 2])).toEqual([2, 1, 255]);
  expect(levels([-2, 2])).toEqual([2, 1, 255]);
});

/** Two networks, from three seeds. */
function result(figure: unknown, plain: readonly FigureData[], dropout: readonly FigureData[]): ExperimentResult {
  const runs = sampleResult.runs.map((run) => (
    { ...run, figures: { own: (run.arm === "plain" ? plain : dropout)[run.seed - 1] } }));
  return { ...sampleResult, runs, figures: { own: figure as Figure } };
}

const spread = (means: readonly number[]) => means.map((mean) => ({ counts: [3, 1], mean }));
const over = (levels: readonly number[], ys: readonly number[]) => levels.map((level, i) => (
  { lines: { level, samples: [{ x: 1, y: ys[i] }, { x: 2, y: level }] } }));

describe("over three seeds", () => {
  const sizes = result({ ...histogram, bins: 2 }, spread([1, 2, 3]), spread([2, 4, 6]));

  test("the means of a histogram are compared, paired by seed", () => {
    // Differences 1, 2, 3: mean 2, sd 1; Student's t for 2 degrees of freedom is 4.303, and 4.303/√3 = 2.48434.
    const [plain, dropout] = seriesOf(sizes, "own");
    expect(plain).toEqual({ name: "plain", points: [{ x: null, mean: 2, sd: 1 }] });
    expect(dropout.points[0]).toMatchObject({ x: null, mean: 4, sd: 2, difference: { mean: 2, sd: 1 } });
    expect(dropout.points[0].interval?.[0]).toBeCloseTo(2 - 2.48434, 4);
    expect(dropout.points[0].interval?.[1]).toBeCloseTo(2 + 2.48434, 4);
  });

  test("a histogram shows the share of the values of all seeds together", () => {
    const [{ caption, chart, table }] = ownFigures(sizes);
    expect(caption).toContain("The share of 12 values, of all seeds together");
    expect(chart.svg()).toContain(">50 %<");
    expect(table?.[2]).toEqual(["dropout", "4.00\u00a0±\u00a02.00", "+2.00 (−0.48 to +4.48)"]);
  });

  test("lines are compared with the first at each x, and a level at all", () => {
    const k = result({ ...lines, x: { label: "k" }, y: { unit: " %" } }, over([1, 1, 1], [2, 3, 4]), []);
    const alone = { ...k, runs: k.runs.filter(({ arm }) => arm === "plain") };
    const [level, samples] = seriesOf(alone, "own");
    expect(level).toEqual({ name: "level", points: [{ x: null, mean: 1, sd: 0 }] });
    expect(samples.points).toMatchObject([
      { x: 1, mean: 3, sd: 1, difference: { mean: 2, sd: 1 } }, { x: 2, mean: 1, sd: 0, difference: { mean: 0, sd: 0 } }]);
    expect(ownFigures(alone)[0].table?.[0]).toEqual(["k", "level", "samples", "minus level (95 % interval)"]);
  });

  test("lines of several networks have their names before their own", () => {
    const both = result(lines, over([1, 1, 1], [2, 3, 4]), over([2, 2, 2], [2, 3, 4]));
    expect(seriesOf(both, "own").map(({ name }) => name)).toEqual([
      "plain, level", "plain, samples", "dropout, level", "dropout, samples"]);
  });

  test("tiles are the first seed's, a picture for each network", () => {
    const one = answer({ ...tiles, of: () => [[-1, 1]] }), all = result(tiles, [one, one, one], [one, one, one]);
    expect(ownFigures(all).map(({ name, caption }) => [name, caption])).toEqual([
      ["own-plain", "Seed 1. Black is −1.000, grey 0, white 1.000."],
      ["own-dropout", "Seed 1. Black is −1.000, grey 0, white 1.000."]]);
  });

  test("networks whose training failed are left out", () => {
    const some = result({ ...histogram, bins: 2 }, spread([1, 2, 3]), []);
    expect(seriesOf(some, "own").map(({ name }) => name)).toEqual(["plain"]);
  });

  test("the report has the figure and its numbers", () => {
    const page = htmlReport(sizes, undefined);
    expect(page).toContain('<figure id="own">');
    expect(page).toContain("+2.00 (−0.48 to +4.48)");
  });
});
