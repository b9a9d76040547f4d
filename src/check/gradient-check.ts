import { convert } from "../nn/copy.ts";
import type { AnyLayer, Layer } from "../nn/layer.ts";
import { allLayersOf } from "../nn/parts.ts";
import { stateOf } from "../nn/state.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import { indexOf } from "../ops/non-finite.ts";
import { KeyedStream, STREAM } from "../nn/random.ts";
import { checkChoice, checkNumber, checkOptions, checkSeed } from "../tensor/checks.ts";
import { CallOrderError, ChainruleError, OptionError, ShapeError, show } from "../tensor/errors.ts";
import { copyOf, Tensor, tensor, zeros, type Nested, type Numbers } from "../tensor/tensor.ts";
import { keyOf, permutation } from "../tensor/threefry.ts";
import { checkIsLayer, checkLoss } from "../network/given.ts";
import { alongDirection, alongNumber, findWrong, numericSlope, relativeError } from "./numeric-slope.ts";
import { takesRowNumbers } from "./row-numbers.ts";
import { nameParameters } from "./name-parameters.ts";

/** The worst entry of one gradient: "x" (x0, x1, … of several inputs), or a parameter's name. */
export interface GradientEntry {
  name: string;
  /** |analytic - numeric|, less the uncertainty of numeric if that was refined, over max(|analytic|, |numeric|). */
  error: number;
  index: readonly number[];
  analytic: number;
  numeric: number;
}

/** The result of a gradient check. */
export interface GradientReport {
  passed: boolean;
  /** The largest of the entries' errors. */
  worst: number;
  entries: readonly GradientEntry[];
}

/** Options of gradientCheck. */
export interface GradientCheckOptions {
  /** The function to differentiate; by default Σ dy · y with random dy. */
  loss?: Loss;
  labels?: Labels;
  seed?: number;
  /** Default 1e-7. */
  tolerance?: number;
  /** "all" compares every number of every tensor; "sample", the default, some of tensors with over 500. */
  entries?: "sample" | "all";
  /** Called before each tensor and every 100 numbers, with its name, the numbers compared, and their total. */
  onProgress?: (progress: { name: string; done: number; of: number; numbers: number }) => void;
}

/** Of larger tensors so many numbers are compared, and the slope along so many random directions. */
const ALL = 500, SAMPLE = 50, DIRECTIONS = 3, REPORT_EVERY = 100;
/** A sum over many numbers is rounded more than one of them. */
const OF_DIRECTIONS = 10;

/**
 * Compares backward with finite differences of f = Σ dy · y, or of the loss, plus what the layer adds to it by
 * addLoss, in float64 on a converted copy, in the layer's own mode, with its random numbers replayed. The layer itself
 * does not change: weights not yet drawn stay undrawn. Weights and masks of the copy that have no seed, neither their
 * own nor a network's, are drawn with the check's seed.
 *
 * Each entry is compared on its own: error = |a - n| / max(|a|, |n|), with a by backward and n the numeric slope,
 *
 *   n = (f(x + h) - f(x - h)) / 2h,   h = 1e-5 · max(1, |x|),   over the outputs that change.
 *
 * If that is above the tolerance, n is refined: extrapolated from ever smaller h (Ridders 1982), then compared with
 * larger h, which are rounded less. Its uncertainty u is the change in the last step of that, plus
 * 16 ε · max(1, Σ |dy · y|, |x · n|) / h for rounding (so a bias before a BatchNorm, whose true slope is 0, passes);
 * then error = max(0, |a - n| - u) / max(|a|, |n|). So what is smaller than the rounding of numbers around 1 is not
 * judged. At a kink, such as ReLU's at 0, where the slopes to the left and right of an output stay apart however small
 * h is, any slope between them is right, and n is the one nearest to a. At a jump there is no slope: n is a.
 *
 * In a tensor of more than 500 numbers, 50 are compared one by one, and all of them at once along three random
 * directions v, where the slope of f is Σ a · v. If the two differ, v is bisected to find a number that is wrong.
 * Source: CS231n, "Neural networks part 3", gradient checks; Ridders, "Accurate computation of F'(x) and F'(x) F''(x)".
 * @throws OptionError for unknown options or a loss without labels; CallOrderError for a forward that cannot be
 * replayed; all errors of the layer itself at the given x.
 */
