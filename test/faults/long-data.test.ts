/** Data longer than an engine takes as arguments of one call, of which there may be some 100,000. */
import {
  concat, CrossEntropy, Dataset, Identity, NegativeLogLikelihood, Sequential, Softmax, Tensor, zeros,
} from "chainrule";
import { barChart, heatMap, histogram, lineChart, tiles } from "chainrule/charts";
import { decisionRegions } from "chainrule/pictures";
import { reduced } from "../../src/trace/expressions/reduction.ts";
import { errorOf } from "../tools.ts";

const LONG = 500_000;
const long = Array.from({ length: LONG }, (_, i) => i - 1);

test("fault 91: CrossEntropy names the sum and the smallest value of a wrong row of half a million probabilities", () => {
  const labels = new Tensor(Float32Array.from(long), [1, LONG]);
  const given = "a row with sum 124999250000 and smallest value -1"; // 499,998 · 499,999 / 2 - 1
  expect(errorOf(() => new CrossEntropy().forward(zeros([1, LONG]), labels))).toMatchObject({ given });
});

test("CrossEntropy of half a million equal logits is the logarithm of their number", () => {
  const labels = zeros([1, LONG]);
  labels.data[7] = 1;
  expect(new CrossEntropy().forward(zeros([1, LONG]), labels)).toBeCloseTo(13.122363377404328, 6); // mpmath: ln 500000
});

test("NegativeLogLikelihood throws for a row of zeros among half a million classes", () => {
  const p = new Softmax().forward(zeros([1, LONG]));
  const given = "a row with sum 0 and smallest value 0";
  expect(errorOf(() => new NegativeLogLikelihood().forward(p, zeros([1, LONG])))).toMatchObject({ given });
});

test("concat joins half a million tensors", () => {
  const part = zeros([1, 1]);
  expect(concat(new Array<Tensor>(LONG).fill(part), 0).shape).toEqual([LONG, 1]);
});

test("fault 91: a chart of half a million values is drawn", () => {
  const title = "Long", points = long.map((x) => ({ x, y: x })), few = long.slice(0, 2);
  const charts = [
    lineChart({ title, x: {}, y: {}, series: [{ name: "a", points }] }),
    barChart({ title, bars: long.map((value) => ({ name: "b", value })) }),
    heatMap({ title, x: { label: "x", values: long }, y: { label: "y", values: few }, cells: [long, long] }),
    histogram({ title, values: long }),
    tiles({ title, width: LONG, height: 1, tiles: [{ values: long }], from: -1 }),
  ];
  expect(charts.map((chart) => chart.title)).toEqual(charts.map(() => title));
  expect(charts[0].svg()).toContain("</svg>");
  expect(charts[0].text()).toContain(title);
});

test("decision regions are drawn for half a million rows", () => {
  const data = new Dataset(zeros([LONG, 2]), new Array<number>(LONG).fill(0));
  expect(decisionRegions(new Sequential([new Identity()]), data, { resolution: 2 })).toContain("</svg>");
});

test.each([["max", 499_998], ["min", -1], ["argmax", 499_999]] as const)(
  "%s of half a million terms of a trace is %d", (name, value) => {
    const parts = long.map((value, place) => ({ term: { kind: "number", value } as const, place }));
    expect(reduced(name, parts)).toBe(value);
  });
