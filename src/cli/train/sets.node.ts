/** The data sets of the command: toy sets generated from a seed, and handwritten digits. */
import { Dataset } from "../../data/dataset.ts";
import { loadMnist } from "../../data/mnist.node.ts";
import { cos, sin } from "../../math/elementary.ts";
import { KeyedStream } from "../../nn/random.ts";
import { Tensor, zeros } from "../../tensor/tensor.ts";
import { keyOf } from "../../tensor/threefry.ts";

/** Rows for training, and others for testing. */
export interface Split {
  readonly train: Dataset;
  readonly test: Dataset;
}

/** A set, and settings that learn it in seconds: the defaults of the options. */
export interface TrainingSet {
  readonly does: string;
  readonly classes: number;
  readonly recipe: Recipe;
  load(seed: number): Promise<Split> | Split;
}

export interface Recipe {
  readonly hidden: readonly number[];
  readonly epochs: number;
  readonly batchSize: number;
  readonly lr: number;
  readonly momentum: number;
}

const TRAIN_ROWS = 300;
const TEST_ROWS = 200;

/** The random stream of the points, separate from those of weights, order and masks. */
const POINTS = 7;

type Pair = readonly [number, number];

/** x, y and the class of a point, from four random numbers: two uniform in [0, 1), two standard normal. */
type Point = (u: Pair, z: Pair) => readonly [number, number, number];

/** Class 1 if exactly one of x and y is positive: no straight line separates the two classes. */
const xor: Point = ([u, v]) => {
  const x = 2 * u - 1, y = 2 * v - 1;
  return [x, y, x > 0 === y > 0 ? 0 : 1];
};

/** Two spiral arms that wind around each other once, with a little noise. */
const spirals: Point = ([u, v], [dx, dy]) => {
  const arm = v < 0.5 ? 0 : 1, radius = 0.1 + 0.9 * u, angle = 2 * Math.PI * u + Math.PI * arm;
  return [radius * cos(angle) + 0.03 * dx, radius * sin(angle) + 0.03 * dy, arm];
};

/** The same seed makes the same points on every machine. */
function scatter(point: Point, seed: number): Split {
  const stream = new KeyedStream(keyOf(seed, POINTS)), rows = TRAIN_ROWS + TEST_ROWS;
  const like = zeros([rows, 2], "float64");
  const u = stream.uniform(like).data, z = stream.normal(like).data;
  const points = Array.from({ length: rows }, (_, i) => {
    return point([u[2 * i], u[2 * i + 1]], [z[2 * i], z[2 * i + 1]]);
  });
  const part = (from: number, to: number) => {
    const chosen = points.slice(from, to), x = Float32Array.from(chosen.flatMap(([x, y]) => [x, y]));
    return new Dataset(new Tensor(x, [chosen.length, 2]), chosen.map(([, , label]) => label));
  };
  return { train: part(0, TRAIN_ROWS), test: part(TRAIN_ROWS, rows) };
}

/** By name. */
export const SETS: Readonly<Record<string, TrainingSet>> = {
  xor: {
    does: "points (x, y), class 1 if exactly one of x and y is positive", classes: 2,
    recipe: { hidden: [16], epochs: 60, batchSize: 20, lr: 0.1, momentum: 0.9 },
    load: (seed) => scatter(xor, seed),
  },
  spirals: {
    does: "points on two intertwined spirals", classes: 2,
    recipe: { hidden: [32, 32], epochs: 60, batchSize: 20, lr: 0.05, momentum: 0.9 },
    load: (seed) => scatter(spirals, seed),
  },
  mnist: {
    does: "handwritten digits (requires the package mnist)", classes: 10,
    recipe: { hidden: [100], epochs: 10, batchSize: 50, lr: 0.1, momentum: 0.9 },
    load: (seed) => loadMnist({ train: 4000, test: 1000, seed }),
  },
};
