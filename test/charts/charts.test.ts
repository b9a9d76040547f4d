import { describe, expect, test } from "@jest/globals";
import { barChart, heatMap, histogram, lineChart, statisticOf, tiles, type Chart } from "chainrule/charts";
import { axisFor, growByFactors, logAxisFor, tickLabels } from "../../src/charts/axis.ts";

const points = (ys: readonly number[]) => ys.map((y, i) => ({ x: i + 1, y }));
const two = [{ name: "plain", points: points([20, 10]) },
  { name: "dropout", points: [{ x: 1, y: 15 }, { x: 3, y: 0 }] }];

const all: readonly (readonly [string, Chart])[] = [
  ["line", lineChart({ title: "Error", series: two, x: { label: "epoch" }, y: { unit: " %" } })],
  ["log line", lineChart({ title: "Error", series: two.slice(0, 1), x: { log: true }, y: { log: true } })],
  ["bars", barChart({ title: "Error", unit: " %", bars: [{ name: "a", value: 3, sd: 1 }, { name: "b", value: -2 }] })],
  ["heat map", heatMap({
    title: "Error", x: { label: "keep", values: [0.25, 0.75, 1] }, y: { label: "lr", values: [0.1, 1] },
      cells: [[1, 2, 3], [4, null, 6]],
  })],
  ["histogram", histogram({ title: "Weights", values: [1, 2, 2, 3, 3, 3], bins: 3, label: "size" })],
  ["tiles", tiles({ title: "Filters", width: 2, height: 2, tiles: [{ values: [0, 1, 1, 0], label: "x" },
    { values: [1, 1, 0, 0] }] })],
];

