import { describe, expect, test } from "@jest/globals";
import { terminalOf } from "../../src/environment.node.ts";
import { LiveLines } from "../../src/report/live-lines.node.ts";
import { paintFor } from "../../src/report/paint.node.ts";
import { clock, ProgressLayout, progressSentence, type RunProgress } from "../../src/report/progress.ts";
import { comparisonTable } from "../../src/report/table.ts";
import { textChart } from "../../src/report/text-chart.ts";
import { curvesOf } from "../../src/report/html/curves.ts";
import { wrap } from "../../src/report/wrap.ts";
import { runOf, sampleResult, singleSeedResult } from "./sample.ts";

const run: RunProgress = {
  arm: "dropout", seed: 2, epochs: 100, done: 40.5, loss: 0.25, trainError: 0.4, testError: 13.75,
  samplesPerSecond: 12345.6, secondsLeft: 65,
};
const unknown = { loss: null, trainError: null, testError: null, samplesPerSecond: null, secondsLeft: null };

describe("what a terminal can do", () => {
  test.each([
    ["a terminal", { isTTY: true }, {}, true],
    ["no terminal", {}, {}, false],
    ["NO_COLOR", { isTTY: true }, { NO_COLOR: "1" }, false],
    ["an empty NO_COLOR, which counts as none", { isTTY: true }, { NO_COLOR: "" }, true],
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

  test("paint has colours in a terminal and nothing at all elsewhere", () => {
    expect(paintFor({ live: true, columns: 80 }).arm("plain", "x")).toMatch(/\u001b\[.*x/);
    const paint = paintFor({ live: false, columns: 80 });
    expect(paint.arm("plain", "x") + paint.strong("y") + paint.faint("z")).toBe("xyz");
  });
});

describe("live lines", () => {
  function drawn(columns: () => number): { written: string[]; lines: LiveLines } {
    const written: string[] = [];
    const terminal = { live: true, get columns() { return columns(); } };
    return { written, lines: new LiveLines({ write: (text) => written.push(text) }, terminal) };
  }

  test("go back over as many rows as they filled, and give the cursor back at the end", () => {
    const { written, lines } = drawn(() => 80);
    lines.draw([{ text: "one", width: 3 }, { text: "two", width: 3 }]);
    lines.draw([{ text: "three", width: 5 }]);
    lines.end();
    expect(written).toEqual(["\u001b[?25l", "one\ntwo\n", "\u001b[2A\r\u001b[0Jthree\n", "\u001b[?25h"]);
  });

  test("count a line twice when the window has become half as wide", () => {
    let columns = 80;
    const { written, lines } = drawn(() => columns);
    lines.draw([{ text: "x".repeat(70), width: 70 }]);
    columns = 40;
    lines.draw([{ text: "y", width: 1 }]);
    lines.end();
    expect(written[2]).toBe("\u001b[2A\r\u001b[0Jy\n");
  });
});

describe("progress", () => {
  test.each([
    [0, "0:00"], [8.2, "0:09"], [125, "2:05"], [3723, "1:02:03"],
  ])("%d seconds are %s", (seconds, text) => {
    expect(clock(seconds)).toBe(text);
  });

  test.each([60, 80, 120])("a line in %d columns is that wide at most, and as wide as it says", (columns) => {
    const layout = new ProgressLayout(columns, 12, 100);
    for (const line of [layout.heading(), layout.line(run), layout.line({ ...run, ...unknown, done: 0 })]) {
      expect(line.text.length).toBe(line.width);
      expect(line.width).toBeLessThan(columns);
    }
  });

  test("the line holds seed, network, epoch, bar, loss, both errors, speed and time left", () => {
    const { text } = new ProgressLayout(80, 3, 100).line(run);
    expect(text.replace(/[━─]+/, "BAR").split(/\s+/)).toEqual(
      ["", "2", "dropout", "40/100", "BAR", "0.2500", "0.40", "13.75", "12,346", "1:05"]);
  });

  test("the bar is as full as the run is far", () => {
    const { text } = new ProgressLayout(200, 3, 100).line({ ...run, done: 50 });
    expect(text).toContain(` ${"━".repeat(15)}${"─".repeat(15)} `);
  });

  test("a huge loss does not widen the line", () => {
    for (const loss of [12345.678, 1e20]) {
      const line = new ProgressLayout(80, 3, 100).line({ ...run, loss });
      expect(line.text.length).toBe(line.width);
    }
  });

  test("paint has no width", () => {
    const layout = new ProgressLayout(80, 3, 100);
    const painted = layout.line(run, paintFor({ live: true, columns: 80 }));
    expect(painted.width).toBe(layout.line(run).text.length);
    expect(painted.text.length).toBeGreaterThan(painted.width);
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
    ]);
  });

  test("has no deviation with one seed", () => {
    expect(comparisonTable(singleSeedResult.summary, 80).join("\n")).not.toContain("±");
  });
});

describe("the chart", () => {
  const plain = runOf("plain", 1, [20, 18, 16, 16]), dropout = runOf("dropout", 1, [20, 16, 14, 12]);
  const lines = textChart(curvesOf([plain, dropout], "testError"), 60);

  test("draws a mark for each measurement: * plain, o dropout, @ where they meet", () => {
    const body = lines.slice(1, -2).map((line) => line.slice(9)).join("");
    const count = (mark: string) => body.split(mark).length - 1;
    expect([count("*"), count("o"), count("@")]).toEqual([3, 3, 1]);
  });

  test("names its marks, and the epochs at both ends", () => {
    expect(lines[0]).toContain("* plain   o dropout   @ both");
    expect(lines[lines.length - 1]).toMatch(/^ +1 +epoch +40$/);
  });

  test("puts a mark on the row of its value", () => {
    expect(lines.find((line) => line.includes("20 % +"))).toContain("@");
    expect(lines.find((line) => line.includes("12 % +"))).toMatch(/o$/);
  });

  test.each([30, 60, 80, 200])("is never wider than %d columns", (columns) => {
    const chart = textChart(curvesOf([plain, dropout], "testError"), columns);
    const widest = Math.max(...chart.slice(1).map((line) => line.length));
    expect(widest).toBeLessThanOrEqual(columns);
  });

  test("can show a single measurement", () => {
    const one = textChart(curvesOf([runOf("plain", 1, [20]), runOf("dropout", 1, [16])], "testError"), 60);
    expect(one.join("\n")).toMatch(/\*[^]*o/);
  });
});

test("text is folded at spaces, and numbers stay with what belongs to them", () => {
  expect(wrap("the error was 13.4 ± 0.1 % then", 18)).toEqual(["the error was", "13.4 ± 0.1 % then"]);
  expect(wrap("a word-that-is-too-long b", 5)).toEqual(["a", "word-that-is-too-long", "b"]);
});
