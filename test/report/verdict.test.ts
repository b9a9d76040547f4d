import { describe, expect, test } from "@jest/globals";
import { compare } from "../../src/report/comparison.ts";
import type { Run } from "../../src/report/result.ts";
import { runOf } from "./sample.ts";

/** Runs of seeds 1, 2, 3 … that ended with these test errors. */
function runsWith(plain: readonly number[], dropout: readonly number[]): Run[] {
  return [...plain.map((error, i) => runOf("plain", i + 1, [error])),
    ...dropout.map((error, i) => runOf("dropout", i + 1, [error]))];
}

const sentence = (plain: readonly number[], dropout: readonly number[], digits = 5000) =>
  compare(runsWith(plain, dropout), digits).sentence;

describe("the comparison", () => {
  test("the sample standard deviation of 15, 16 and 17 is 1", () => {
    const { arms: { plain } } = compare(runsWith([15, 16, 17], [13, 14, 15]), 5000);
    expect(plain.testError).toEqual({ mean: 16, sd: 1 });
    expect(plain.trainError).toEqual({ mean: 16, sd: 1 });
  });

  test("the difference is dropout minus plain, paired by seed whatever the order of the runs", () => {
    const runs = runsWith([10, 20, 30], [8, 19, 27]).reverse();
    // 4.303 standard errors of 1 / sqrt(3) either side: 2.48.
    const [{ interval, ...pair }] = compare(runs, 5000, undefined, ["plain", "dropout"]).comparisons;
    expect(pair).toMatchObject({ difference: { mean: -2, sd: 1 }, seeds: 3, improved: 3, worsened: 0 });
    expect(interval?.map((end) => end.toFixed(2))).toEqual(["-4.48", "0.48"]);
  });

  test("an equal error is no improvement", () => {
    expect(compare(runsWith([10, 20], [10, 19]), 5000).comparisons[0].improved).toBe(1);
  });

  test("the errors are those of the last epoch", () => {
    const runs = [runOf("plain", 1, [50, 12]), runOf("dropout", 1, [60, 11])];
    expect(compare(runs, 5000).comparisons[0].difference).toEqual({ mean: -1, sd: null });
  });

  test("one seed has no deviation", () => {
    const { arms: { plain, dropout } } = compare(runsWith([15], [14]), 5000);
    expect([plain.testError.sd, dropout.testError.sd]).toEqual([null, null]);
  });
});

