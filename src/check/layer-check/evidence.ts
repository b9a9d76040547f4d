import type { Parameter } from "../../nn/parameter.ts";
import type { RandomStream } from "../../nn/random.ts";
import { sizeOf, type Shape } from "../../tensor/shape.ts";
import { copyOf, Tensor, zeros, zerosLike, type Numbers } from "../../tensor/tensor.ts";
import { keyOf, permutation } from "../../tensor/threefry.ts";
import { withTerm } from "../gradient-check.ts";
import { nameParameters } from "../name-parameters.ts";
import {
  alongDirection, alongNumber, findWrong, numericSlope,
} from "../numeric-slope.ts";
import { sidesByRows, sidesOneByOne, type Sides } from "./columns.ts";
import type { LayerCopy, Mode } from "./layer-copy.ts";
import type { Subject } from "./subject.ts";

/** The same as gradientCheck's. */
export const TOLERANCE = 1e-7;

/** One gradient, yours beside the numeric one, with the slopes it is made of. */
export interface Target {
  /** "x" (x0, x1, … of several), or the parameter's name. */
  readonly name: string;
  readonly kind: "input" | "parameter";
  /** Its number among the inputs, or among the parameters. */
  readonly index: number;
  readonly shape: Shape;
  /** Which numbers were looked at: all of them, or a sample of a large tensor. */
  readonly entries: readonly number[];
  /** The numbers themselves, at these entries. */
  readonly values: Float64Array;
  /** What backward returned or added, entry by entry. */
  readonly yours: Float64Array;
  readonly numeric: Float64Array;
  /** For each entry, the slope of each number of y: one column of the Jacobian. */
  readonly slopes: readonly Float64Array[];
  /** The largest of both gradients: what errors are measured by. */
  readonly largest: number;
  /** Entry by entry; 0 if any slope between those of a kink is right. */
  readonly errors: Float64Array;
  readonly error: number;
}

/** Where the numbers of x lie: around 0; the same with zeros among them; farther out; and where no eps matters. */
export type Place = "plain" | "zeros" | "wide" | "far";

/** What was seen of one forward and backward, and of the same forward with each number moved a little. */
export interface Evidence {
  readonly subject: Subject;
  readonly copy: LayerCopy;
  readonly mode: Mode;
  readonly place: Place;
  /** So large that of every tensor a sample is looked at. */
  readonly isLarge: boolean;
  readonly rows: number;
  readonly inputs: readonly Tensor[];
  readonly y: Tensor;
  readonly dy: Tensor;
  readonly dx: readonly Tensor[];
  readonly parameters: readonly Tensor[];
  /** The outputs of a forward from the same state, and what the layer adds to the loss as one more. */
  readonly run: () => Numbers;
  /** dy, and 1 for what is added to the loss. */
  readonly weights: Numbers;
  readonly targets: readonly Target[];
}

/** Gradients smaller than this are measured by it. */
const FLOOR = 1e-8;
/** An entry is judged by itself, or by this share of the largest. */
const SHARE = 0.01;
/** Slopes to the left and right that differ by more than this share of the largest are a kink: ReLU at 0. */
const KINK = 1e-3;
/** Of a tensor with more numbers a sample is looked at, and the sum along random directions, which sees them all. */
export const ALL = 300;
const SAMPLE = 48, FEW = 8, DIRECTIONS = 2;
/** A forward of a layer with more numbers than this takes long: a sample is taken of all its tensors. */
const LARGE = 4000;
/** How far a slope along a direction may be off, as a share of its size: sums are rounded more than single numbers. */
const OF_DIRECTIONS = 10 * TOLERANCE;
/** So many doubtful numbers are looked at more closely; if all these are wrong, so may be the others. */
const CLOSER = 12;

function chosen(count: number, { seed, quick }: Subject, place: Place, isLarge: boolean): readonly number[] {
  const sample = quick || place !== "plain" ? FEW : isLarge ? SAMPLE / 2 : SAMPLE;
  if (count <= (isLarge ? sample : quick ? SAMPLE : ALL)) return Array.from({ length: count }, (_, i) => i);
  return [...permutation(keyOf(seed, 9, count), count).subarray(0, sample)].sort((a, b) => a - b);
}

