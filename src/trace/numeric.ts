import { numericSlope, relativeError, type Slope } from "../check/numeric-slope.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import { convert } from "../nn/copy.ts";
import type { LayerLike } from "../nn/parts.ts";
import { Pass, type LayerEvent, type PassOptions } from "../nn/pass.ts";
import { KeyedStream, STREAM } from "../nn/random.ts";
import { DataError, unlessRefused } from "../tensor/errors.ts";
import { copyOf, Tensor } from "../tensor/tensor.ts";
import { keyOf } from "../tensor/threefry.ts";
import { softmaxWithin } from "../train/to-loss.ts";
import { indexAt } from "./expressions/indices.ts";
import { placesIn } from "./places.ts";
import { restoring } from "./record.ts";
import { trainingOf, type Recording, type Target, type Value } from "./recording.ts";

/** The gradient of the loss with respect to one number: by backward, and by moving the number a little. */
export interface NumericGradient {
  /** "dW1", and where in it. */
  readonly name: string;
  readonly index: readonly number[];
  /** What backward gave. */
  readonly analytic: number;
  /** (L(w + h) - L(w - h)) / 2h in float64, refined where that is not exact enough. */
  readonly numeric: number;
  /** |analytic - numeric|, less the uncertainty of numeric, over the larger of both. */
  readonly error: number;
  /** Whether they differ because layers have kinks at their numbers: with the numbers moved a little they agree. */
  readonly isAtKinks?: true;
}

/** Of float64; of float32 backward itself is rounded more. */
const TOLERANCES = { float64: 1e-7, float32: 1e-3 } as const;

export function toleranceOf({ dtype }: Recording): number {
  return dtype === "float64" ? TOLERANCES.float64 : TOLERANCES.float32;
}

/** A gradient, and the step of training that it belongs to, from 0. */
export interface TracedGradient {
  readonly value: Value;
  readonly training: number;
}

/**
 * The numeric gradient of an element of a gradient: of a parameter, of the network's input, or of what a layer gave. Of
 * the part that came back through one branch, only that branch sees the change.
 * @throws DataError for what is not the gradient of such a value.
 */
export function numericGradient(
  recording: Recording, labels: Labels, loss: Loss, traced: TracedGradient, position: number,
): NumericGradient {
  const { name, shape, values } = traced.value, analytic = values[position], tolerance = toleranceOf(recording);
  const slope = slopeOf(lossAround(recording, labels, loss, traced, position), analytic, tolerance);
  const error = relativeError(analytic, slope);
  const found = { name, index: indexAt(position, shape), analytic, numeric: slope.slope, error };
  if (error <= tolerance) return found;
  // The slope of several layers at their kinks may be another than the chain rule makes of any slopes of theirs.
  const beside = lossAround(recording, labels, loss, traced, position, true), byBackward = beside.gradient();
  const isSame = relativeError(byBackward, slopeOf(beside, byBackward, TOLERANCES.float64)) <= TOLERANCES.float64;
  return isSame ? { ...found, isAtKinks: true } : found;
}

function slopeOf({ from, at }: LossAround, analytic: number, tolerance: number): Slope {
  return numericSlope({ at, weights: Float64Array.of(1) }, from, analytic, tolerance);
}

/** The loss as a function of one number, and its gradient by backward where the number is as it was. */
interface LossAround {
  readonly from: number;
  readonly at: (value: number) => Float64Array | undefined;
  readonly gradient: () => number;
}