export function gradientCheck(
  layer: AnyLayer, x: Tensor | Nested | readonly Tensor[], options: GradientCheckOptions = {},
): GradientReport {
  checkOptions("gradientCheck", options, ["loss", "labels", "seed", "tolerance", "entries", "onProgress"]);
  const isAll = checkChoice("gradientCheck entries", options.entries ?? "sample", ["sample", "all"]) === "all";
  const tolerance = checkNumber("gradientCheck tolerance", options.tolerance ?? 1e-7, { exclusiveMin: 0 });
  const seed = checkSeed("gradientCheck seed", options.seed ?? 0);
  const random = new KeyedStream(keyOf(seed, STREAM.check));
  checkIsLayer("gradientCheck", layer);
  if (options.loss !== undefined) checkLoss("gradientCheck", options.loss);
  const copy = convert(layer, "float64", keyOf(seed, STREAM.check, 2));
  const inputs = asInputs(x);
  const objective = objectiveOf(copy, inputs, isList(x), options, random);

  // Gradients start at random numbers, not at 0: a layer that overwrites them instead of adding is found out.
  const { parameters } = copy;
  const starts = parameters.map(({ grad }) => {
    grad.data.set(random.normal(grad).data);
    return copyOf(grad);
  });
  const dx = objective.gradients();
  const compare = (name: string, point: Tensor, analytic: (i: number) => number) => {
    return worstEntry({ name, point, analytic, seed, isAll }, objective, tolerance, options.onProgress);
  };
  const names = nameParameters(copy);
  // A row number cannot move a little: such an x has no gradient.
  const moving = takesRowNumbers(copy) ? [] : inputs;
  const entries = [
    ...moving.map((input, k) => compare(isList(x) ? `x${k}` : "x", input, (i) => dx[k].data[i])),
    ...parameters.flatMap((parameter, k) => {
      const { name, value, grad, frozen } = parameter, given = (i: number) => grad.data[i] - starts[k].data[i];
      // Of what is not trained, backward may leave the gradient out.
      if (frozen && grad.data.every((_, i) => given(i) === 0)) return [];
      return compare(names.get(parameter) ?? name, value, given);
    }),
  ];
  const worst = Math.max(0, ...entries.map(({ error }) => error)); // NaN if one is: it fails the check
  return { passed: worst <= tolerance, worst, entries };
}

function isList(x: unknown): x is readonly Tensor[] {
  return Array.isArray(x) && x[0] instanceof Tensor;
}

function asInputs(x: Tensor | Nested | readonly Tensor[]): readonly Tensor[] {
  if (x instanceof Tensor) return [copyOf(x, "float64")];
  return isList(x) ? x.map((input) => copyOf(input, "float64")) : [tensor(x, "float64")];
}

/** f = Σ weight · output, and its gradients by backward; each call replays the same masks. */
interface CheckedFunction {
  readonly outputs: () => Numbers;
  readonly weights: Numbers;
  readonly gradients: () => readonly Tensor[];
}

function objectiveOf(
  layer: AnyLayer, inputs: readonly Tensor[], asList: boolean, { loss, labels }: GradientCheckOptions,
  random: KeyedStream,
): CheckedFunction {
  if ((loss === undefined) !== (labels === undefined)) {
    const given = `loss ${show(loss)} and labels ${show(labels)}`;
    throw new OptionError({ where: "gradientCheck", given, allowed: "both a loss and labels, or neither" });
  }
  const layers = allLayersOf(layer);
  const counts = layers.map((part) => stateOf(part).trainForwards);
  const forward = (): Tensor => {
    layers.forEach((part, i) => { stateOf(part).trainForwards = counts[i]; });
    if (!asList) return (layer as Layer).forward(inputs[0]);
    return (layer as Layer<unknown, readonly Tensor[]>).forward(inputs);
  };
  const dy = random.normal(forward());
  const outputs = (): Numbers => {
    const y = forward();
    // What the layer adds to the loss is one output more, of weight 1.
    const of = loss !== undefined && labels !== undefined ? [loss.forward(y, labels)] : y.data;
    return withTerm(of, layer.activityLoss);
  };
  const once = outputs(), again = outputs();
  if (!once.every((value, i) => Object.is(value, again[i]))) {
    throw new CallOrderError({
      where: `gradientCheck of ${layer.name}`, given: "two forwards of the same numbers that differ",
      allowed: "a forward that can be replayed", advice: "Draw random numbers from this.random.",
    });
  }
  const gradients = (): readonly Tensor[] => {
    outputs();
    const dx = layer.backward(loss === undefined ? dy : loss.backward());
    return dx instanceof Tensor ? [dx] : dx;
  };
  return { outputs, weights: withTerm(loss === undefined ? dy.data : [1], 1), gradients };
}

