import { KeyedStream, STREAM } from "../../nn/random.ts";
import { checkInteger, checkNumber, checkOptions, checkSeed } from "../../tensor/checks.ts";
import { allocate, Tensor, zeros } from "../../tensor/tensor.ts";
import { keyOf } from "../../tensor/threefry.ts";
import { Dataset } from "../dataset.ts";

/** Options of all toy sets. */
export interface ToyOptions {
  /** Number of rows; class sizes differ by at most one. */
  rows?: number;
  /** The standard deviation of the noise on each number. */
  noise?: number;
  /** The seed of the noise and of other random numbers; default 0. */
  seed?: number;
}

/** What a maker of points is given for each row. */
export interface Draws {
  /** Two normal numbers, times the noise. */
  readonly noise: readonly [number, number];
  /** The index of the row within its class. */
  readonly nth: number;
}

/** Points [x, y]; row i is of class i mod `classes`, so both halves of the rows have all classes. */
export function points(
  name: string, options: ToyOptions, usual: Required<Omit<ToyOptions, "seed">>, classes: number,
  point: (label: number, along: number, draws: Draws) => readonly [number, number],
  ownOptions: readonly string[] = [],
): Dataset {
  const { rows, noises } = drawsFor(name, options, usual, ownOptions);
  const x = allocate(2 * rows, "float32"), labels: number[] = [];
  const perClass = Math.ceil(rows / classes);
  for (let i = 0; i < rows; i++) {
    const label = i % classes, nth = Math.floor(i / classes);
    // From 0 to 1 along the class's own curve.
    const along = perClass > 1 ? nth / (perClass - 1) : 0;
    labels.push(label);
    x.set(point(label, along, { noise: [noises[2 * i], noises[2 * i + 1]], nth }), 2 * i);
  }
  return new Dataset(new Tensor(x, [rows, 2]), labels);
}

/** The random numbers of a toy set, all drawn at once; the noise is in pairs, one per row. */
export function drawsFor(
  name: string, options: ToyOptions, usual: Required<Omit<ToyOptions, "seed">>,
  ownOptions: readonly string[] = [],
) {
  checkOptions(name, options, ["rows", "noise", "seed", ...ownOptions]);
  const rows = checkInteger(`${name} rows`, options.rows ?? usual.rows, { min: 1 });
  const noise = checkNumber(`${name} noise`, options.noise ?? usual.noise, { min: 0 });
  const key = keyOf(checkSeed(`${name} seed`, options.seed ?? 0), STREAM.data, 3);
  const random = new KeyedStream(key);
  const noises = random.normal(zeros([2 * rows], "float64")).data.map((z) => z * noise);
  return { rows, noises, uniforms: random.uniform(zeros([rows], "float64")).data };
}