describe("the sentence", () => {
  test("says that dropout lowered the error where it did on all seeds", () => {
    expect(sentence([15, 15.2, 15.4], [13.4, 13.7, 14])).toBe(
      "Dropout lowered the test error from 15.2 ± 0.2 % to 13.7 ± 0.3 %, on all 3 seeds.");
  });

  test("says that dropout did not help where it raised the error", () => {
    expect(sentence([13.4, 13.7, 14], [15, 15.2, 15.4])).toBe("Dropout did not help here: " +
      "it raised the test error from 13.7 ± 0.3 % to 15.2 ± 0.2 %, on all 3 seeds.");
  });

  test("calls a difference that three seeds could show by chance unclear, though it fell", () => {
    // Differences -2, -1 and 0: mean -1, sd 1, so one standard error is 0.58; chance reaches 4.303 of them.
    expect(sentence([15, 15, 15], [13, 14, 15])).toBe("No clear difference: the test error was " +
      "15.0 ± 0.0 % without dropout and 14.0 ± 1.0 % with it (lower on 2 of 3 seeds), " +
      "within the noise of 3 seeds.");
  });

  test("more seeds make the same differences clear", () => {
    // Again mean -1; now nine seeds, sd 0.866, so one standard error is 0.29; chance reaches 2.306 of them.
    const dropout = [13, 14, 15, 13, 14, 15, 13, 14, 15];
    expect(sentence(dropout.map(() => 15), dropout)).toMatch(/^Dropout lowered .*, on 6 of 9 seeds\.$/);
  });

  test("is not taken in by two seeds that differ by the same few digits", () => {
    // 100 test digits: an error of 11 % against one of 14 % is three digits.
    expect(sentence([14, 14], [11, 11], 100)).toMatch(/^No clear difference: .*\(lower on both seeds\)/);
  });

  test("calls two networks identical where every number is the same", () => {
    expect(sentence([12, 13], [12, 13])).toBe("Identical: without dropout and with it every number is the same, "
      + "on both seeds; the test error was 12.5 ± 0.7 %.");
    expect(sentence([12, 13], [13, 12])).toMatch(/^No clear difference: .*\(lower on 1 of 2 seeds\)/);
  });

  test("tells small errors to a hundredth", () => {
    expect(sentence([1.62], [1.06], 10_000)).toBe(
      "With dropout the test error was 1.06 %, without it 1.62 %: one seed alone, it may be chance.");
    expect(sentence([1.5, 1.6, 1.7], [1.0, 1.1, 1.2], 10_000)).toBe(
      "Dropout lowered the test error from 1.60 ± 0.10 % to 1.10 ± 0.10 %, on all 3 seeds.");
  });

  test("says of a single seed that it may be chance, whichever way it went", () => {
    expect(sentence([15.2], [13.7])).toBe(
      "With dropout the test error was 13.7 %, without it 15.2 %: one seed alone, it may be chance.");
    expect(sentence([13.7], [15.2])).toBe(
      "With dropout the test error was 15.2 %, without it 13.7 %: one seed alone, it may be chance.");
  });

  test("of other networks names both", () => {
    const runs = [...[15, 15.2, 15.4].map((error, i) => runOf("SGD", i + 1, [error])),
      ...[13.4, 13.7, 14].map((error, i) => runOf("Adam", i + 1, [error]))];
    expect(compare(runs, 5000).sentence).toBe(
      "Adam lowered the test error from 15.2 ± 0.2 % to 13.7 ± 0.3 %, beside SGD, on all 3 seeds.");
  });

  test("of many names the lowest, and those that are clearly lower than the first", () => {
    const runs = [["a", 15, 15.2, 15.4], ["b", 15.1, 15.1, 15.4],
      ["c", 10, 10.2, 10.4]].flatMap(([name, ...errors]) => (
      errors.map((error, i) => runOf(String(name), i + 1, [Number(error)]))));
    expect(compare(runs, 5000).sentence).toBe(
      "The lowest test error of 3 was that of c: 10.2 ± 0.2 %; clearly lower than a (15.2 ± 0.2 %): c.");
  });

  test("in a sweep each is compared with the first variant at the same values", () => {
    const errors = { "a, lr 1": [30, 20], "a, lr 2": [15, 15.4], "b, lr 1": [29, 21], "b, lr 2": [13, 13.3] };
    const runs = Object.entries(errors).flatMap(([name, list]) => list.map((error, i) => runOf(name, i + 1, [error])));
    const of = (arm: string) => (arm.startsWith("b") ? arm.replace("b", "a") : undefined);
    const { comparisons, sentence: words } = compare(runs, 5000, undefined, undefined,
      { of, name: "a with the same values" });
    expect(comparisons.map(({ arm, baseline, difference: { mean } }) => [arm, baseline, mean.toFixed(2)])).toEqual([
      ["b, lr 1", "a, lr 1", "0.00"], ["b, lr 2", "a, lr 2", "-2.05"]]);
    expect(words).toBe(
      "The lowest test error of 4 was that of b, lr 2: 13.2 ± 0.2 %; "
      + "clearly lower than a with the same values: b, lr 2.");
  });

  test("of the first alone and others that have nothing to be compared with the lowest is told", () => {
    const runs = [runOf("a", 1, [10]), runOf("a", 2, [12]), runOf("b", 1, [9]), runOf("b", 2, [9])];
    const { sentence: words } = compare(runs, 5000, undefined, undefined, { of: () => undefined, name: "c" });
    expect(words).toBe("The lowest test error of 2 was that of b: 9.0 ± 0.0 %.");
  });

  test("tells what differs with as many decimals as it takes to see it", () => {
    expect(sentence([12.24], [12.16])).toBe(
      "With dropout the test error was 12.16 %, without it 12.24 %: one seed alone, it may be chance.");
  });

  test("shows a small deviation finer rather than as none", () => {
    expect(sentence([15, 15, 15.06], [13, 13, 13])).toContain("from 15.02 ± 0.03 % to 13.00 ± 0.00 %");
  });
});