interface Named extends Pick<Target, "name" | "kind" | "index"> {
  readonly point: Tensor;
  readonly gradient: Tensor;
}

/** A target, measured with few forwards if rows have nothing to do with each other and it is right. */
function targetOf(named: Named, evidence: Omit<Evidence, "targets">): Target {
  const { subject, place, run, rows, copy } = evidence, { point, gradient, kind } = named;
  const here = run(), { data, shape } = point, count = sizeOf(shape);
  const sample = chosen(count, subject, place, evidence.isLarge);
  const found = sample.length < count ? wrongBeyond(point, gradient, evidence) : undefined;
  const entries = found === undefined || sample.includes(found) ? sample : [...sample, found].sort((a, b) => a - b);
  const measured = { data, entries, run, here };
  const few = kind === "input" && copy.layer.batchIndependent ? sidesByRows(measured, rows) : undefined;
  const quickly = few && judged(named, entries, few, evidence);
  return quickly !== undefined && quickly.error <= TOLERANCE ? quickly
    : judged(named, entries, sidesOneByOne(measured), evidence);
}

/** What the slopes to the left and right of each entry say of a gradient. */
function judged(
  { name, kind, index, point, gradient }: Named, entries: readonly number[], sides: readonly Sides[],
  { weights, place, run }: Omit<Evidence, "targets">,
): Target {
  const { data, shape } = point;
  const steepest = sides.reduce((most, { left, right }) => {
    return left.reduce((top, slope, o) => Math.max(top, Math.abs(slope), Math.abs(right[o])), most);
  }, FLOOR);

  const slopes = sides.map(({ left, right }) => left.map((slope, o) => (slope + right[o]) / 2));
  const numeric = Float64Array.from(slopes, (column) => {
    return column.reduce((sum, slope, o) => sum + weights[o] * slope, 0);
  });
  const yours = Float64Array.from(entries, (at) => gradient.data[at]);
  const largest = yours.reduce((most, value, e) => {
    return Math.max(most, Math.abs(numeric[e]), Number.isFinite(value) ? Math.abs(value) : 0);
  }, FLOOR);
  const errorOf = (e: number, slope: number, uncertainty: number) => {
    if (!Number.isFinite(yours[e])) return Infinity;
    const gap = Math.max(Math.abs(yours[e] - slope) - uncertainty, 0);
    return gap / Math.max(Math.abs(yours[e]), Math.abs(slope), SHARE * largest);
  };
  const errors = yours.map((_, e) => errorOf(e, numeric[e], 0));
  const isKinked = (e: number) => {
    const { left, right } = sides[e];
    return left.some((slope, o) => Math.abs(right[o] - slope) > KINK * steepest);
  };
  const doubtful = [...errors.keys()].filter((e) => !(errors[e] <= TOLERANCE))
    .sort((a, b) => (errors[a] === errors[b] ? a - b : errors[b] - errors[a]));
  let wrong = 0;
  for (const e of doubtful) {
    if (wrong >= CLOSER) break;
    // Zeros meet kinks in hidden places too, where slopes cancel: there nothing can be said.
    if (place === "zeros" && isKinked(e)) {
      errors[e] = 0;
      continue;
    }
    const objective = alongNumber(data, entries[e], run, weights);
    const { slope, uncertainty } = numericSlope(objective, data[entries[e]], yours[e], TOLERANCE);
    errors[e] = errorOf(e, slope, uncertainty);
    if (Number.isFinite(slope)) numeric[e] = slope;
    if (!(errors[e] <= TOLERANCE)) wrong++;
  }
  // A NaN must fail the check, wherever it is.
  const error = errors.reduce((most, one) => Math.max(most, one), 0);
  const values = Float64Array.from(entries, (at) => data[at]);
  return { name, kind, index, shape, entries, values, yours, numeric, slopes, largest, errors, error };
}

