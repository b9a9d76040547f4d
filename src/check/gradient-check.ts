import { convert } from "../nn/copy.ts";
import { withInnerLayers, type AnyLayer, type Layer } from "../nn/layer.ts";
import type { Parameter } from "../nn/parameter.ts";
import { stateOf } from "../nn/state.ts";
import { Network } from "../network/network.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import { indexOf } from "../ops/non-finite.ts";
import { KeyedStream, STREAM } from "../nn/random.ts";
import { checkNumber, checkOptions, checkSeed } from "../tensor/checks.ts";
import { OptionError, CallOrderError, ShapeError, show } from "../tensor/errors.ts";
import { copyOf, Tensor, tensor, zerosLike, type Nested } from "../tensor/tensor.ts";
import { keyOf } from "../tensor/threefry.ts";
import { checkLayerGiven, checkLoss } from "../network/given.ts";

/** The worst entry of one gradient: "x" (x0, x1, … of several inputs), or a parameter's name. */
export interface GradientEntry {
  name: string;
  /**
   * |analytic - numeric| over the largest entry of that gradient, or over 1e-8 where that is smaller; at most
   * 1e-8 where the difference may be rounding alone.
   */
  error: number;
  index: readonly number[];
  analytic: number;
  numeric: number;
}

/** What a gradient check has found. */
export interface GradientReport {
  passed: boolean;
  /** The largest of the entries' errors. */
  worst: number;
  entries: readonly GradientEntry[];
}

/** What gradientCheck can be told. */
export interface GradientCheckOptions {
  /** Where to take the gradient of; without one, of Σ dy · y with random dy. */
  loss?: Loss;
  labels?: Labels;
  seed?: number;
  /** Default 1e-7. */
  tolerance?: number;
}

export const STEP = 1e-5;
export const FLOOR = 1e-8;
/** How finely a sum of numbers of about 1 is known: a few of its last bits are rounding. */
const ROUNDING = 16 * Number.EPSILON;
/** The most a difference counts that may be rounding alone. */
const MOST_BY_ROUNDING = 1e-8;
/** Slopes to the left and right that differ by more than this share of the largest are a kink: ReLU at 0. */
export const KINK = 1e-3;

/**
 * Compares backward with central differences, (f(x + h) - f(x - h)) / 2h with h = 1e-5, in float64 on a
 * converted copy, in the layer's own mode, with its random numbers replayed. The layer itself is left as it
 * was. Where the function has a kink within h, any slope between those to the left and right is right. Differences
 * that rounding alone may make, up to 16 ε · max(1, |f|) / h, count little: a bias before a BatchNorm has slope 0.
 * Source: CS231n, "Neural networks part 3", gradient checks.
 * @throws OptionError for unknown options or a loss without labels; CallOrderError for a forward that cannot be
 * replayed; all errors of the layer itself.
 */
export function gradientCheck(
  layer: AnyLayer, x: Tensor | Nested | readonly Tensor[], options: GradientCheckOptions = {},
): GradientReport {
  checkOptions("gradientCheck", options, ["loss", "labels", "seed", "tolerance"]);
  const tolerance = checkNumber("gradientCheck tolerance", options.tolerance ?? 1e-7, { exclusiveMin: 0 });
  const random = new KeyedStream(keyOf(checkSeed("gradientCheck seed", options.seed ?? 0), STREAM.check));
  checkLayerGiven("gradientCheck", layer);
  if (options.loss !== undefined) checkLoss("gradientCheck", options.loss);
  const copy = convert(layer, "float64");
  const inputs = asInputs(x);
  const objective = objectiveOf(copy, inputs, isList(x), options, random);

  // Gradients start at random numbers, not at 0: a layer that overwrites them instead of adding is found out.
  const { parameters } = copy;
  const starts = parameters.map(({ grad }) => {
    grad.data.set(random.normal(grad).data);
    return copyOf(grad);
  });
  const dx = objective.gradients();
  const compare = (name: string, point: Tensor, analytic: (i: number) => number) =>
    worstEntry(name, point, analytic, objective.value);
  const names = nameParameters(copy);
  // A row number cannot move a little: such an x has no gradient.
  const moving = copy.vocabularySize === undefined ? inputs : [];
  const entries = [
    ...moving.map((input, k) => compare(isList(x) ? `x${k}` : "x", input, (i) => dx[k].data[i])),
    ...parameters.map((parameter, k) => {
      const { name, value, grad } = parameter;
      return compare(names.get(parameter) ?? name, value, (i) => grad.data[i] - starts[k].data[i]);
    }),
  ];
  const worst = Math.max(0, ...entries.map(({ error }) => error)); // NaN where one is: it fails the check
  return { passed: worst <= tolerance, worst, entries };
}

