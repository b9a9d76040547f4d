import { htmlReport } from "../../src/report/html.ts";
import { axisFor } from "../../src/report/html/axis.ts";
import { drawChart, NARROW, rangeOf, WIDE } from "../../src/report/html/chart.ts";
import { curvesOf } from "../../src/report/html/curves.ts";
import { runOf, sampleExhibits, sampleResult } from "./sample.ts";

describe("a chart", () => {
  const curves = curvesOf([runOf("plain", 1, [20, 10]), runOf("dropout", 1, [15, null, 0])], "testError");

  test("puts each mean where the axes say", () => {
    // The axes end at epoch 30 and at 20 %. The wide frame leaves 540 x 280 from (40, 36), the narrow
    // 230 x 200 from (30, 36).
    const range = rangeOf(curves, 5);
    const wide = drawChart("a", "Error", curves, range, WIDE).text;
    expect(wide).toContain('<path class="line" d="M220 36L400 176"/>');
    expect(wide).toContain('<path class="line" d="M220 106L580 316"/>');
    const narrow = drawChart("a", "Error", curves, range, NARROW).text;
    expect(narrow).toContain('<path class="line" d="M106.7 36L183.3 136"/>');
  });

  test("draws the band one deviation either side of the mean", () => {
    // Of 8 and 12 the mean is 10, the deviation the root of 8, 2.83; of 10 and 10 there is none.
    const pair = curvesOf([runOf("plain", 1, [8, 10]), runOf("plain", 2, [12, 10])], "testError");
    const range = { error: axisFor(0, 20, 4), lastEpoch: 20 };
    const band = /class="band" d="([^"]*)"/.exec(drawChart("a", "Error", pair, range, WIDE).text)?.[1];
    expect(band).toBe("M310 136.4L580 176L580 176L310 215.6Z");
  });

  test("joins measured epochs across those that were not measured", () => {
    expect(curves.dropout.map((point) => point.epoch)).toEqual([10, 30]);
  });

  test("leaves out an epoch that not every seed measured", () => {
    const uneven = curvesOf([runOf("plain", 1, [9, 8, 7]), runOf("plain", 2, [9, null, 7])], "testError");
    expect(uneven.plain.map((point) => point.epoch)).toEqual([10, 30]);
  });

  test("is fitted to what comes after the first tenth, and the page says so", () => {
    const plain = [90, 13, 12, 12, 12, 12, 12, 12, 12, 12];
    const runs = [runOf("plain", 1, plain), runOf("dropout", 1, [80, 12, 11])];
    const { error } = rangeOf(curvesOf(runs, "testError"), 5);
    expect([error.from, error.to]).toEqual([11, 13]);
    const text = htmlReport({ ...sampleResult, runs }, sampleExhibits);
    expect(text).toContain("The axis begins at 11 %. Errors above 13 % run off the top");
  });

  test("is left out where nothing was measured", () => {
    const runs = sampleResult.runs.map((run) => (
      { ...run, epochs: run.epochs.map((point) => ({ ...point, trainError: null })) }));
    const text = htmlReport({ ...sampleResult, runs }, sampleExhibits);
    expect(text.match(/<svg class="chart/g)).toHaveLength(2);
    expect(text).not.toContain("trainError");
  });

  test("of a single epoch, or of errors that are all zero, is still a drawing", () => {
    const zeros = [runOf("plain", 1, [0, 0]), runOf("dropout", 1, [0, 0])];
    for (const runs of [[runOf("plain", 1, [12])], zeros]) {
      expect(htmlReport({ ...sampleResult, runs }, sampleExhibits)).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  test("names the curves at their ends, a line apart", () => {
    const near = curvesOf([runOf("plain", 1, [10, 5]), runOf("dropout", 1, [10, 5.01])], "testError");
    const text = drawChart("a", "Error", near, rangeOf(near, 5), WIDE).text;
    const [upper, lower] = [...text.matchAll(/class="name" x="[^"]*" y="([^"]*)"[^>]*>(\w+)/g)];
    expect([upper[2], lower[2]]).toEqual(["dropout", "plain"]);
    expect(Number(lower[1]) - Number(upper[1])).toBeCloseTo(17, 0);
  });
});

describe("an axis", () => {
  test.each([
    [0, 20, 5, [0, 5, 10, 15, 20]],
    [12.3, 15.1, 4, [12, 13, 14, 15, 16]],
    [0, 0.3, 4, [0, 0.1, 0.2, 0.3]],
    [0, 0, 4, [0, 0.5]],
    [0, 100, 6, [0, 20, 40, 60, 80, 100]],
  ])("from %d to %d in %d steps has its ticks at round numbers", (low, high, count, ticks) => {
    expect(axisFor(low, high, count).ticks).toEqual(ticks);
  });

  test("of whole things has no ticks between them", () => {
    expect(axisFor(0, 2, 6, 1).ticks).toEqual([0, 1, 2]);
  });
});