/** A wrong entry of a large tensor, if the slope along a random direction is not what the gradient says. */
function wrongBeyond(
  { data }: Tensor, gradient: Tensor, { subject, weights, run }: Omit<Evidence, "targets">,
): number | undefined {
  const noise = subject.random(8).normal(zeros([subject.quick ? 1 : DIRECTIONS, data.length], "float64")).data;
  const isWrong = (direction: Float64Array): boolean => {
    let given = 0, squares = 0;
    direction.forEach((by, i) => {
      const part = by === 0 ? 0 : by * gradient.data[i];
      given += part;
      squares += part * part;
    });
    const { slope, uncertainty } = numericSlope(alongDirection(data, direction, run, weights), 0, given, TOLERANCE);
    const size = Math.max(Math.abs(given), Math.abs(slope), Math.sqrt(squares), FLOOR);
    return !Number.isNaN(slope) && !(Math.abs(given - slope) - uncertainty <= OF_DIRECTIONS * size);
  };
  const directions = Array.from({ length: noise.length / data.length }, (_, k) => {
    return Float64Array.from(noise.subarray(k * data.length, (k + 1) * data.length));
  });
  return findWrong({ directions, isWrong });
}

/** Moves parameters off the numbers they begin with: at exactly 0 or 1 many mistakes do not show. */
function perturb({ value }: Parameter, random: RandomStream): void {
  const noise = random.uniform(value).data;
  value.data.forEach((number, i) => {
    const by = 2 * noise[i] - 1;
    value.data[i] = number === 0 ? 0.1 * by : number * (1 + 0.2 * by);
  });
}

/** A copy in float64 whose parameters are off the numbers they begin with. */
export function perturbedCopy(subject: Subject, mode: Mode): LayerCopy {
  const copy = subject.copy("float64", mode), random = subject.random(2);
  for (const parameter of copy.layer.parameters) perturb(parameter, random);
  return copy;
}

const SPREAD: Record<Place, number> = { plain: 1, zeros: 1, wide: 5, far: 30 };

/** The inputs of a measurement. */
function inputsAt(subject: Subject, place: Place, rows: number): readonly Tensor[] {
  const inputs = subject.inputs(rows, "float64", 0, SPREAD[place]);
  if (place !== "zeros") return inputs;
  // A third of them, in other columns from row to row: a column of zeros alone would be a case of its own.
  for (const { data } of inputs) {
    const width = data.length / rows;
    data.forEach((_, i) => { if ((i + Math.floor(i / width)) % 3 === 1) data[i] = 0; });
  }
  return inputs;
}

/**
 * Runs one forward and backward in float64 and measures every gradient, random numbers and state replayed.
 * `drawsLater` is how many forwards later the random numbers are: each has another mask.
 */
export function gather(
  subject: Subject, mode: Mode, place: Place, { drawsLater = 0, rows = subject.rows } = {},
): Evidence {
  const copy = perturbedCopy(subject, mode), inputs = inputsAt(subject, place, rows), { layer } = copy;
  const names = nameParameters(layer);
  copy.drawsLater = drawsLater;
  const y = copy.rewindCounts().forward(inputs), dy = subject.gradientLike(y), dx = copy.backward(dy);
  // What later forwards and backwards do must not change what this one returned.
  const gradients = layer.parameters.map(({ grad }) => copyOf(grad));
  const measured = perturbedCopy(subject, mode), points = measured.layer.parameters;
  measured.drawsLater = drawsLater;
  measured.measureSurrogates();
  const run = () => measured.rewind().outputs(inputs), weights = withTerm(dy.data, 1);
  const parameters = points.map(({ value }) => value);
  const isLarge = [...inputs, ...parameters].reduce((sum, { data }) => sum + data.length, 0) > LARGE;
  const seen = { isLarge, subject, copy, mode, place, rows, inputs, y, dy, dx, parameters, run, weights };
  const targets = [
    ...inputs.flatMap((point, index) => {
      const name = inputs.length > 1 ? `x${index}` : "x", gradient = dx[index] ?? zerosLike(point);
      return subject.hasGradient(index) ? [targetOf({ name, kind: "input", index, point, gradient }, seen)] : [];
    }),
    ...layer.parameters.flatMap((parameter, index) => {
      const name = names.get(parameter) ?? parameter.name, point = points[index].value, gradient = gradients[index];
      const isLeftOut = parameter.frozen && gradient.data.every((value) => value === 0);
      return isLeftOut ? [] : [targetOf({ name, kind: "parameter", index, point, gradient }, seen)];
    }),
  ];
  return { ...seen, targets };
}