function isList(x: unknown): x is readonly Tensor[] {
  return Array.isArray(x) && x[0] instanceof Tensor;
}

function asInputs(x: Tensor | Nested | readonly Tensor[]): readonly Tensor[] {
  if (x instanceof Tensor) return [copyOf(x, "float64")];
  return isList(x) ? x.map((input) => copyOf(input, "float64")) : [tensor(x, "float64")];
}

/** The number whose gradient is checked, and its gradients by backward; each call replays the same masks. */
function objectiveOf(
  layer: AnyLayer, inputs: readonly Tensor[], asList: boolean, { loss, labels }: GradientCheckOptions,
  random: KeyedStream,
): { value: () => number; gradients: () => readonly Tensor[] } {
  if ((loss === undefined) !== (labels === undefined)) {
    const given = `loss ${show(loss)} and labels ${show(labels)}`;
    throw new OptionError({ where: "gradientCheck", given, allowed: "both a loss and labels, or neither" });
  }
  const layers = withInnerLayers(layer);
  const counts = layers.map((part) => stateOf(part).count);
  const forward = (): Tensor => {
    layers.forEach((part, i) => { stateOf(part).count = counts[i]; });
    if (!asList) return (layer as Layer).forward(inputs[0]);
    return (layer as Layer<unknown, readonly Tensor[]>).forward(inputs);
  };
  const dy = random.normal(forward());
  const value = (): number => {
    const y = forward();
    if (loss !== undefined && labels !== undefined) return loss.forward(y, labels);
    let sum = 0;
    for (let i = 0; i < y.data.length; i++) sum += dy.data[i] * y.data[i];
    return sum;
  };
  if (!Object.is(value(), value())) {
    throw new CallOrderError({
      where: `gradientCheck of ${layer.name}`, given: "two forwards of the same numbers that differ",
      allowed: "a forward that can be replayed", advice: "Draw random numbers from this.random.",
    });
  }
  const gradients = (): readonly Tensor[] => {
    value();
    const dx = layer.backward(loss === undefined ? dy : loss.backward());
    return dx instanceof Tensor ? [dx] : dx;
  };
  return { value, gradients };
}

function worstEntry(
  name: string, point: Tensor, analytic: (i: number) => number, value: () => number,
): GradientEntry {
  const { data } = point;
  if (data.length === 0) {
    throw new ShapeError({ where: `gradientCheck of ${name}`, given: "no numbers", allowed: "some" });
  }
  const here = value(), rounding = (ROUNDING * Math.max(1, Math.abs(here))) / STEP;
  const left = zerosLike(point).data, right = zerosLike(point).data;
  let largest = FLOOR;
  for (let i = 0; i < data.length; i++) {
    const original = data[i];
    data[i] = original + STEP;
    right[i] = (value() - here) / (data[i] - original);
    data[i] = original - STEP;
    left[i] = (here - value()) / (original - data[i]);
    data[i] = original;
    const sizes = [Math.abs(analytic(i)), Math.abs(left[i] + right[i]) / 2];
    for (const size of sizes) if (size > largest) largest = size; // a NaN leaves it as it is
  }
  let worst: GradientEntry | undefined;
  for (let i = 0; i < data.length; i++) {
    const given = analytic(i);
    const low = Math.min(left[i], right[i]), high = Math.max(left[i], right[i]);
    const atKink = high - low > KINK * largest;
    const numeric = atKink ? Math.min(Math.max(given, low), high) : (left[i] + right[i]) / 2;
    const difference = Math.abs(given - numeric), relative = difference / largest;
    const error = difference <= rounding ? Math.min(relative, MOST_BY_ROUNDING) : relative;
    if (worst === undefined || (!Number.isNaN(worst.error) && !(error <= worst.error))) {
      worst = { name, error, index: indexOf(i, point.shape), analytic: given, numeric };
    }
  }
  return worst as GradientEntry;
}

/** In a network several parameters may be called "weight": there the layer's name or number goes first. */
export function nameParameters(layer: AnyLayer): ReadonlyMap<Parameter, string> {
  const names = new Map<Parameter, string>();
  const visit = (part: AnyLayer, prefix: string): void => {
    if (part instanceof Network) {
      for (const node of part.plan().nodes) visit(node.layer, `${prefix}${node.name}.`);
      return;
    }
    for (const parameter of part.parameters) {
      if (!names.has(parameter)) names.set(parameter, `${prefix}${parameter.name}`);
    }
  };
  visit(layer, "");
  return names;
}
