import { axisFor, linear, tickLabels, type Axis } from "../charts/axis.ts";
import { html, type Markup } from "../charts/markup.ts";
import { mark } from "../charts/palette.ts";
import { label, line, seriesFill, tenth } from "../charts/svg.ts";
import { Dataset } from "../data/dataset.ts";
import { checkNetwork } from "../network/given.ts";
import { largestOfRows } from "../network/largest-of-rows.ts";
import type { Network } from "../network/network.ts";
import { checkInteger, checkInstance, checkNumber, checkOptions } from "../tensor/checks.ts";
import { OptionError, shownName } from "../tensor/errors.ts";
import { showShape } from "../tensor/shape.ts";
import { Tensor, tensor } from "../tensor/tensor.ts";
import { MARGIN, picture } from "./drawing.ts";
import { checkWidth } from "./panels.ts";
import { fitted, textWidth } from "./text.ts";
import { largest } from "../math/extremes.ts";

/** How decision regions are drawn. */
export interface DecisionRegionsOptions {
  /** Default 720. */
  readonly width?: number;
  /** How many points the network predicts along each axis; default 120. */
  readonly resolution?: number;
  /** For a network with one output: above it, a row is of class 1. 0.5 for a probability, 0 for a logit. */
  readonly threshold?: number;
  /** What the classes are called; default the names of the data, else "class 0", … */
  readonly classes?: readonly string[];
}

/** More classes than this could not be told apart. */
const MOST_CLASSES = 7;
/** Around the points, as a share of their range. */
const AROUND = 0.06;

/**
 * Which class a network chooses in each place of a plane, and the points of the data on it, each with the colour and
 * mark of its own class, as SVG text.
 * @throws OptionError for unknown options, data without two columns or without classes as labels, more than seven
 * classes, and a network with one output without a threshold; all errors of the network.
 * @example
 * decisionRegions(network, toys.spirals({ seed: 1 }));
 */
export function decisionRegions(network: Network, data: Dataset, options: DecisionRegionsOptions = {}): string {
  const where = "decisionRegions";
  checkOptions(where, options, ["width", "resolution", "threshold", "classes"]);
  const { x, labels, names } = checkInstance(where, data, Dataset, "a Dataset"), { threshold } = options;
  const width = checkWidth(where, options.width);
  const resolution = checkInteger(`${where} resolution`, options.resolution ?? 120, { min: 2, max: 1000 });
  if (threshold !== undefined) checkNumber(`${where} threshold`, threshold);
  if (x.shape.length !== 2 || x.shape[1] !== 2) {
    const given = `rows of shape ${showShape(x.shape.slice(1))}`;
    throw new OptionError({ where: `${where} data`, given, allowed: "two columns" });
  }
  if (labels instanceof Tensor) {
    throw new OptionError({ where: `${where} data`, given: "targets", allowed: "classes as labels" });
  }

  const [across, up] = [0, 1].map((column) => axisOf(x, column)), classify = classifierOf(where, network, threshold);
  const at = (axis: Axis, i: number) => axis.from + ((axis.to - axis.from) * (i + 0.5)) / resolution;
  const grid = Array.from({ length: resolution }, (_, row) => (
    classify(Array.from({ length: resolution }, (__, column) => [at(across, column), at(up, resolution - 1 - row)]))));
  const classes = largest([...grid.flat(), ...labels]) + 1;
  if (classes > MOST_CLASSES) {
    throw new OptionError({ where, given: `${classes} classes`, allowed: `at most ${MOST_CLASSES}` });
  }
  const called = Array.from({ length: classes }, (_, i) => (
    shownName(options.classes?.[i] ?? names?.classes?.[i] ?? `class ${i}`)));
  const predicted = classify(Array.from(labels, (_, i) => [x.data[2 * i], x.data[2 * i + 1]]));
  const right = predicted.filter((one, i) => one === labels[i]).length;

  const room = width - 2 * MARGIN, ticks = tickLabels(up);
  const left = 10 + Math.max(...ticks.map((tick) => textWidth(tick))), side = room - left, tall = Math.min(side, 560);
  const px = (value: number) => tenth(left + side * across.at(value));
  const py = (value: number) => tenth(tall * (1 - up.at(value)));
  const keys = keysOf(called, room), features = names?.features;
  const regions = called.map((_, i) => html`<path ${
    seriesFill(i)} fill-opacity="0.28" shape-rendering="crispEdges" d="${
    runsOf(grid, i).map(([row, from, to]) => {
      const [x0, x1] = [from, to].map((column) => tenth(left + (side * column) / resolution));
      const [y0, y1] = [row, row + 1].map((one) => tenth((tall * one) / resolution));
      return `M${x0} ${y0}H${x1}V${y1}H${x0}z`;
    }).join("")}"/>\n`);
  const points = labels.map((one, i) => html`<g stroke="#ffffff" stroke-width="1">${
    mark(one, px(x.data[2 * i]), py(x.data[2 * i + 1]), seriesFill(one))}</g>\n`);
  const frame = `M${tenth(left)} 0V${tall}H${tenth(left + side)}`, bottom = tall + 18;
  const texts: readonly Markup[] = [
    ...across.ticks.map((tick, i) => label(px(tick), bottom, tickLabels(across)[i], "middle")),
    ...up.ticks.map((tick, i) => label(left - 8, py(tick), ticks[i], "end")),
    ...features === undefined ? [] : [label(left + side / 2, bottom + 22, fitted(`${shownName(features[0])} →, ${
      shownName(features[1])} ↑`, side), "middle")],
  ];
  const top = bottom + (features === undefined ? 26 : 48);
  const legend = keys.map(({ text, x: keyX, row }, i) => html`${
    mark(i, tenth(keyX + 6), tenth(top + 24 * row), seriesFill(i))}${label(keyX + 18, top + 24 * row, text)}`);
  const subtitle = `${right} of ${labels.length} points in their own region`;
  return picture({
    title: shownName(network.name), subtitle, description: `${subtitle}; ${called.join(", ")}.`,
  }, { width: room, height: top + 24 * (keys[keys.length - 1].row + 1) - 12, isFixed: true }, html`${
    regions}${points}${line(frame, "axis")}${texts}${legend}`);
}