/** The outputs, and what the layer adds to the loss as one more. */
export function withTerm(outputs: ArrayLike<number>, term: number): Float64Array {
  const all = new Float64Array(outputs.length + 1);
  all.set(outputs);
  all[outputs.length] = term;
  return all;
}

/** A tensor to compare. */
interface Compared {
  readonly name: string;
  readonly point: Tensor;
  readonly analytic: (i: number) => number;
  readonly seed: number;
  readonly isAll: boolean;
}

function worstEntry(
  { name, point, analytic, seed, isAll }: Compared, { outputs, weights }: CheckedFunction, tolerance: number,
  onProgress: GradientCheckOptions["onProgress"],
): GradientEntry {
  const { data } = point, { length } = data;
  if (length === 0) {
    throw new ShapeError({ where: `gradientCheck of ${name}`, given: "no numbers", allowed: "some" });
  }
  const run = (): Numbers | undefined => {
    try {
      return outputs();
    } catch (error) {
      // What takes x throws for some numbers beside it, as a loss of probabilities does: they are not in its domain.
      if (error instanceof ChainruleError) return undefined;
      throw error;
    }
  };
  const isSampled = length > ALL && !isAll;
  const entries = isSampled ? [...permutation(keyOf(seed, STREAM.check, 4), length).subarray(0, SAMPLE)]
    : [...data.keys()];
  const wrong = isSampled ? wrongAlongDirections({ data, analytic, seed, run, weights, tolerance }) : undefined;
  if (wrong !== undefined) entries.unshift(wrong);
  let worst: GradientEntry | undefined;
  for (const [done, i] of entries.entries()) {
    if (done % REPORT_EVERY === 0) onProgress?.({ name, done, of: entries.length, numbers: length });
    const given = analytic(i), numeric = numericSlope(alongNumber(data, i, run, weights), data[i], given, tolerance);
    const error = relativeError(given, numeric);
    if (worst === undefined || (!Number.isNaN(worst.error) && !(error <= worst.error))) {
      worst = { name, error, index: indexOf(i, point.shape), analytic: given, numeric: numeric.slope };
    }
  }
  return worst as GradientEntry;
}

interface AlongDirections extends Pick<Compared, "analytic" | "seed"> {
  readonly data: Numbers;
  readonly run: () => Numbers | undefined;
  readonly weights: Numbers;
  readonly tolerance: number;
}

/** A number whose gradient is wrong, found along random directions, which move all of them at once. */
function wrongAlongDirections(
  { data, analytic, seed, run, weights, tolerance }: AlongDirections,
): number | undefined {
  const { length } = data, like = zeros([DIRECTIONS, length], "float64");
  const noise = new KeyedStream(keyOf(seed, STREAM.check, 5)).normal(like).data;
  return findWrong({
    directions: Array.from({ length: DIRECTIONS }, (_, k) =>
      Float64Array.from(noise.subarray(k * length, (k + 1) * length))),
    isWrong(direction) {
      let given = 0, squares = 0;
      direction.forEach((by, i) => {
        const part = by === 0 ? 0 : by * analytic(i);
        given += part;
        squares += part * part;
      });
      const { slope, uncertainty } = numericSlope(alongDirection(data, direction, run, weights), 0, given, tolerance);
      const size = Math.max(Math.abs(given), Math.abs(slope), Math.sqrt(squares));
      return !(Math.abs(given - slope) - uncertainty <= OF_DIRECTIONS * tolerance * size) && !Number.isNaN(slope);
    },
  });
}
