import type { Parameter } from "../../nn/parameter.ts";
import type { RandomStream } from "../../nn/random.ts";
import { sizeOf, type Shape } from "../../tensor/shape.ts";
import { copyOf, zerosLike, type Numbers, type Tensor } from "../../tensor/tensor.ts";
import { keyOf, permutation } from "../../tensor/threefry.ts";
import { nameParameters, withTerm } from "../gradient-check.ts";
import { STEP } from "../numeric-slope.ts";
import { ROWS, type Mode, type LayerCopy, type Subject } from "./layer-copy.ts";

/** One gradient, yours beside the numeric one, with the slopes it is made of. */
export interface Target {
  /** "x" (x0, x1, … of several), or the parameter's name. */
  readonly name: string;
  readonly kind: "input" | "parameter";
  readonly shape: Shape;
  /** Which numbers were looked at: all of them, or a sample of a large tensor. */
  readonly entries: readonly number[];
  /** What backward gave, entry by entry. */
  readonly yours: Float64Array;
  readonly numeric: Float64Array;
  /** For each entry, the slope of each number of y: one column of the Jacobian. */
  readonly slopes: readonly Float64Array[];
  /** The largest of both gradients: what errors are measured by. */
  readonly largest: number;
  /** Entry by entry, |yours - numeric| / largest; 0 where any slope between those of a kink is right. */
  readonly errors: Float64Array;
  readonly error: number;
}

/** What was seen of one forward and backward, and of the same forward with each number moved a little. */
export interface Evidence {
  readonly subject: Subject;
  readonly specimen: LayerCopy;
  readonly mode: Mode;
  /** Some numbers of x are exactly 0. */
  readonly withZeros: boolean;
  readonly rows: number;
  readonly inputs: readonly Tensor[];
  readonly y: Tensor;
  readonly dy: Tensor;
  readonly dx: readonly Tensor[];
  readonly targets: readonly Target[];
}

/** Gradients smaller than this are measured by it. */
const FLOOR = 1e-8;
/** Slopes to the left and right that differ by more than this share of the largest are a kink: ReLU at 0. */
const KINK = 1e-3;
/** Of a larger tensor this many numbers are looked at, chosen by the seed. */
const SAMPLE = 240;

function chosen(count: number, seed: number): readonly number[] {
  if (count <= SAMPLE) return Array.from({ length: count }, (_, i) => i);
  return [...permutation(keyOf(seed, 9, count), count).subarray(0, SAMPLE)].sort((a, b) => a - b);
}

/** y to the left of, at and to the right of one number of a tensor. */
function slopesAt(
  data: Numbers, at: number, run: () => Numbers, here: Numbers,
): { left: Float64Array; right: Float64Array } {
  const original = data[at];
  data[at] = original + STEP;
  const stepRight = data[at] - original, after = run();
  data[at] = original - STEP;
  const stepLeft = original - data[at], before = run();
  data[at] = original;
  return {
    left: Float64Array.from(here, (value, o) => (value - before[o]) / stepLeft),
    right: Float64Array.from(here, (value, o) => (after[o] - value) / stepRight),
  };
}

function targetOf(
  named: Pick<Target, "name" | "kind">, point: Tensor, gradient: Tensor, evidence: Omit<Evidence, "targets">,
): Target {
  const { subject, specimen, inputs, dy, withZeros } = evidence;
  const adds = specimen.layer.activityLoss !== 0;
  // What the layer adds to the loss is one output more, of weight 1.
  const run = () => {
    const { data } = specimen.rewind().forward(inputs);
    return adds ? withTerm(data, specimen.layer.activityLoss) : data;
  };
  const here = run(), weights = adds ? withTerm(dy.data, 1) : dy.data;
  const entries = chosen(sizeOf(point.shape), subject.seed);
  const sides = entries.map((at) => slopesAt(point.data, at, run, here));
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
  const errors = yours.map((value, e) => {
    // At a kink, as of ReLU at 0, every output may have any slope between those to its left and right. At exact
    // zeros a bend that only the second derivative sees, as ELU's, is allowed for in the same way.
    const { left, right } = sides[e];
    let slack = 0, isKinked = false;
    for (let o = 0; o < left.length; o++) {
      const gap = Math.abs(right[o] - left[o]);
      if (gap > KINK * steepest) isKinked = true;
      if (withZeros || gap > KINK * steepest) slack += (gap / 2) * Math.abs(weights[o]);
    }
    // Zeros meet kinks in hidden places too, where slopes cancel: there nothing can be said.
    if (isKinked && withZeros) return 0;
    const error = Math.max(Math.abs(value - numeric[e]) - slack, 0) / largest;
    return value === value ? error : NaN;
  });
  // Not Math.max: a NaN must fail the check.
  const error = errors.reduce((most, one) => (one <= most ? most : one), 0);
  return { ...named, shape: point.shape, entries, yours, numeric, slopes, largest, errors, error };
}

/** Moves parameters off the numbers they begin with: at exactly 0 or 1 many mistakes do not show. */
function perturb({ value }: Parameter, random: RandomStream): void {
  const noise = random.uniform(value).data;
  value.data.forEach((number, i) => {
    const by = 2 * noise[i] - 1;
    value.data[i] = number === 0 ? 0.1 * by : number * (1 + 0.2 * by);
  });
}

/** Runs one forward and backward in float64 and measures every gradient, masks replayed. */
export function gather(subject: Subject, mode: Mode, withZeros: boolean): Evidence {
  const specimen = subject.copy("float64", mode);
  const inputs = subject.inputs(ROWS);
  if (withZeros && subject.hasInputGradient) {
    // A third of them, in other columns from row to row: a column of zeros alone would be a case of its own.
    for (const { data } of inputs) {
      const width = data.length / ROWS;
      data.forEach((_, i) => { if ((i + Math.floor(i / width)) % 3 === 1) data[i] = 0; });
    }
  }
  const { layer } = specimen, names = nameParameters(layer);
  const random = subject.random(2);
  for (const parameter of layer.parameters) perturb(parameter, random);
  const y = specimen.forward(inputs), dy = subject.gradientLike(y), dx = specimen.backward(dy);
  // What later forwards and backwards do must not change what this one gave.
  const gradients = layer.parameters.map(({ grad }) => copyOf(grad));
  const seen = { subject, specimen, mode, withZeros, rows: ROWS, inputs, y, dy, dx };
  const nameOf = (parameter: Parameter) => names.get(parameter) ?? parameter.name;
  const targets = [
    ...(subject.hasInputGradient ? inputs : []).map((x, k) => {
      const name = inputs.length > 1 ? `x${k}` : "x";
      return targetOf({ name, kind: "input" }, x, dx[k] ?? zerosLike(x), seen);
    }),
    ...layer.parameters.map((parameter, k) => {
      return targetOf({ name: nameOf(parameter), kind: "parameter" }, parameter.value, gradients[k], seen);
    }),
  ];
  return { ...seen, targets };
}
