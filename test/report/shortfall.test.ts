import { expect, test } from "@jest/globals";
import { compare } from "../../src/report/comparison.ts";
import { figuresOf } from "../../src/report/figures.ts";
import { htmlReport } from "../../src/report/html.ts";
import { comparisonTable } from "../../src/report/table.ts";
import { runOf, sampleResult } from "./sample.ts";

/** Networks by name with their test errors by seed: null where the training failed. */
function summaryOf(errors: Readonly<Record<string, readonly (number | null)[]>>) {
  const all = Object.entries(errors).flatMap(([arm, list]) => list.map((error, i) => ({ arm, seed: i + 1, error })));
  const runs = all.flatMap(({ arm, seed, error }) => (error === null ? [] : [runOf(arm, seed, [error])]));
  const failed = all.filter(({ error }) => error === null).map(({ arm, seed }) => ({ arm, seed, failure: "diverged" }));
  return { runs, failed, summary: compare(runs, 5000, undefined, Object.keys(errors), undefined, failed) };
}

test("of two networks, errors are told of the seeds that both have, and how many those are", () => {
  const { summary } = summaryOf({ plain: [15, 15.2, 15.4, 90, 15.2], dropout: [13.4, 13.6, 13.8, null, null] });
  // Over seeds 1 to 3 plain has 15.2 ± 0.2; seed 4 would make it 30.16.
  expect(summary.sentence).toBe("Dropout lowered the test error from 15.2 ± 0.2 % to 13.6 ± 0.2 %, "
    + "on all 3 seeds that both have. 2 of 10 trainings have no result: dropout has 3 of 5 seeds.");
  expect(summary.arms["dropout"].seeds).toBe(3);
});

test("of many, the lowest is one with all seeds, and nothing is said of all", () => {
  const { summary } = summaryOf({ a: [15, 15.2, 15.4], b: [null, null, 5], c: [10, 10.2, 10.4] });
  expect(summary.sentence).toBe("The lowest test error of the 2 with all 3 seeds was that of c: 10.2 ± 0.2 %; clearly "
    + "lower than a (15.2 ± 0.2 %): c. 2 of 9 trainings have no result: b has 1 of 3 seeds.");
});

test("a network without any result is no reason to say that all others are clearly higher", () => {
  const { summary } = summaryOf({ a: [10, 10.2, 10.4], b: [15, 15.2, 15.4], c: [null, null, null] });
  expect(summary.sentence).toBe("The lowest test error of the 2 with all 3 seeds was that of a: 10.2 ± 0.2 %; clearly "
    + "higher: b. 3 of 9 trainings have no result: c has none of 3 seeds.");
});

test("networks that share no seed are not compared", () => {
  const { summary } = summaryOf({ plain: [15, null], dropout: [null, 13] });
  expect(summary.sentence).toMatch(/^Without dropout and with it no seed came to a result in both, so they cannot/);
  expect(comparisonTable(summary, 80).join("\n")).not.toContain("NaN");
});

test("the table says how many seeds count, and which networks failed", () => {
  const table = comparisonTable(summaryOf({ a: [15, 15.2], b: [13, null], c: [null, null] }).summary, 80).join("\n");
  expect(table).toMatch(/^b \(1 of 2 seeds\) /m);
  expect(table).toMatch(/^c +failed +failed$/m);
});

test("pictures and report say how many seeds count", () => {
  const { runs, failed, summary } = summaryOf({ plain: [15, 15.2], dropout: [13, null] });
  const result = { ...sampleResult, runs, failed, summary };
  const [{ chart, caption }] = figuresOf(result), words = "1 of 4 trainings has no result: dropout has 1 of 2 seeds.";
  expect(chart.svg()).toContain("dropout (1 of 2 seeds)");
  expect(caption).toContain(words);
  expect(htmlReport(result, undefined)).toContain("dropout (1 of 2 seeds)");
});

test("a picture of a sweep, whose points have no names, says that some are over fewer seeds", () => {
  const { runs, failed, summary } = summaryOf({ one: [15, 15.2], two: [13, null] });
  const variants = { one: "net", two: "net" }, sweeps = [{ flag: "--keep", values: [1, 2], of: { one: 1, two: 2 } }];
  const [{ chart }] = figuresOf({ ...sampleResult, runs, failed, summary, variants, sweeps });
  expect(chart.svg()).toContain("over --keep, some over fewer than 2 seeds");
});

test("where all trainings have a result nothing is said of seeds that count", () => {
  expect(summaryOf({ plain: [15, 15.2], dropout: [13, 13.4] }).summary.sentence).not.toContain("result");
});
