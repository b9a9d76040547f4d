import { numericSlope, relativeError } from "../check/numeric-slope.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import { convert } from "../nn/copy.ts";
import type { LayerLike } from "../nn/parts.ts";
import { Pass } from "../nn/pass.ts";
import { ChainruleError, DataError } from "../tensor/errors.ts";
import { copyOf, Tensor } from "../tensor/tensor.ts";
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
  recording: Recording, labels: Labels, loss: Loss, { value: gradient, training }: TracedGradient, position: number,
): NumericGradient {
  const { name, shape, values } = gradient, analytic = values[position], tolerance = toleranceOf(recording);
  const copy = convert(recording.trainings[training].network, "float64"), bypass = softmaxWithin(loss, copy);
  const target = targetOf(recording, name), { input: given } = recording;
  const input = new Tensor(Float64Array.from(given.values), given.shape);
  let delta = 0, start = NaN;
  const moved = (of: Tensor): Tensor => {
    const result = copyOf(of);
    start = result.data[position];
    result.data[position] += delta;
    return result;
  };
  if (target.of === "layer") moveAt([...placesIn(copy, bypass).layers.keys()][target.layer], target.input, moved);
  const data = target.of === "parameter" ? copy.parameters[target.parameter].value.data : new Float64Array(0);
  const original = data[position];
  const outputs = (by: number): Float64Array | undefined => {
    delta = by;
    const pass = Pass.begin(copy, { bypass });
    try {
      if (target.of === "parameter") data[position] = original + by;
      const prediction = copy.forward(target.of === "network" ? moved(input) : input);
      const taken = target.of === "prediction" ? moved(prediction) : prediction;
      return restoring(loss, () => Float64Array.of(loss.forward(taken, labels) + copy.activityLoss));
    } catch (error) {
      // Some numbers beside it may be none that the loss takes: they are not in its domain.
      if (error instanceof ChainruleError) return undefined;
      throw error;
    } finally {
      pass.rollback();
    }
  };
  outputs(0);
  const from = target.of === "parameter" ? original : start;
  const f = { at: (value: number) => outputs(value - from), weights: Float64Array.of(1) };
  const slope = numericSlope(f, from, analytic, tolerance);
  return {
    name, index: indexAt(position, shape), analytic, numeric: slope.slope, error: relativeError(analytic, slope),
  };
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
