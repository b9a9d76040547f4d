/** Measures another layer: the same one with a part of it held, or put elsewhere. */
import { copyOf, zerosLike, type Tensor } from "../../../tensor/tensor.ts";
import { slopesBeside } from "../../numeric-slope.ts";
import { perturbedCopy } from "../evidence.ts";
import type { LayerCopy } from "../layer-copy.ts";
import { near, type Facts } from "./facts.ts";

/** Not for tensors whose every number would take long. */
const MOST = 400;

export interface Change {
  /** Changes the copy before it is measured; called anew for each. */
  readonly layer?: (copy: LayerCopy) => void;
  readonly inputs?: (inputs: readonly Tensor[]) => readonly Tensor[];
}

/** The slopes of the target in the changed layer, on the outputs tried; undefined if it cannot be measured. */
export function slopesWith(
  { target, evidence, outputs }: Facts, change: Change, entries = target.entries,
): readonly Float64Array[] | undefined {
  if (target.entries.length > MOST) return undefined;
  try {
    const { subject, mode } = evidence, copy = perturbedCopy(subject, mode);
    const inputs = change.inputs?.(evidence.inputs.map((x) => copyOf(x))) ?? evidence.inputs;
    copy.measureSurrogates();
    copy.drawsLater = evidence.copy.drawsLater;
    change.layer?.(copy);
    const run = () => copy.rewind().forward(inputs).data, here = run();
    if (here.length !== evidence.y.data.length) return undefined;
    const point = target.kind === "input" ? inputs[target.index] : copy.layer.parameters[target.index].value;
    return entries.map((at) => {
      const { left, right } = slopesBeside(point.data, at, run, here);
      return Float64Array.from(outputs, (o) => (left[o] + right[o]) / 2);
    });
  } catch {
    return undefined; // not a layer that can be changed so
  }
}

/** The gradient of the target for the evidence's dy, yours and as measured, in the changed layer. */
export function gradientWith(
  facts: Facts, change: Change,
): { readonly right: Float64Array; readonly yours: Float64Array } | undefined {
  const { target, evidence, outputs } = facts, slopes = slopesWith(facts, change);
  if (slopes === undefined) return undefined;
  const { subject, mode, dy } = evidence, copy = perturbedCopy(subject, mode);
  const inputs = change.inputs?.(evidence.inputs.map((x) => copyOf(x))) ?? evidence.inputs, given = zerosLike(dy);
  change.layer?.(copy);
  copy.drawsLater = evidence.copy.drawsLater;
  for (const o of outputs) given.data[o] = dy.data[o];
  copy.rewindCounts().forward(inputs);
  const dx = copy.backward(given), { parameters } = copy.layer;
  const gradient = target.kind === "input" ? dx[target.index] : parameters[target.index].grad;
  const along = (column: Float64Array) => column.reduce((sum, slope, k) => sum + slope * dy.data[outputs[k]], 0);
  return {
    right: Float64Array.from(slopes, along),
    yours: Float64Array.from(target.entries, (at) => gradient.data[at]),
  };
}

/** Whether yours is 0 just where these slopes are. */
export function isPatternOf({ yours, size }: Facts, slopes: readonly Float64Array[]): boolean {
  const isZero = (slope: number) => Math.abs(slope) <= 1e-7 * size;
  return yours.every((column, e) => column.every((slope, k) => isZero(slope) === isZero(slopes[e][k])));
}

/** Whether yours is what the slopes of the changed layer are; the number that is furthest off is tried first. */
export function explains(facts: Facts, change: Change): boolean {
  const { target, yours, size } = facts;
  const worst = target.errors.reduce((top, error, e) => (error <= target.errors[top] ? top : e), 0);
  const [probe] = slopesWith(facts, change, [target.entries[worst]]) ?? [];
  if (probe === undefined || !probe.every((slope, k) => near(slope, yours[worst][k], size))) return false;
  return isThat(facts, slopesWith(facts, change));
}

export function isThat(facts: Facts, slopes: readonly Float64Array[] | undefined): boolean {
  if (slopes === undefined || slopes.some((column) => column.some((slope) => !Number.isFinite(slope)))) return false;
  const isOther = slopes.some((column, e) => column.some((slope, k) => !near(slope, facts.right[e][k], facts.size)));
  return isOther && facts.matches((e, k) => slopes[e][k]);
}