describe.each(all)("a chart of kind %s", (_, chart) => {
  test.each([200, 340, 720])("as SVG %d wide stands alone: its name space, its size, words, light and dark",
    (width) => {
    const svg = chart.svg({ width });
    expect(svg).toMatch(new RegExp(`^<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} `));
    expect(svg).toMatch(/<title>[^<]+<\/title>\n<desc>[^<]+<\/desc>/);
    expect(svg).toContain("prefers-color-scheme: dark");
    expect(svg).not.toMatch(/NaN|Infinity|undefined|null|var\(/);
  });

  test("closes every tag it opens, in order", () => {
    const open: string[] = [];
    for (const [tag, name] of chart.svg().replace(/<style>.*?<\/style>/s, "").matchAll(/<\/?([a-zA-Z]+)[^>]*>/g)) {
      if (tag.endsWith("/>")) continue;
      if (tag.startsWith("</")) expect(open.pop()).toBe(name);
      else open.push(name);
    }
    expect(open).toEqual([]);
  });

  test.each([20, 30, 40, 80, 140, 200])("as text is never wider than %d columns, and has no escape code", (columns) => {
    const lines = chart.text({ columns }).split("\n");
    expect(Math.max(...lines.map((line) => Array.from(line).length))).toBeLessThanOrEqual(columns);
    expect(lines.join("")).not.toContain("\u001b");
  });

  test("refuses what it does not know", () => {
    const options: object = { colour: "red" };
    expect(() => chart.svg(options)).toThrow(/colour/);
  });
});

describe("a line chart", () => {
  test("draws a letter for each point: * for the first series, o for the second, @ where several meet", () => {
    const meeting = [{ name: "a", points: points([4, 2, 1]) }, { name: "b", points: points([4, 3, 3]) }];
    const body = lineChart({ title: "", series: meeting }).text().split("\n").slice(1,
      -2).map((line) => line.replace(/^.*?[|+]/, "")).join("");
    const count = (mark: string) => body.split(mark).length - 1;
    expect([count("*"), count("o"), count("@")]).toEqual([2, 2, 1]);
  });

  test("puts a point on the row of its value", () => {
    const lines = lineChart({ title: "", series: two, y: { unit: " %" } }).text().split("\n");
    expect(lines.find((line) => line.trim().startsWith("20 % +"))).toContain("*");
    expect(lines.find((line) => line.trim().startsWith("0 % +"))).toMatch(/o$/);
  });

  test("draws the band one deviation either side of the mean", () => {
    const series = [{ name: "a", points: [{ x: 0, y: 10, sd: 2 }, { x: 1, y: 10, sd: 2 }] }];
    const svg = lineChart({ title: "", series, y: { from: 0, to: 20 } }).svg();
    const [, band = ""] = /fill-opacity="0.18" d="M([^"]*)Z"/.exec(svg) ?? [],
      heights = band.split("L").map((pair) => Number(pair.split(" ")[1]));
    const [, line = ""] = /stroke-linejoin="round" d="M([^"]*)"/.exec(svg) ?? [],
      mean = Number(line.split("L")[0].split(" ")[1]);
    expect(heights[0]).toBe(heights[1]);
    expect(mean - heights[0]).toBeCloseTo(heights[2] - mean, 6);
  });

  test("keeps the names at the ends of lines a line of text apart, also for seven of them", () => {
    const series = Array.from({ length: 7 }, (_, i) => ({ name: `n${i}`, points: points([1, 1 + i / 1000]) }));
    const svg = lineChart({ title: "", series }).svg({ width: 340 });
    const heights = [...svg.matchAll(/y="([\d.]+)" text-anchor="start" font-weight="600">n\d/g)].map(
      ([, y]) => Number(y));
    expect(heights).toHaveLength(7);
    heights.sort((a, b) => a - b).slice(1).forEach((y, i) => expect(y - heights[i]).toBeGreaterThan(16));
  });

  test("cuts a name that has no room in its middle: what names differ in is often their last word", () => {
    const name = "with all of the many options that there are, lr 0.001";
    const svg = lineChart({ title: "", series: [{ name, points: points([1, 2]) }] }).svg({ width: 340 });
    expect(svg).toMatch(/font-weight="600">with a[^<]*…[^<]*0\.001/);
  });

  test("tells the last values with the same decimals, as many as the largest needs", () => {
    const last = (...values: readonly number[]) => {
      const series = values.map((value, i) => ({ name: `n${i}`, points: points([2, value]) }));
      const svg = lineChart({ title: "", series }).svg();
      return [...svg.matchAll(/<tspan[^>]*> ([^<]*)</g)].map(([, text]) => text).sort();
    };
    expect(last(18.2, 0, 1.166)).toEqual(["0.00", "1.17", "18.20"]);
    expect(last(0.0414, 0.0021)).toEqual(["0.0021", "0.0414"]);
  });

  test("draws several series in one look, and calls it no meeting if those of one look meet", () => {
    const series = ["a", "b", "c"].map((name, i) => ({ name, points: points([4, 3 - i]), look: i === 2 ? 1 : 0 }));
    const chart = lineChart({ title: "", series });
    expect(chart.text()).toContain("* a   * b   o c");
    const [first] = chart.text().split("\n").slice(1);
    expect(first).toContain("@");
    expect(lineChart({ title: "", series: series.slice(0, 2) }).text()).not.toContain("@");
    const strokes = [...chart.svg().matchAll(/stroke="([^"]+)" fill="none" stroke-width="2.25"/g)].map(([, look]) => look);
    expect(strokes).toHaveLength(3);
    expect(strokes[1]).toBe(strokes[0]);
    expect(strokes[2]).not.toBe(strokes[0]);
    expect(() => lineChart({ title: "", series: [{ name: "a", points: points([1]), look: -1 }] })).toThrow(/"a" look.*got -1/);
  });

  test("refuses numbers that are not finite, and logarithms of what is not above zero", () => {
    expect(() => lineChart({ title: "", series: [{ name: "a", points: [{ x: 1, y: NaN }] }] })).toThrow(
      /"a" y, at index 0.*NaN/);
    expect(() => lineChart({ title: "", series: two, y: { log: true } }).svg()).toThrow(/above 0/);
    expect(() => lineChart({ title: "", series: [] })).toThrow(/series/);
  });

  test("escapes names", () => {
    expect(lineChart({ title: "<b>", series: [{ name: "<i>&", points: points([1]) }] }).svg()).not.toMatch(/<b>|<i>/);
  });
});

