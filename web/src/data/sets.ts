/** The data of Train: digits, toy sets, points of the user's own, a function, a table. */
import { Dataset, Tensor, tensor, toys, type Labels, type Table } from "chainrule";
import { digitsOf, type Digits } from "./digits.ts";
import { compile } from "./formula.ts";
import type { DataRequest, PlainData, TaskData } from "./kinds.ts";
import { readPoints, type Point } from "./points.ts";

/** From the seed of the rows to train on to that of the others. */
const TEST_SEED = 1000;

/**
 * @throws ChainruleError, or an Error with a sentence for the page, for what cannot be trained on.
 */
export async function makeData(
  request: DataRequest,
  digits: () => Promise<Digits>,
  table?: { readonly table: Table; readonly label: string },
): Promise<TaskData> {
  const { data, rows, noise, classes, dataSeed: seed } = request;
  const toy = (make: (seed: number) => Dataset, names: readonly string[]): TaskData => ({
    train: plain(make(seed)),
    test: plain(make(seed + TEST_SEED)),
    shape: [2],
    classes: names,
    isPlane: true,
  });
  const count = (n: number) => Array.from({ length: n }, (_, i) => String(i));
  switch (data) {
    case "digits": {
      const { train, test } = digitsOf(await digits(), rows);
      return { train: plain(train), test: plain(test), shape: [784], classes: count(10), isPlane: false };
    }
    case "spirals":
      return toy((s) => toys.spirals({ rows, noise, arms: classes, seed: s }), count(classes));
    case "moons":
      return toy((s) => moved(toys.twoMoons({ rows, noise, seed: s }), [0.5, 0.25], 0.6), count(2));
    case "blobs":
      return toy((s) => moved(toys.blobs({ rows, noise, classes, seed: s }), [0, 0], 0.4), count(classes));
    case "xor":
      return toy((s) => moved(toys.xor({ rows, noise, seed: s }), [0, 0], 0.6), count(2));
    case "points":
      return ownPoints(readPoints(request.points) ?? []);
    case "function":
      return toy((s) => besideFunction(request.formula, rows, noise, s), ["below", "above"]);
    case "table": {
      if (table === undefined) throw new Error("Choose a CSV file and the column to predict.");
      return (await import("./own-table.ts")).ownTable(table.table, table.label, seed);
    }
  }
}

/** Into the square from -1 to 1 that is drawn. */
function moved({ x, labels }: Dataset, centre: readonly [number, number], scale: number): Dataset {
  return new Dataset(
    new Tensor(
      x.data.map((value, i) => (value - centre[i % 2]) * scale),
      x.shape,
    ),
    labels,
  );
}

function ownPoints(points: readonly Point[]): TaskData {
  if (new Set(points.map(([, , label]) => label)).size < 2) {
    throw new Error("Draw points of at least two classes: choose a class, then click into the picture.");
  }
  const classes = Math.max(...points.map(([, , label]) => label)) + 1;
  const all = plain(
    new Dataset(
      tensor(points.map(([x, y]) => [x, y])),
      points.map(([, , label]) => label),
    ),
  );
  return {
    train: all,
    test: all,
    shape: [2],
    classes: Array.from({ length: classes }, (_, i) => String(i)),
    isPlane: true,
  };
}

/** Points spread evenly over the square, above and below y = f(x); noise moves the border for each point. */
function besideFunction(formula: string, rows: number, noise: number, seed: number): Dataset {
  const f = compile(formula);
  // Roberts' R3 sequence: even, and the same on every engine.
  const spread = (i: number, step: number) => 2 * (((i + 1 + 97 * seed) * step) % 1) - 1;
  const points = Array.from({ length: rows }, (_, i) => [
    spread(i, 0.8191725133961645),
    spread(i, 0.6710436067037893),
  ]);
  const labels = points.map(([x, y], i) => {
    const value = f.at(x);
    if (Number.isNaN(value)) throw new Error(`y = ${formula} is not a number at x = ${x.toFixed(3)}.`);
    return y + noise * spread(i, 0.5497004779019703) > value ? 1 : 0;
  });
  if (new Set(labels).size < 2) {
    throw new Error(`All points of the square from -1 to 1 lie on one side of y = ${formula}: try another function.`);
  }
  return new Dataset(tensor(points), labels);
}

export function plain({ x, labels }: Dataset): PlainData {
  return { x: Float32Array.from(x.data), shape: x.shape, labels: Int32Array.from(classesOf(labels)) };
}

function classesOf(labels: Labels): readonly number[] {
  if (labels instanceof Tensor) throw new Error("The column to predict must hold classes.");
  return labels;
}
