import { htmlReport } from "../../src/report/html.ts";
import { curvesOf, errorRange } from "../../src/report/curves.ts";
import { runOf, sampleExhibits, sampleResult } from "./sample.ts";

describe("the curves of a report", () => {
  test("join measured epochs across those that were not measured", () => {
    const [, dropout] = curvesOf([runOf("plain", 1, [20, 10]), runOf("dropout", 1, [15, null, 0])], "testError");
    expect(dropout.points.map(({ x }) => x)).toEqual([10, 30]);
  });

  test("leave out an epoch that not every seed measured", () => {
    const [uneven] = curvesOf([runOf("plain", 1, [9, 8, 7]), runOf("plain", 2, [9, null, 7])], "testError");
    expect(uneven.points.map(({ x }) => x)).toEqual([10, 30]);
  });

  test("are fitted to what comes after the first tenth, and the page says so", () => {
    const plain = [90, 13, 12, 12, 12, 12, 12, 12, 12, 12];
    const runs = [runOf("plain", 1, plain), runOf("dropout", 1, [80, 12, 11])];
    expect(errorRange(curvesOf(runs, "testError"))).toEqual({ from: 11, to: 13 });
    const text = htmlReport({ ...sampleResult, runs }, sampleExhibits);
    expect(text).toContain("The axis does not begin at 0. The first epochs run off the top; the table has them.");
  });

  test("never reach beyond 100 %, however large the deviation", () => {
    const pair = curvesOf([runOf("plain", 1, [10, 99]), runOf("plain", 2, [10, 1])], "testError");
    expect(errorRange(pair, 100).to).toBeLessThanOrEqual(100);
  });

  test("are left out where nothing was measured", () => {
    const runs = sampleResult.runs.map((run) => (
      { ...run, epochs: run.epochs.map((point) => ({ ...point, trainError: null })) }));
    const text = htmlReport({ ...sampleResult, runs }, sampleExhibits);
    expect(text.match(/<div class="chart/g)).toHaveLength(2);
    expect(text).not.toContain('id="training-error"');
  });

  test("of a single epoch, or of errors that are all zero, are still a drawing", () => {
    const zeros = [runOf("plain", 1, [0, 0]), runOf("dropout", 1, [0, 0])];
    for (const runs of [[runOf("plain", 1, [12])], zeros]) {
      expect(htmlReport({ ...sampleResult, runs }, sampleExhibits)).not.toMatch(/NaN|Infinity|undefined/);
    }
  });
});