/** The class of each point. */
function classifierOf(where: string, network: Network, threshold: number | undefined) {
  checkNetwork(where, network);
  return (points: readonly (readonly [number, number] | readonly number[])[]): readonly number[] => {
    const y = network.predict(tensor(points.map((point) => [...point]), network.dtype)), [rows] = y.shape;
    if (y.data.length !== rows) return largestOfRows(y);
    if (threshold !== undefined) return Array.from(y.data, (value) => (value > threshold ? 1 : 0));
    const advice = "Give threshold: 0.5 for probabilities, 0 for logits.";
    throw new OptionError({ where, given: "a network with one output", allowed: "one output per class", advice });
  };
}

function axisOf({ data }: Tensor, column: number): Axis {
  const values = Array.from({ length: data.length / 2 }, (_, i) => data[2 * i + column]);
  const low = values.reduce((least, value) => Math.min(least, value));
  const high = values.reduce((most, value) => Math.max(most, value));
  const spare = AROUND * (high - low || 1), from = low - spare, to = high + spare;
  return linear(from, to, axisFor(from, to, 5).ticks.filter((tick) => tick >= from && tick <= to));
}

/** Neighbouring places of one class: [row, from, to]. */
function runsOf(grid: readonly (readonly number[])[], wanted: number): readonly (readonly [number, number, number])[] {
  return grid.flatMap((cells, row) => {
    const runs: [number, number, number][] = [];
    cells.forEach((one, column) => {
      const last = runs[runs.length - 1];
      if (one !== wanted) return;
      if (last !== undefined && last[2] === column) last[2] = column + 1;
      else runs.push([row, column, column + 1]);
    });
    return runs;
  });
}

/** The places of the names of classes below a picture. */
function keysOf(names: readonly string[], room: number) {
  let x = 0, row = 0;
  return names.map((name) => {
    const text = fitted(name, room - 30), wide = 18 + textWidth(text) + 20;
    if (x > 0 && x + wide > room) [x, row] = [0, row + 1];
    const key = { text, x, row };
    x += wide;
    return key;
  });
}