/** @param aside whether the output of each layer is moved a little, so that none of the next is at a kink. */
function lossAround(
  recording: Recording, labels: Labels, loss: Loss, { value: { name }, training }: TracedGradient, position: number,
  aside = false,
): LossAround {
  const copy = convert(recording.trainings[training].network, "float64"), skip = softmaxWithin(loss, copy);
  const target = targetOf(recording, name), layers = [...placesIn(copy, skip).layers.keys()];
  const given = recording.input, input = new Tensor(Float64Array.from(given.values), given.shape);
  if (aside) layers.forEach((layer, i) => { moveAt(layer, undefined, (y) => movedAside(y, i)); });
  let delta = 0, start = NaN;
  const moved = (of: Tensor): Tensor => {
    const result = copyOf(of);
    start = result.data[position];
    result.data[position] += delta;
    return result;
  };
  if (target.of === "layer") moveAt(layers[target.layer], target.input, moved);
  const parameter = target.of === "parameter" ? copy.parameters[target.parameter] : undefined;
  const original = parameter?.value.data[position];
  const run = <T>(by: number, use: (value: number) => T, observer?: PassOptions["observer"]): T => {
    delta = by;
    const pass = Pass.begin(copy, { skip, ...observer && { observer } });
    try {
      if (parameter && original !== undefined) parameter.value.data[position] = original + by;
      const prediction = copy.forward(target.of === "network" ? moved(input) : input);
      const taken = target.of === "prediction" ? moved(prediction) : prediction;
      return restoring(loss, () => use(loss.forward(taken, labels) + copy.activityLoss));
    } finally {
      pass.rollback();
    }
  };
  run(0, () => undefined);
  const from = original ?? start;
  return {
    from,
    at: (value) => unlessRefused(() => run(value - from, (sum) => Float64Array.of(sum))),
    gradient: () => {
      let found = NaN;
      copy.zeroGradients();
      copy.needsInputGradient = true;
      const observer = ({ layer, phase, inputs, output }: LayerEvent) => {
        if (phase === "forward" || target.of !== "layer" || layer !== layers[target.layer]) return;
        found = (target.input === undefined ? output : inputs[target.input]).data[position];
      };
      run(0, () => {
        const dy = loss.backward(), dx = copy.backward(dy);
        if (target.of === "prediction") found = dy.data[position];
        if (target.of === "network") found = dx.data[position];
      }, observer);
      return parameter?.grad.data[position] ?? found;
    },
  };
}

/** How far numbers are moved aside: far beyond the steps of finite differences. */
const DISTANCE = 1e-3;

/** By the same each time, whatever y is: slopes stay those of the layers. */
function movedAside(y: Tensor, layer: number): Tensor {
  const result = copyOf(y), by = new KeyedStream(keyOf(0, STREAM.check, 3, layer)).normal(y).data;
  result.data.forEach((value, i) => { result.data[i] = value + DISTANCE * by[i]; });
  return result;
}

/** Lets a layer take, or give, numbers that are moved. */
function moveAt(layer: LayerLike, input: number | undefined, moved: (of: Tensor) => Tensor): void {
  const forward: unknown = Reflect.get(layer, "forward");
  if (typeof forward !== "function") return;
  const value = (given: Tensor | readonly Tensor[]): Tensor => {
    const taken = given instanceof Tensor ? moved(given) : given.map((one, i) => (i === input ? moved(one) : one));
    const y = Reflect.apply(forward, layer, [input === undefined ? given : taken]) as Tensor;
    return input === undefined ? moved(y) : y;
  };
  Object.defineProperty(layer, "forward", { value, configurable: true });
}

/**
 * A gradient by its own name, or by that of the value it is taken of: dz1 for z1, in the same step of training; of what
 * an update made, in the next one. @throws DataError for none, and for a sum that later operations still add to.
 */
export function gradientAbout(recording: Recording, op: number, name: string): TracedGradient {
  const { steps, trainings } = recording, { results, phase } = steps[op - 1], dot = name.lastIndexOf(".") + 1;
  const names = phase === "backward" ? [name] : [`${name.slice(0, dot)}d${name.slice(dot)}`, `d${name}`];
  const training = trainingOf(recording, op) + (phase === "update" ? 1 : 0);
  const [own, next] = trainings.slice(training);
  const found = [...steps.entries()].slice(own?.start ?? steps.length, next?.start).flatMap(([i, step]) => (
    step.phase !== "backward" ? [] : step.results.flatMap((value) => (
      names.includes(value.name) ? [{ value, at: i + 1 }] : []))));
  const last = found[found.length - 1];
  if (last !== undefined) {
    if (phase !== "backward" || last.at === op) return { value: last.value, training };
    const given = `${name} of operation ${op}, to which operation ${last.at} adds`;
    throw new DataError({ where: "numeric gradient", given, allowed: `the whole sum, that of operation ${last.at}` });
  }
  const given = `${results.find((result) => result.name === name)?.name ?? name}, of which no gradient is traced`;
  throw new DataError({ where: "numeric gradient", given, allowed: "a gradient, or a value that has one" });
}

function targetOf(recording: Recording, name: string): Target {
  const parameter = recording.gradients.indexOf(name), target = recording.targets.get(name);
  if (parameter >= 0) return { of: "parameter", parameter };
  if (target !== undefined) return target;
  const given = `${name}, which is no gradient of a value of the network`;
  const allowed = "a gradient of a parameter, of the input or of what a layer gave";
  throw new DataError({ where: "numeric gradient", given, allowed });
}