test("a bar is as long as its value", () => {
  const bars = [{ name: "a", value: 1 }, { name: "b", value: 3 }];
  const lengths = barChart({ title: "", bars }).text().split("\n").slice(1).map((line) => line.split("█").length - 1);
  expect(lengths[1] / lengths[0]).toBeCloseTo(3, 1);
});

test("error bars are cut at the ends of the axis that are given, which hold all values", () => {
  const chart = barChart({ title: "", bars: [{ name: "a", value: 90, sd: 60 }, { name: "b", value: 5, sd: 20 }],
    from: 0, to: 100 });
  const numbers = [...chart.svg().matchAll(/text-anchor="middle">([^<]*)</g)].map(([, text]) => Number(text));
  expect(numbers).toEqual([0, 20, 40, 60, 80, 100]);
  const within = { title: "", bars: [{ name: "a", value: 1 }], from: 2, to: 1 };
  expect(() => barChart(within)).toThrow(/barChart: expected finite ends in order, got from 2 to 1/);
});

test("a histogram counts: of 1, 2, 2, 3, 3, 3 in three bins the last is the fullest", () => {
  const [, row] = histogram({ title: "", values: [1, 2, 2, 3, 3, 3], bins: 3 }).text().split("\n");
  expect(row).toBe("▃▆█");
});

test("a heat map refuses cells that are no rectangle", () => {
  const axes = { x: { label: "", values: [1, 2] }, y: { label: "", values: [1] } };
  expect(() => heatMap({ title: "", ...axes, cells: [[1]] })).toThrow(/1 rows of 2/);
});

test("a tile refuses more values than it has room for", () => {
  expect(() => tiles({ title: "", width: 2, height: 1, tiles: [{ values: [1, 2, 3] }] })).toThrow(
    /2 x 1 = 2.*3 values/);
});

describe("an axis", () => {
  test.each([
    [0, 20, 5, [0, 5, 10, 15, 20]],
    [12.3, 15.1, 4, [12, 13, 14, 15, 16]],
    [0, 0.3, 4, [0, 0.1, 0.2, 0.3]],
    [0, 100, 6, [0, 20, 40, 60, 80, 100]],
  ])("from %d to %d in %d steps has its ticks at round numbers", (low, high, count, ticks) => {
    expect(axisFor(low, high, count).ticks).toEqual(ticks);
  });

  test("of whole things has no ticks between them", () => {
    expect(axisFor(0, 2, 6, 1).ticks).toEqual([0, 1, 2]);
  });

  test("of logarithms gives a factor of ten the same length everywhere", () => {
    const axis = logAxisFor(0.001, 10, 5);
    expect(axis.at(0.1) - axis.at(0.01)).toBeCloseTo(axis.at(10) - axis.at(1), 12);
    expect(axis.ticks).toEqual([0.001, 0.01, 0.1, 1, 10]);
    expect(tickLabels(axis)).toEqual(["0.001", "0.01", "0.1", "1", "10"]);
  });

  test.each([
    [[0.001, 0.01, 0.1], true], [[1, 2, 4, 8], true], [[0.3, 0.5, 0.8], false], [[1, 2, 3, 4, 5, 6, 7, 8], false],
      [[0, 1, 10], false],
  ])("values %p grow by factors: %p", (values, expected) => {
    expect(growByFactors(values)).toBe(expected);
  });
});

test("the standard deviation is that of a sample, and there is none of one value", () => {
  // (4 + 1 + 9) / 2 = 7
  expect(statisticOf([1, 2, 6])).toEqual({ mean: 3, sd: Math.sqrt(7) });
  expect(statisticOf([5])).toEqual({ mean: 5, sd: null });
});
