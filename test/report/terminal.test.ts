import { describe, expect, test } from "@jest/globals";
import { terminalOf } from "../../src/environment.node.ts";
import { LiveLines } from "../../src/report/live-lines.node.ts";
import { paintFor } from "../../src/report/paint.node.ts";
import { clock, ProgressLayout, progressSentence, type RunProgress } from "../../src/report/progress.ts";
import { compare } from "../../src/report/comparison.ts";
import { comparisonTable } from "../../src/report/table.ts";
import { wholeColumns, wrap } from "../../src/report/wrap.ts";
import { sampleResult, singleSeedResult } from "./sample.ts";

const run: RunProgress = {
  arm: "dropout", index: 1, seed: 2, epochs: 100, done: 40.5, loss: 0.25, trainError: 0.4, testError: 13.75,
  samplesPerSecond: 12345.6, secondsLeft: 65,
};
const unknown = { loss: null, trainError: null, testError: null, samplesPerSecond: null, secondsLeft: null };

describe("what a terminal can do", () => {
  test.each([
    ["a terminal", { isTTY: true }, {}, true],
    ["no terminal", {}, {}, false],
    ["NO_COLOR, which is about colour", { isTTY: true }, { NO_COLOR: "1" }, true],
    ["CI=true", { isTTY: true }, { CI: "true" }, false],
    ["CI=false", { isTTY: true }, { CI: "false" }, true],
    ["TERM=dumb", { isTTY: true }, { TERM: "dumb" }, false],
  ])("live lines with %s", (_, output, environment, live) => {
    expect(terminalOf(output, environment).live).toBe(live);
  });

  test("the width is asked for each time, and 80 where it is not known", () => {
    const output = { isTTY: true, columns: 100 };
    const terminal = terminalOf(output, {});
    expect(terminal.columns).toBe(100);
    output.columns = 60;
    expect(terminal.columns).toBe(60);
    output.columns = 0;
    expect(terminal.columns).toBe(80);
  });

  test("a terminal that was resized is asked, as Node is told of it late", () => {
    const output = { isTTY: true, columns: 100, _refreshSize() { this.columns = 60; } };
    expect(terminalOf(output, {}).columns).toBe(60);
  });

  test.each([
    ["an old terminal", { isTTY: true }, {}, 1],
    ["256 colours", { isTTY: true }, { TERM: "xterm-256color" }, 2],
    ["all colours", { isTTY: true }, { TERM: "xterm", COLORTERM: "truecolor" }, 3],
    ["no terminal", {}, {}, 0],
    ["NO_COLOR", { isTTY: true }, { NO_COLOR: "1" }, 0],
    ["an empty NO_COLOR, which counts as none", { isTTY: true }, { NO_COLOR: "" }, 1],
    ["FORCE_COLOR=0 in a terminal", { isTTY: true }, { FORCE_COLOR: "0" }, 0],
    ["FORCE_COLOR=1 in a file", {}, { FORCE_COLOR: "1" }, 1],
    ["FORCE_COLOR=1 beside NO_COLOR", {}, { FORCE_COLOR: "1", NO_COLOR: "1" }, 1],
    ["FORCE_COLOR=0 beside COLORTERM", { isTTY: true }, { FORCE_COLOR: "0", COLORTERM: "truecolor" }, 0],
    ["FORCE_COLOR=false", { isTTY: true }, { FORCE_COLOR: "false" }, 0],
    ["FORCE_COLOR=true", {}, { FORCE_COLOR: "true" }, 1],
    ["an empty FORCE_COLOR, which counts as 1", {}, { FORCE_COLOR: "" }, 1],
    ["FORCE_COLOR=2 with TERM=dumb", { isTTY: true }, { FORCE_COLOR: "2", TERM: "dumb" }, 2],
    ["FORCE_COLOR=3 in CI", {}, { FORCE_COLOR: "3", CI: "true" }, 3],
  ])("colours with %s", (_, output, environment, colours) => {
    expect(terminalOf(output, environment).colours).toBe(colours);
  });

  test("paint has colours in a terminal and nothing at all elsewhere", () => {
    expect(paintFor({ live: true, colours: 3, columns: 80 }).series(0, "x")).toMatch(/\u001b\[.*x/);
    const paint = paintFor({ live: false, colours: 0, columns: 80 });
    expect(paint.series(0, "x") + paint.strong("y") + paint.faint("z")).toBe("xyz");
  });

  test.each([2, 3] as const)("at level %i each colour has a contrast of 4.5:1 on black and on white (WCAG)", (colours) => {
    const paint = paintFor({ live: true, colours, columns: 80 });
    const painted = [...Array.from({ length: 7 }, (_, i) => paint.series(i, "x")), paint.faint("x")];
    const numbers = painted.flatMap((text) => (text === "x" ? [] : [Number(/38;5;(\d+)m/.exec(text)?.[1])]));
    expect(new Set(numbers).size).toBe(6);
    for (const number of numbers) {
      // The cube of 6 x 6 x 6 colours from 16 on, and the greys from 232 on, as xterm defines them.
      const levels = [0, 95, 135, 175, 215, 255], cube = number - 16;
      const rgb = number >= 232 ? [0, 0, 0].map(() => 8 + 10 * (number - 232))
        : [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((level) => levels[level]);
      const [r, g, b] = rgb.map((part) => {
        const share = part / 255;
        return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      expect(Math.min(1.05 / (luminance + 0.05), (luminance + 0.05) / 0.05)).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("16 colours, which may be any, are not used: text stays as it is, or bold", () => {
    const paint = paintFor({ live: true, colours: 1, columns: 80 });
    expect(paint.series(1, "x") + paint.faint("y")).toBe("xy");
    expect(paint.strong("z")).toBe("\u001b[1mz\u001b[22m");
  });
});

describe("live lines", () => {
  function drawn(columns: () => number): { written: string[]; lines: LiveLines } {
    const written: string[] = [];
    const terminal = { live: true, colours: 0 as const, get columns() { return columns(); } };
    return { written, lines: new LiveLines({ write: (text) => written.push(text) }, terminal) };
  }

  test("go back over as many rows as they filled, and give the cursor back at the end", () => {
    const { written, lines } = drawn(() => 80);
    lines.draw(["one", "two"]);
    lines.draw(["three"], ["stays"]);
    lines.end();
    expect(written).toEqual(["\u001b[?25l", "one\ntwo\n", "\u001b[2A\r\u001b[0Jstays\nthree\n", "\u001b[?25h"]);
  });

  test("count a line twice when the window has become half as wide, and no escape codes", () => {
    let columns = 80;
    const { written, lines } = drawn(() => columns);
    lines.draw([`\u001b[1m${"x".repeat(70)}\u001b[0m`]);
    columns = 40;
    lines.draw(["y"]);
    lines.end();
    expect(written[2]).toBe("\u001b[2A\r\u001b[0Jy\n");
  });
});

describe("progress", () => {
  const arms = ["plain", "dropout"];
  const layoutIn = (columns: number, lastSeed = 3, epochs = 100) => new ProgressLayout(columns,
    { arms, lastSeed, epochs });

  test.each([
    [0, "0:00"], [8.2, "0:09"], [125, "2:05"], [3723, "1:02:03"], [359_999, "99:59:59"], [360_000, "100 h"],
  ])("%d seconds are %s", (seconds, text) => {
    expect(clock(seconds)).toBe(text);
  });

  test("no line is as wide as the terminal, from 30 to 200 columns and from a second to 99 hours", () => {
    const whole = { done: 3, tasks: 1000, share: 0.4 };
    for (let columns = 30; columns <= 200; columns++) {
      for (const [lastSeed, epochs] of [[3, 100], [1000, 1_000_000]]) {
        const layout = layoutIn(columns, lastSeed, epochs);
        for (const secondsLeft of [null, 1, 59, 3599, 3600, 35_999, 356_400]) {
          const lines = [
            layout.heading(), layout.line({ ...run, secondsLeft, epochs, seed: lastSeed }),
              layout.whole({ ...whole, secondsLeft }),
            layout.line({ ...run, ...unknown, done: 0, secondsLeft, epochs }),
          ];
          for (const line of lines) expect(Array.from(line).length).toBeLessThan(columns);
        }
      }
    }
  });

  test("the line holds seed, network, epoch, bar, loss, both errors, speed and time left", () => {
    expect(layoutIn(100).line(run).replace(/[━─]+/, "BAR").trim().split(/\s+/)).toEqual(
      ["2", "dropout", "40/100", "BAR", "0.2500", "0.40", "13.75", "12,346", "1:05"]);
  });

  test("a narrow line keeps the test error and the time left", () => {
    expect(layoutIn(44).line(run).trim().split(/\s+/)).toEqual(expect.arrayContaining(["2", "dropout", "40/100",
      "13.75"]));
  });

  test("the bar is as full as the run is far", () => {
    expect(layoutIn(200).line({ ...run, done: 50 })).toContain(` ${"━".repeat(15)}${"─".repeat(15)} `);
  });

  test("a huge loss does not widen the line", () => {
    const width = layoutIn(80).line(run).length;
    for (const loss of [12345.678, 1e20]) expect(layoutIn(80).line({ ...run, loss })).toHaveLength(width);
  });

  test("the plain sentence names its numbers, and what is not known is a dash", () => {
    expect(progressSentence({ ...run, done: 40 })).toBe("seed 2  dropout  epoch  40/100  loss 0.2500  " +
      "train  0.40 %  test 13.75 %  12,346 samples/s  1:05 left");
    expect(progressSentence({ ...run, ...unknown, done: 100 })).toMatch(/loss - .*- samples\/s {2}done$/);
  });
});

describe("the table", () => {
  test("has mean ± sd of both errors, the paired difference, and on how many seeds it fell", () => {
    const lines = comparisonTable(sampleResult.summary, 80).map((line) => line.replaceAll("\u00a0", " "));
    expect(lines).toEqual([
      "                    train error       test error",
      "plain             0.13 ± 0.06 %   15.25 ± 0.50 %",
      "dropout           0.50 ± 0.25 %   13.75 ± 0.38 %",
      "dropout - plain                   \u22121.50 ± 0.75 %",
      "Mean ± sample standard deviation over 3 seeds; the test error was lower with",
      "dropout on 2 of 3.",
      "95 % interval of the mean difference: \u22123.25 to +0.25 %.",
    ]);
  });

  test("of many networks has a row for each, without the training error if it does not fit", () => {
    const names = ["plain, lr 0.1", "momentum, lr 0.1", "momentum, lr 0.2"];
    const runs = names.flatMap((arm, i) => [1, 2, 3].map((seed) => ({
      arm, seed, epochs: [{ epoch: 1, loss: 1, trainError: 30 - i, testError: 35 - 3 * i + seed / 4 }] })));
    const summary = compare(runs, 5000), table = (columns: number) => comparisonTable(summary, columns).map((line) => (
      line.replaceAll("\u00a0", " ")));
    expect(table(120)[0]).toMatch(/^ +train error +test error +minus plain, lr 0\.1 +lower on +95 % interval$/);
    expect(table(80)[0]).toMatch(/^ +test error +minus plain, lr 0\.1 +lower on$/);
    expect(table(80)[3]).toMatch(/^momentum, lr 0\.2 +29\.50 ± 0\.25 % +−6\.00 ± 0\.00 % +3 of 3$/);
    expect(Math.max(...table(40).map((line) => line.length))).toBeLessThanOrEqual(40);
    const others = comparisonTable({ ...summary, baseline: "plain with the same values" }, 80);
    expect(others[0]).toMatch(/ difference +lower on/);
    expect(others).toContain("Differences are from plain with the same values.");
  });

  test.each([30, 40, 60, 80])("is never wider than %d columns", (columns) => {
    const lines = comparisonTable(sampleResult.summary, columns);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  });

  test("has no deviation with one seed", () => {
    expect(comparisonTable(singleSeedResult.summary, 80).join("\n")).not.toContain("±");
  });
});

test("a table that is too wide loses whole columns, never half a number", () => {
  const lines = ["  1 Affine  [64]        50,240  train", "  2 ReLU    [64]             -  train",
    "  total                 50,240"];
  expect(wholeColumns(lines, 40)).toEqual(lines);
  expect(wholeColumns(lines, 32).map((line) => line.length)).toEqual([30, 30, 30]);
  expect(wholeColumns(lines, 25)).toEqual(["  1 Affine  [64]", "  2 ReLU    [64]", "  total"]);
});

test("text is folded at spaces, and numbers stay with what belongs to them", () => {
  expect(wrap("the error was 13.4 ± 0.1 % then", 18)).toEqual(["the error was", "13.4 ± 0.1 % then"]);
  expect(wrap("a word-that-is-too-long b", 5)).toEqual(["a", "word-that-is-too-long", "b"]);
});
