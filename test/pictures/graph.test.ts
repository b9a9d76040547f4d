import { describe, expect, test } from "@jest/globals";
import {
  Affine, CrossEntropy, MeanSquaredError, OptionError, ReLU, residual, Sequential, tensor, trace, type Labels, type Loss,
  type Network, type Nested, type Tensor,
} from "chainrule";
import { computationalGraph } from "chainrule/pictures";
import { network as tiny, labels as tinyLabels, x as tinyX } from "../../examples/networks/tiny.ts";
import { hasChromium, outsideOf, placedTexts, unbalanced } from "./drawn.ts";
import { networks } from "./networks.ts";

interface Case {
  readonly network: Network;
  readonly x: Tensor | Nested;
  readonly labels: Labels;
  readonly loss?: Loss;
}

const digits = Array.from({ length: 28 }, (_, row) => Array.from({ length: 28 }, (_, column) => ((row * column) % 7) / 7));
const cases: Readonly<Record<string, Case>> = {
  "a tiny network": { network: tiny, x: tinyX, labels: tinyLabels },
  "a chain with dropout": { network: networks.chain(), x: [[1, 2, 3, 4, 5, 4, 3, 2, 1, 0]], labels: [2] },
  "a residual network": { network: networks.residual(), x: [[1, -2, 3, 0.25], [0, 1, 1, 1]], labels: [1, 0] },
  "a LeNet": { network: networks.lenet(), x: [[digits]], labels: [3] },
  "a graph with Concat": { network: networks.concat(), x: [[1, 2, 3, 4, 5], [0, -1, 2, 1, 0.5]], labels: [1, 1] },
  "a regression": {
    network: new Sequential([residual(new Affine(2, 2)), new ReLU()]), x: [[1, 2]], labels: tensor([[1, 2]]),
    loss: new MeanSquaredError(),
  },
};
const draw = ({ network, x, labels, loss = new CrossEntropy() }: Case, width: number) => (
  computationalGraph(network, x, labels, { loss, width }));

/** The rows of numbers below each heading, without what … stands for. */
function numbersIn(svg: string, names: ReadonlySet<string>): ReadonlyMap<string, readonly (readonly string[])[]> {
  const texts = placedTexts(svg), found = new Map<string, (readonly string[])[]>();
  texts.forEach(({ text, isHeading }, start) => {
    if (!isHeading || !names.has(text)) return;
    const rows = new Map<number, string[]>(), rest = texts.slice(start + 1), end = rest.findIndex((one) => one.isHeading);
    for (const { text: cell, y, isNumber } of rest.slice(0, end < 0 ? undefined : end)) {
      if (isNumber && cell !== "…" && cell !== "⋮") rows.set(y, [...(rows.get(y) ?? []), cell]);
    }
    found.set(text, [...rows.values()]);
  });
  return found;
}

describe.each(Object.entries(cases))("the computational graph of %s", (_, one) => {
  const { network, x, labels, loss = new CrossEntropy() } = one;
  const events = trace(network, x, labels, { loss });

  test.each([360, 720, 10_000])("in a width of %d has the numbers of the trace, with four digits", (width) => {
    const svg = draw(one, width), shown = numbersIn(svg, new Set(events.map(({ name }) => name)));
    const whole = new Set(events.map(({ name }) => name).filter((name) => !name.includes(".") || shown.has(name)));
    for (const name of whole) {
      const { shape, values } = events.filter((event) => event.name === name)[0];
      // The gradient of a shared value grows: the last event has all of it.
      const last = events.findLast((event) => event.name === name)?.values ?? values;
      const columns = shape.length < 2 ? values.length : values.length / shape[0], rows = shown.get(name) ?? [];
      expect([name, rows.length]).not.toEqual([name, 0]);
      rows.forEach((row, i) => row.forEach((cell, j) => {
        const value = last[i * columns + j];
        const rounded = Number.isInteger(value) ? value : Number(value.toPrecision(4));
        expect([name, i, j, Number(cell)]).toEqual([name, i, j, rounded === 0 ? 0 : rounded]);
      }));
    }
  });

  test("stands alone and is closed", () => {
    const svg = draw(one, 720);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 \d+ \d+" width="\d+" height="\d+" role="img"/);
    expect(svg).not.toMatch(/NaN|undefined|null/);
    expect(unbalanced(svg)).toEqual([]);
  });
});

test("a small network shows every number of its trace, and its input, parameters and targets", () => {
  const svg = draw(cases["a tiny network"], 10_000), events = trace(tiny, tinyX, tinyLabels);
  const shown = numbersIn(svg, new Set([...events.map(({ name }) => name), "X", "W1", "b1", "W2", "b2", "t"]));
  for (const { name, values } of events) expect([name, shown.get(name)?.flat().length]).toEqual([name, values.length]);
  // The numbers of examples/networks/tiny.ts.
  expect(shown.get("X")).toEqual([["1", "2", "-1"], ["0.5", "-1", "2"]]);
  expect(shown.get("W2")).toEqual([["0.3", "-0.2"], ["-0.5", "0.4"], ["0.1", "0.6"], ["0.2", "-0.1"]]);
  expect(shown.get("b1")).toEqual([["0.1", "0", "0.2", "-0.1"]]);
  expect(shown.get("t")).toEqual([["1", "0"], ["0", "1"]]);
});

test("where a network branches, the gradient is said to be the sum of what each branch sends back", () => {
  const texts = placedTexts(draw(cases["a graph with Concat"], 720)).map(({ text }) => text);
  expect(texts[texts.indexOf("dX") + 1]).toBe("= dX.deep + dX.wide");
});

test("a picture that is given less width is narrower, and no wider than that where tensors can be cut", () => {
  const widths = [360, 720].map((width) => Number(/width="(\d+)"/.exec(draw(cases["a tiny network"], width))?.[1]));
  expect(widths[0]).toBeLessThanOrEqual(360);
  expect(widths[1]).toBeLessThanOrEqual(720);
  expect(widths[1]).toBeGreaterThan(widths[0]);
});

test("more digits are shown on request", () => {
  const texts = placedTexts(computationalGraph(tiny, tinyX, tinyLabels, { digits: 10 })).map(({ text }) => text);
  const loss = trace(tiny, tinyX, tinyLabels).find(({ name }) => name === "L")?.values[0] ?? 0;
  expect(texts).toContain(String(Number(loss.toPrecision(10))));
});

test("a network that is drawn stays as it was, masks included", () => {
  const network = networks.chain(), before = JSON.stringify(network.state());
  computationalGraph(network, [[1, 2, 3, 4, 5, 4, 3, 2, 1, 0]], [2]);
  expect(JSON.stringify(network.state())).toBe(before);
});

test.each([[{ widht: 3 }], [{ width: 10 }], [{ digits: 0 }], [{ loss: 3 }]])("refuses the options %j", (wrong: object) => {
  expect(() => computationalGraph(tiny, tinyX, tinyLabels, wrong)).toThrow(OptionError);
});

(hasChromium ? test : test.skip)("no text lies outside its picture in Chromium", () => {
  for (const width of [360, 1280]) {
    const svgs = Object.values(cases).map((one) => draw(one, width));
    expect(outsideOf(svgs, width)).toEqual(svgs.map(() => []));
  }
});
